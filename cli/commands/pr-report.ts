import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Endpoint } from '../../lib/endpoint.ts';
import type { Period } from '../../operations/reports/period.ts';
import { isForPeople } from '../../operations/reports/report-error.ts';
import { LEFT_OUT } from '../../operations/review/describe.ts';
import { costPart } from '../../operations/review/report/cost.ts';
import {
  type Part,
  type PullRequestReport,
  pullRequestReport,
  uncheckedPart,
} from '../../operations/review/report/document.ts';
import { pullRequestHtml } from '../../operations/review/report/html.ts';
import {
  COMMENT_LIMIT,
  type MarkdownOptions,
  pullRequestMarkdown,
} from '../../operations/review/report/markdown.ts';
import { noPlan, planPart } from '../../operations/review/report/plan.ts';
import type { Review } from '../../operations/review/review.ts';
import { EXIT_CODES, refusedByEngine, STRICT_EXIT_CODES } from '../../operations/review/verdict.ts';
import { SettingsError } from '../../stack/settings/index.ts';
import { secretValues } from '../../stack/settings/secrets.ts';
import { command, type Options, readEndpoint, UsageError, type Values } from '../arguments.ts';
import { apply } from '../engine/operation.ts';
import { explain } from '../errors.ts';
import { evaluationTimes } from '../evaluation-times.ts';
import { makeFolder } from '../make-folder.ts';
import { RANGE_OPTION, readRange } from '../range.ts';
import { backtestOf } from '../review-backtest.ts';
import { plainConfig, readStackFile } from '../stack-file/stack-file.ts';
import { compare, REVIEW_OPTIONS, uncheckedOf } from './diff.ts';

const OPTIONS = {
  ...REVIEW_OPTIONS,
  prom: {
    type: 'string',
    env: 'PROM',
    help: 'Prometheus with real history: for backtest, pictures and evaluation times. Default: none.',
  },
  ...RANGE_OPTION,
  to: {
    type: 'string',
    env: 'TO',
    help: 'End of the history, and of what pictures show: an ISO time. Default: now.',
  },
  out: { type: 'string', env: 'OUT', default: 'pr-report', help: 'Folder for comment.md and report.html.' },
  link: { type: 'string', help: 'URL where the comment says that report.html is found.' },
  limit: {
    type: 'string',
    default: String(COMMENT_LIMIT),
    help: 'Most characters of comment.md: less where several stacks share a comment.',
  },
  'without-plan': { type: 'boolean', help: 'Do not ask the engine what would happen to resources.' },
  'without-backtest': { type: 'boolean', help: 'Do not evaluate changed alerts over the history.' },
  'without-pictures': { type: 'boolean', help: 'Do not draw the panels that change.' },
} as const satisfies Options;

type Asked = Values<typeof OPTIONS>;

export default command({
  name: 'pr-report',
  summary: 'write what a reviewer has to know about the change since BASE=<git ref>',
  options: OPTIONS,
  run: async (asked) => {
    const { stack, base, out, link, limit, strict } = asked;
    if (asked.prom !== undefined) readEndpoint('prom', asked.prom);
    if (!/^[1-9]\d{3,4}$/.test(limit) || Number(limit) > COMMENT_LIMIT)
      throw new UsageError(`--limit ${limit} is not a number of characters, 1000 to ${COMMENT_LIMIT}`);
    const period = periodOf(asked);
    const compared = await compare(stack, base);
    const { parts, refusal, unchecked } = await further(compared, asked, period);
    const found = refusal === undefined ? compared : { ...compared, verdict: refusedByEngine(refusal) };
    const report = pullRequestReport(found, [...parts, ...uncheckedPart(unchecked)]);
    write(report, { stack, out, limit: Number(limit), ...(link === undefined ? {} : { link }) });
    console.log(found.verdict.text);
    if (found.problem !== undefined) console.log(`\n${found.problem}\n`);
    for (const text of unchecked) console.log(`Not checked: ${text}`);
    console.log(`Written to ${resolve(out)}: comment.md and report.html`);
    return (strict ? STRICT_EXIT_CODES : EXIT_CODES)[found.verdict.level];
  },
});

function periodOf({ range, to }: Asked): Period {
  try {
    return readRange(range, to);
  } catch (error) {
    throw isForPeople(error) ? new UsageError(error.message) : error;
  }
}

/** Parts that need more than the two versions. */
interface Further {
  readonly parts: readonly Part[];
  /** What the engine says where it refuses. */
  readonly refusal?: string;
  readonly unchecked: readonly string[];
}

