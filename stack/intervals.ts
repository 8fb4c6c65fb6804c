import { PROBE_JOBS, STACK } from '../catalogue/index.ts';
import { ANY_JOB, ANY_SERVICE } from '../catalogue/metric.ts';
import { PARTS, targetsOf } from '../components/parts/index.ts';
import { isAbsence, type Matcher, walk } from '../lib/promql/ast.ts';
import { duration, parse, seconds } from '../lib/promql/parse.ts';
import type { ScrapedJob, ShortWindow } from '../policies/index.ts';
import { isAlert, type RuleSet } from '../rules/index.ts';
import { type Settings, set } from './settings/index.ts';

/**
 * How long Prometheus takes a sample for the current one: `--query.lookback-delta`, whose default the stack keeps.
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
 */
const LOOKBACK_SECONDS = 300;

/** Functions that need two samples in their window, and yield nothing of one. */
const OF_TWO = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'changes',
  'resets',
  'double_exponential_smoothing',
]);

/** A window that a rule reads. */
interface Window {
  /** Alert or series. */
  readonly rule: string;
  /** As it is written, such as `5m`. */
  readonly text: string;
  readonly seconds: number;
  /** Samples that must be in it. */
  readonly samples: 1 | 2;
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** Of the group of the rule; undefined where it has the default one. */
  readonly interval: string | undefined;
}

/** Scrape jobs, and the setting that says how often. */
interface Scraped {
  readonly jobs: readonly string[];
  readonly interval: string;
  /** Undefined where the job has the interval of the catalogue. */
  readonly key?: string;
}

/**
 * Scrape and evaluation intervals that are so long that rules see nothing: a sample that is older than five minutes is
 * none for Prometheus, a rate needs two samples in its window, and an evaluation must not leave data between two windows
 * unseen. Each names the key, the value, the most that is allowed, and the windows.
 */
export function intervalProblems(settings: Settings, rules: RuleSet): readonly string[] {
  const windows = windowsOf(rules);
  return [
    ...scraped(settings).flatMap((jobs) => scrapeProblem(jobs, windows, rules, settings)),
    ...evaluationProblem(settings, windows),
  ];
}

/** Scrapes that the window of a rate should hold, so that one that fails leaves two. */
const ENOUGH_SCRAPES = 4;

/**
 * Windows of rates that hold at least two scrapes, which is all that `intervalProblems` asks for, and fewer than four.
 * Each rule once for each length, by the longest interval.
 */
export function shortWindows(settings: Settings, rules: RuleSet): readonly ShortWindow[] {
  const windows = windowsOf(rules).filter(({ samples }) => samples === 2);
  const found = scraped(settings).flatMap(({ jobs, interval, key }) =>
    windows
      .filter(
        (window) =>
          window.seconds < ENOUGH_SCRAPES * seconds(interval) &&
          jobs.some((job) => reads(window, job, rules.metrics, settings)),
      )
      .map(({ rule, text: length }) => ({
        rule,
        window: length,
        interval,
        ...(key !== undefined && { key }),
      })),
  );
  const longest = found.toSorted((a, b) => seconds(a.interval) - seconds(b.interval));
  return [...new Map(longest.map((each) => [`${each.rule} ${each.window}`, each])).values()];
}

function windowsOf({ groups }: RuleSet): readonly Window[] {
  return groups.flatMap(({ rules, interval }) =>
    rules.flatMap((rule) => {
      const found: Window[] = [];
      const expr = parse(rule.expr);
      for (const part of walk(expr)) {
        if (part.kind !== 'call' || isAbsence(part.name)) continue;
        for (const arg of part.args) {
          const range = arg.kind === 'offset' ? arg.expr : arg;
          if (range.kind !== 'range' || range.expr.kind !== 'selector') continue;
          const { metric, matchers } = range.expr;
          const length = seconds(range.range);
          if (Number.isNaN(length)) continue;
          found.push({
            rule: isAlert(rule) ? rule.name : rule.record,
            text: range.range,
            seconds: length,
            samples: OF_TWO.has(part.name) ? 2 : 1,
            metric,
            matchers,
            interval,
          });
        }
      }
      return found;
    }),
  );
}

/** Everything that Prometheus scrapes, in the order of the settings. */
function scraped(settings: Settings): readonly Scraped[] {
  const { services, prometheus, given, discovery } = settings;
  const own = Object.keys(STACK).filter((name) => !services.some((service) => service.name === name));
  const shared = [...own, ...Object.values(PROBE_JOBS), ...discovery.http.map(({ name }) => name)];
  return [
    ...services.map(({ name, interval }) => {
      const index = given.services.indexOf(name);
      return { jobs: [name], interval, ...(index >= 0 && { key: `services[${index}].interval` }) };
    }),
    { jobs: shared, interval: prometheus.scrapeInterval, key: 'prometheus.scrapeInterval' },
    ...prometheus.scrapeConfigs.flatMap(({ job_name: job, scrape_interval: interval }, index) =>
      typeof interval === 'string'
        ? [{ jobs: [String(job)], interval, key: `prometheus.scrapeConfigs[${index}].scrape_interval` }]
        : [],
    ),
  ];
}

/** Copies that a service is taken to have where Prometheus finds them, and machines of a cluster. */
const USUAL = { copies: 3, machines: 10 };

