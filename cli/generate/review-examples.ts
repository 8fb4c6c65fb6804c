import { join } from 'node:path';
import { load } from 'js-yaml';
import type { ReviewExample } from '../../operations/review/docs.ts';
import { review } from '../../operations/review/review.ts';
import { type Paint, textOf } from '../../operations/review/text.ts';
import type { Version } from '../../operations/review/version.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { describeSettings } from '../commands/describe.ts';
import { uncheckedOf } from '../commands/diff.ts';
import { PROJECT, ROOT } from '../project.ts';

/** A change as somebody makes it: settings that are added, or text of a rendered file that becomes another. */
type Edit = Omit<ReviewExample, 'report'> & {
  /** Whether everything that has the text follows, as with a name. Default: the file alone. */
  readonly everywhere?: boolean;
};

const STACK_FILE = 'Pulumi.local.yaml';
const INFERENCE = 'grafana/dashboards/operations/inference-api.json';
const SLOWEST = '(endpoint:inference_request_duration_seconds:p95_5m{endpoint=~"$endpoint"})';

const EDITS: readonly Edit[] = [
  {
    title: 'A threshold is loosened',
    lesson: 'It stops a strict run. Limits in panels follow the alert, and are told as harmless.',
    path: STACK_FILE,
    removed: '',
    added: 'feature-store-monitoring:rules:\n  alerts: { InferenceAPIHighLatency: { threshold: 200ms } }',
  },
  {
    title: 'An inhibition mutes a page',
    lesson: 'Every pair of alerts is simulated: while Redis is down, nobody is paged for the feature store.',
    path: 'alertmanager/alertmanager.yml',
    removed: 'signal=~"cache|freshness|latency|quality"',
    added: 'signal=~"availability|cache|freshness|latency|quality"',
  },
  {
    title: 'A recording is renamed, with all that read it',
    lesson:
      'The same values under another name: nothing changes here, and a note says who else has to follow.',
    path: 'prometheus/rules/inference-api.yaml',
    removed: 'inference_api:errors:ratio_rate5m',
    added: 'inference_api:failures:ratio_rate5m',
    everywhere: true,
  },
  {
    title: 'A silence covers every page',
    lesson: 'Owner, reason, length and the alerts that it keeps quiet are told; a policy says how to comply.',
    path: STACK_FILE,
    removed: '',
    // It has to end in the future of whoever generates this: a silence that is over changes nothing.
    added: [
      'feature-store-monitoring:notifications:',
      '  silences:',
      '    - id: import',
      '      owner: checkout',
      '      reason: the yearly import',
      '      matchers: [severity="critical"]',
      '      startsAt: 2099-12-24T00:00:00Z',
      '      endsAt: 2099-12-27T00:00:00Z',
    ].join('\n'),
  },
  {
    title: 'A panel asks something else',
    lesson: 'No code can say whether the average is what people want to see: both queries are shown.',
    path: INFERENCE,
    removed: `max${SLOWEST}`,
    added: `avg${SLOWEST}`,
  },
  {
    title: 'A scrape interval is doubled',
    lesson:
      'What alerts read gets older. At ten minutes it would be refused, with the windows that see nothing.',
    path: STACK_FILE,
    removed: '',
    added: 'feature-store-monitoring:prometheus: { scrapeInterval: 30s }',
  },
];

/** Reports on real changes of the stack as it ships, without anybody’s own rules, dashboards and targets. */
export function reviewExamples(): readonly ReviewExample[] {
  known ??= made();
  return known;
}
let known: readonly ReviewExample[] | undefined;

function made(): readonly ReviewExample[] {
  const base = described({});
  return EDITS.map(({ everywhere = false, ...edit }) => {
    const after =
      edit.path === STACK_FILE
        ? described(settingsIn(edit.added))
        : { ...base, files: edited(base, edit, everywhere) };
    const found = review({
      stack: 'local',
      names: { before: 'main', after: 'the working tree' },
      before: { version: base },
      after: { version: after },
    });
    return { ...edit, report: textOf(found, PLAIN, uncheckedOf(found)).replace(SIZE, '.') };
  });
}

/** How much a stack has changes with every new rule, and the page would with it. */
const SIZE = /(?<=^Nothing changes): .*$/m;

/** A folder that holds no files of users. */
const NO_USER_FILES = join(ROOT, 'docs');

const described = (settings: Readonly<Record<string, unknown>>): Version =>
  describeSettings(parseSettings(settings, { stack: 'local' }), NO_USER_FILES);

/** Settings of a stack's file, without the project's prefix. */
function settingsIn(text: string): Readonly<Record<string, unknown>> {
  const entries = Object.entries(load(text) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.map(([key, value]) => [key.replace(`${PROJECT}:`, ''), value]));
}

/** @throws Error where the file has no such text: the example is about something that is gone. */
function edited(
  { files }: Version,
  { path, removed, added }: Edit,
  everywhere: boolean,
): Readonly<Record<string, string>> {
  const [was, is] = path.endsWith('.json') ? [removed, added].map(inJson) : [removed, added];
  if (was === undefined || is === undefined || !files[path]?.includes(was))
    throw new Error(
      `${path} has no “${removed}”: give the example in cli/generate/review-examples.ts another one`,
    );
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      everywhere || name === path ? text.replaceAll(was, is) : text,
    ]),
  );
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const same = (text: string): string => text;
const PLAIN: Paint = {
  heading: same,
  faint: same,
  effect: {
    risk: same,
    weaker: same,
    unclear: same,
    stricter: same,
    neutral: same,
    refused: same,
    advice: same,
  },
};