/** What needs the engine, a browser or a Prometheus. They do not wait for each other. */
async function further(found: Review, asked: Asked, period: Period): Promise<Further> {
  const { models, verdict } = found;
  if (models === undefined) return { parts: [], unchecked: uncheckedOf(found) };
  if (verdict.level === 'same') return await planOfTheSame(found, asked);
  const prom = asked.prom === undefined ? undefined : readEndpoint('prom', asked.prom);
  const backtested = prom !== undefined && !asked['without-backtest'];
  const shown = prom !== undefined && !asked['without-pictures'];
  const [planned, backtest, drawn, costs] = await Promise.all([
    asked['without-plan'] ? undefined : plan(found),
    backtested ? backtestOf(models, prom, period) : undefined,
    shown ? pictures(models, prom, period) : undefined,
    cost(found, prom),
  ]);
  return {
    parts: [planned?.part, backtest, drawn, costs].flat().filter((part) => part !== undefined),
    ...(planned?.refusal !== undefined && { refusal: planned.refusal }),
    unchecked: uncheckedOf(found, [
      ...(planned?.answered ? (['plan'] as const) : []),
      ...(backtested ? (['backtest'] as const) : []),
      ...(shown ? (['pictures'] as const) : []),
    ]),
  };
}

/**
 * A description is made without resources, so the code that makes them can be broken where nothing else changes: the
 * engine is asked all the same. Its plan is shown only where it refuses.
 */
async function planOfTheSame(found: Review, asked: Asked): Promise<Further> {
  const planned = asked['without-plan'] ? undefined : await plan(found);
  const { refusal } = planned ?? {};
  return {
    parts: planned !== undefined && refusal !== undefined ? [planned.part] : [],
    ...(refusal !== undefined && { refusal }),
    unchecked: uncheckedOf(found, planned?.answered ? ['plan'] : []),
  };
}

interface Planned {
  readonly part: Part;
  /** Whether `make preview` was asked and answered, be it by a refusal. */
  readonly answered: boolean;
  /** Undefined where the engine was not asked, or could not be: a lock, a passphrase that is missing. */
  readonly refusal?: string;
}

/** Errors by which `make preview` refuses what is declared, and not the machine that it runs on. */
const REFUSALS = new Set([
  'SettingsError',
  'UserFilesError',
  'RulesError',
  'DashboardsError',
  'NotificationsError',
  'CheckError',
  'PolicyError',
  'TransformError',
  'ComposeError',
  'EngineError',
]);

async function plan({ stack, verdict }: Review): Promise<Planned> {
  if (verdict.level === 'refused')
    return { part: noPlan('It is refused before the first resource.'), answered: false };
  try {
    // The engine's SDK takes longer to load than the comparison: who does not ask the engine does not pay for it.
    const { openSession } = await import('../engine/session.ts');
    const session = await openSession({ stack });
    const { changes, same } = await apply(session, { preview: true, refresh: false, write: () => {} });
    return { part: planPart({ changes, same }), answered: true };
  } catch (error) {
    const why = stripVTControlCharacters(explain(error));
    const refuses = error instanceof Error && REFUSALS.has(error.name);
    return { part: noPlan(why), answered: refuses, ...(refuses && { refusal: why }) };
  }
}

/** A browser is loaded only where there is something to draw. */
async function pictures(
  models: NonNullable<Review['models']>,
  prom: Endpoint,
  period: Period,
): Promise<Part | undefined> {
  const { pictureParts } = await import('../generate/review-pictures.ts');
  return await pictureParts(models, prom, period.to);
}

async function cost({ models, series }: Review, prom: Endpoint | undefined): Promise<Part | undefined> {
  if (models === undefined || series === undefined) return undefined;
  const timings = prom === undefined ? undefined : await evaluationTimes(prom, models);
  return costPart({ ...models, series, ...(timings === undefined ? {} : { timings }) });
}

/** Nothing that is secret in the stack’s file gets into either text, whoever put it there. */
function write(
  report: PullRequestReport,
  { stack, out, ...options }: { readonly stack: string; readonly out: string } & MarkdownOptions,
): void {
  const secrets = plainSecrets(stack).filter((value) => value.length > 5);
  const clean = (text: string) => secrets.reduce((rest, value) => rest.replaceAll(value, LEFT_OUT), text);
  const folder = resolve(out);
  makeFolder(folder);
  writeFileSync(join(folder, 'comment.md'), clean(pullRequestMarkdown(report, options)));
  writeFileSync(join(folder, 'report.html'), clean(pullRequestHtml(report)));
}

/** What is secret in the stack’s file and stands there in plain text; nothing where the file cannot be read, which is told. */
function plainSecrets(stack: string): readonly string[] {
  try {
    return secretValues(plainConfig(readStackFile(stack)));
  } catch (error) {
    if (error instanceof SettingsError) return [];
    throw error;
  }
}