/** Every job that the settings name, with the targets that it has or is taken to have. */
export function scrapedJobs(settings: Settings): readonly ScrapedJob[] {
  const { services, platform, prometheus } = settings;
  const interval = prometheus.scrapeInterval;
  const machines = platform === 'kubernetes' ? USUAL.machines : 1;
  return [
    ...services.map((service) => ({
      job: service.name,
      targets: service.find === undefined ? service.addresses.length : USUAL.copies,
      interval: service.interval,
    })),
    ...PARTS.map((part) => ({ job: part.name, targets: targetsOf(part, settings, machines), interval })),
  ];
}

/** Whether a window is over series of a job, as far as the catalogue and the matchers tell. */
function reads(
  { metric, matchers }: Window,
  job: string,
  metrics: RuleSet['metrics'],
  settings: Settings,
): boolean {
  const base = metric.replace(/_(bucket|sum|count)$/, '');
  const source = (metrics[metric] ?? metrics[base])?.source;
  if (source === undefined) return false;
  const ofJob = matchers.filter(({ label }) => label === 'job');
  if (ofJob.length > 0) return ofJob.every((matcher) => matches(matcher, job));
  if (source === ANY_JOB) return true;
  if (source === ANY_SERVICE) return settings.services.some(({ name }) => name === job);
  if (source === PROBE_JOBS.http) return Object.values<string>(PROBE_JOBS).includes(job);
  if (source === job) return true;
  // A service with other names brings what the catalogue expects of another: an exporter beside the service.
  const service = settings.services.find(({ name }) => name === job);
  return Object.values(service?.metricNames ?? {}).some((name) => name === metric || name === base);
}

function matches({ op, value }: Matcher, text: string): boolean {
  const is = op === '=' || op === '!=' ? value === text : whole(value, text);
  return op === '=' || op === '=~' ? is : !is;
}

/** An expression that JavaScript does not read decides nothing. */
function whole(expression: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${expression})$`).test(text);
  } catch {
    return false;
  }
}

function scrapeProblem(
  { jobs, interval, key }: Scraped,
  windows: readonly Window[],
  rules: RuleSet,
  settings: Settings,
): readonly string[] {
  const length = seconds(interval);
  // What is no duration is told by whoever reads it; the catalogue's own intervals fit its rules.
  if (Number.isNaN(length) || key === undefined) return [];
  if (length === 0) return [zero(key, interval, settings.stack)];
  const read = windows.filter((window) => jobs.some((job) => reads(window, job, rules.metrics, settings)));
  const tooShort = read.filter((window) => window.seconds < window.samples * length);
  if (length < LOOKBACK_SECONDS && tooShort.length === 0) return [];
  // The short range of an SLO grows with the interval of its service.
  const fixed = tooShort.filter(({ rule }) => !(key.startsWith('services[') && rule.startsWith('slo:')));
  const most = Math.min(LOOKBACK_SECONDS / 2, ...fixed.map((each) => each.seconds / each.samples));
  const why = [
    ...(length >= LOOKBACK_SECONDS
      ? [
          'Prometheus takes no sample for current that is 5 minutes old, so that the target would seem to be gone between two scrapes',
        ]
      : []),
    ...(tooShort.length > 0 ? [needs(tooShort)] : []),
  ].join('; ');
  return [
    `${key} is "${interval}", but must be at most ${text(most)}: ${why}. ` +
      `Change it: ${set(key, text(most), settings.stack)}`,
  ];
}

function evaluationProblem(settings: Settings, windows: readonly Window[]): readonly string[] {
  const { evaluationInterval: interval } = settings.prometheus;
  const key = 'prometheus.evaluationInterval';
  const length = seconds(interval);
  if (Number.isNaN(length)) return [];
  if (length === 0) return [zero(key, interval, settings.stack)];
  const skipped = windows.filter((window) => window.interval === undefined && window.seconds < length);
  if (length < LOOKBACK_SECONDS && skipped.length === 0) return [];
  const most = Math.min(LOOKBACK_SECONDS / 2, ...skipped.map((each) => each.seconds));
  const why = [
    ...(length >= LOOKBACK_SECONDS
      ? ['what a rule records is gone for the rules that read it 5 minutes later, and alerts with it']
      : []),
    ...(skipped.length > 0
      ? [`what happens between two evaluations is in no window of ${named(skipped)}`]
      : []),
  ].join('; ');
  return [
    `${key} is "${interval}", but must be at most ${text(most)}: ${why}. ` +
      `Change it: ${set(key, text(most), settings.stack)}`,
  ];
}

const zero = (key: string, interval: string, stack: string): string =>
  `${key} is "${interval}", but must be more than nothing. Change it: ${set(key, '15s', stack)}`;

const text = (most: number): string => duration(Math.floor(most));

/** Longest list of rules in a message. */
const NAMED = 3;

function needs(windows: readonly Window[]): string {
  const two = windows.some(({ samples }) => samples === 2);
  return `${two ? 'two scrapes have' : 'a scrape has'} to be in each window of ${named(windows)}`;
}

/** `2m (A) and 5m (B, C, D and 4 more)` */
function named(windows: readonly Window[]): string {
  const byLength = Map.groupBy(
    windows.toSorted((a, b) => a.seconds - b.seconds),
    ({ text: length }) => length,
  );
  const parts = [...byLength].map(([length, each]) => {
    const rules = [...new Set(each.map(({ rule }) => rule))];
    const rest = rules.length - NAMED;
    const list = rest > 0 ? `${rules.slice(0, NAMED).join(', ')} and ${rest} more` : rules.join(', ');
    return `${length} (${list})`;
  });
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
