import { HARMLESS, type Harmless, SILENT } from './harmless.ts';

/** A change, and what `make diff` says of it. */
export interface ReviewExample {
  readonly title: string;
  /** What is worth seeing in the report, a sentence. */
  readonly lesson: string;
  readonly path: string;
  /** What the change takes out of the file, and what it puts there: text of lines without a mark. */
  readonly removed: string;
  readonly added: string;
  /** What `make diff` prints. */
  readonly report: string;
}

/** `docs/review.md`, from the list of harmless fields and from reports that were made of real changes. */
export function renderReview(examples: readonly ReviewExample[]): string {
  return [
    ...INTRODUCTION,
    '## Fields that are harmless',
    '',
    'Told, and no reason to look twice:',
    '',
    ...harmless(HARMLESS),
    '',
    'Not told:',
    '',
    ...harmless(SILENT),
    '',
    ...MEASURED,
    '## Six changes',
    '',
    'Each report is what `make diff` prints of the change above it: of a setting in the stack’s file, or of a line in a file',
    'that `make render` writes. Lines are wrapped here.',
    '',
    ...examples.flatMap(shown),
    'Written from the code, the reports included: `make generate`.',
    '',
  ].join('\n');
}

const INTRODUCTION = [
  '# What a review says of a change',
  '',
  '`make diff` and `make pr-report` judge a change by what it does to people. A change is harmless only where that is',
  'proven: equal in normal form, or on the list below. Everything else is *cannot be judged here*, and `--strict` stops at',
  'it. The report comes in this order:',
  '',
  '| part | holds |',
  '| --- | --- |',
  '| Data at risk | samples or volumes that are deleted |',
  '| No longer reaches people | alerts, targets and SLOs that are gone; pairs of alerts that an inhibition mutes; receivers that are told less; silences |',
  '| Comes later | `for`, intervals of scrapes and rules, waits of routes |',
  '| Needs more to fire | thresholds and limits; guards that are loosened |',
  '| Cannot be judged here | another expression, unit, query, receiver or secret; every field that nothing here knows |',
  '| Stricter | the opposite of the first four |',
  '| The rest | what is on the list |',
  '',
  'A threshold is judged by its place in the expression, with operator, scale and unit. A recording names the alerts, SLOs',
  'and panels that read it. Relabelling, routes and inhibition are simulated for every alert. A secret is told as set anew,',
  'by a hash of its encrypted form; its value is never known here. What neither command looked at stands at the end.',
  'Policies that are not kept, and advice on files and settings of your own, come first; what is new of them is told apart.',
  '',
];

/** What the benches `changes` and `verdicts` measured. */
const MEASURED: readonly string[] = [
  '## How far it is right',
  '',
  '`make bench ARGS="changes verdicts"` plays 10,000 random changes of meaning and as many of form, and holds the verdict on',
  'mutants against a simulation of both versions. Each run of the tests plays a sample. Measured last:',
  '',
  '| played | number | found |',
  '| --- | --- | --- |',
  '| changes of meaning: rules, routes, scrapes, boards, SLOs, settings, a recording renamed without its readers or its history | 10,000 | none was *Nothing changes*; 91.5 % ask for a look |',
  '| changes of form: spelling, order, equal durations, a recording renamed with its readers | 10,000 | all are *Nothing changes*; none is unclear (aim: under 10 %) |',
  '| mutants of the alerts that the recorded incidents fire | 350 | 91 lose or delay a message, and none of the 94 that are called harmless or stricter does |',
  '| mutants of routes, groups, waits, inhibitions and labels | 3,000 | 593 lose or delay a message, and none of the 1,372 that are called harmless or stricter does |',
  '',
  'The simulation is a day in which the recorded incidents happen once in every hour: alerts by Prometheus’s own rule groups',
  'in simulated time, messages by the routes, groups, waits, time intervals and inhibitions of the version. Whoever hears in',
  'time of what keeps an alert quiet, or of the group that it joins, has lost nothing.',
  '',
];

const harmless = (fields: readonly Harmless[]): readonly string[] => [
  '| of | field | reason |',
  '| --- | --- | --- |',
  ...fields.map(({ where, field, reason }) => `| ${where} | ${field} | ${reason} |`),
];

function shown({ title, lesson, path, removed, added, report }: ReviewExample): readonly string[] {
  const marked = (mark: string, text: string) =>
    text === '' ? [] : text.split('\n').map((line) => `${mark}${line}`);
  return [
    `### ${title}`,
    '',
    lesson,
    '',
    '```diff',
    ` ${path}`,
    ...marked('-', removed),
    ...marked('+', added),
    '```',
    '',
    '```text',
    ...report.split('\n').flatMap(wrapped),
    '```',
    '',
  ];
}

const WIDTH = 110;

/** A long line as several, broken at blanks; what follows stands below the text of the first. */
function wrapped(line: string): readonly string[] {
  const [lead = ''] = /^\s*(?:[-?+~!]+\s)?/.exec(line) ?? [];
  const indent = ' '.repeat(lead.length + 2);
  const lines = [line];
  for (let last = line; last.length > WIDTH; last = lines.at(-1) ?? '') {
    const at = last.lastIndexOf(' ', WIDTH);
    if (at <= indent.length) break;
    lines.splice(-1, 1, last.slice(0, at), `${indent}${last.slice(at + 1)}`);
  }
  return lines;
}
