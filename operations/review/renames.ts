import { type Change, list } from './change.ts';
import { metricsIn, normal } from './expressions.ts';
import { describeReaders, graphOf, type Readers } from './graph.ts';
import { historyOf } from './history.ts';
import type { Model, RecordingModel } from './model.ts';
import { later } from './values.ts';
import { recordingKey } from './version.ts';

/** Two versions in which every recording that only got another name has the later one. */
export interface Renaming {
  readonly before: Model;
  readonly after: Model;
  /** Pairs of names: those in use before, and after. */
  readonly renamed: readonly Renamed[];
  /** What does not follow, and what misses the history that only the old name has. */
  readonly changes: readonly Change[];
}

export interface Renamed {
  readonly old: string;
  readonly fresh: string;
}

/**
 * Gives recordings that only got another name the later one in both versions, so that whatever else reads them is
 * compared as it is. A recording was renamed where every rule of the old name records the same under the new one, and
 * nothing recorded or read the new name before.
 */
export function withoutRenames(before: Model, after: Model): Renaming {
  let [was, now] = [before, after];
  const renamed: Renamed[] = [];
  const changes: Change[] = [];
  // One that is made of another renamed one is found once that one has its new name.
  for (let pairs = renamesIn(was, now); pairs.length > 0; pairs = renamesIn(was, now)) {
    for (const pair of pairs) {
      changes.push(...consequencesOf(pair, now));
      was = withName(was, pair);
      now = withName(now, pair);
    }
    renamed.push(...pairs);
  }
  return { before: was, after: now, renamed, changes };
}

/** What a reviewer has to know of a renaming that changes nothing here. */
export const renamingNote = ({ old, fresh }: Renamed): string =>
  `The recording ${old} is called ${fresh} now, and its history begins anew. What reads it outside this stack, such as a dashboard that only Grafana has, has to follow`;

function renamesIn(before: Model, after: Model): readonly Renamed[] {
  const [gone, come] = [only(before, after), only(after, before)];
  if (gone.size === 0 || come.size === 0) return [];
  const known = namesRead(before);
  const left = new Map([...come].filter(([name]) => !known.has(name)));
  return [...gone].flatMap(([old, rules]) => {
    const found = [...left].find(([, others]) => essence(others) === essence(rules));
    if (found === undefined) return [];
    const [fresh] = found;
    left.delete(fresh);
    return [{ old, fresh }];
  });
}

/** Rules by their name, for names that another version does not record. */
function only(model: Model, other: Model): ReadonlyMap<string, readonly RecordingModel[]> {
  const names = new Set([...other.recordings.values()].map(({ record }) => record));
  return Map.groupBy(
    [...model.recordings.values()].filter(({ record }) => !names.has(record)),
    ({ record }) => record,
  );
}

/** What rules record, whatever it is called. */
const essence = (rules: readonly RecordingModel[]): string =>
  JSON.stringify(
    rules.map(({ expr, labels }) => JSON.stringify([normal(expr), Object.entries(labels).sort()])).sort(),
  );

/** A window of at least this reads mostly what the new name does not have yet. Seconds. */
const LONG_WINDOW = 3600;

function consequencesOf({ old, fresh }: Renamed, after: Model): readonly Change[] {
  const told = (text: string, effect: Change['effect'], more: Partial<Change> = {}): Change => ({
    area: 'recording',
    subject: fresh,
    kind: 'changed',
    text: `renamed, it was ${old}${text}`,
    effect,
    ...more,
  });
  if (namesRead(after).has(old)) {
    const read = graphOf(after)(old);
    const readers = describeReaders(read) || 'a variable, an annotation or another recording';
    return [told(`, which ${readers} still read`, 'weaker', { loss: 'silent', ...reaches(read) })];
  }
  const places = placesOf(old, fresh, after);
  if (places.length > 0) return [told(`, still asked for by ${list(places)}`, 'unclear')];
  const history = Math.max(0, ...queriesIn(after).map((query) => historyOf(query, fresh)));
  if (history < LONG_WINDOW) return [];
  const window = Number.isFinite(history) ? later('0s', `${history}s`) : 'unknown length';
  return [told(`: its history begins anew, and a window of ${window} reads it`, 'unclear')];
}

const reaches = ({ alerts, slos, panels }: Readers) => ({
  reaches: [...alerts, ...slos.map((name) => `SLO ${name}`), ...panels],
});

/** Keys of a dashboard whose texts are queries, and those whose texts are for people alone. */
const QUERIES = new Set(['expr', 'query', 'definition']);
const PROSE = new Set(['title', 'description', 'content', 'text', 'name', 'label']);

/** A query in the text of an alert. */
const ASKED = /(?<=\bquery ")[^"]*(?=")/g;

/** Everything of a version that asks Prometheus. */
function queriesIn({ alerts, recordings, slos, dashboards }: Model): readonly string[] {
  const found: string[] = [];
  for (const { expr, annotations } of alerts.values())
    found.push(expr, ...Object.values(annotations).flatMap((text) => text.match(ASKED) ?? []));
  for (const { expr } of recordings.values()) found.push(expr);
  for (const { queries } of slos.values()) found.push(...queries);
  for (const { json } of dashboards.values())
    visit(json, (text, key) => {
      if (QUERIES.has(key)) found.push(text);
    });
  return found;
}

const namesRead = (model: Model): ReadonlySet<string> => new Set(queriesIn(model).flatMap(metricsIn));

/** Every text below a value, with the nearest key. */
function visit(value: unknown, see: (text: string, key: string) => void, key = ''): void {
  if (typeof value === 'string') see(value, key);
  else if (Array.isArray(value)) for (const item of value) visit(item, see, key);
  else if (typeof value === 'object' && value !== null)
    for (const [inner, item] of Object.entries(value)) visit(item, see, inner);
}

/** Where a version asks for the old name by other means than a query that reads it. */
function placesOf(old: string, fresh: string, model: Model): readonly string[] {
  const named = new RegExp(`(?<![\\w:])(?:${old}|${encodeURIComponent(old)})(?![\\w:])`);
  const asks = (text: string, key: string) =>
    named.test(text) ||
    (key === 'regex' && holds(text, old) !== holds(text, fresh)) ||
    [...text.matchAll(BY_PATTERN)].some(
      ([, , pattern = '']) => holds(pattern, old) !== holds(pattern, fresh),
    );
  const found = new Set<string>();
  const search = (place: string, value: unknown, skip: ReadonlySet<string> = new Set()) =>
    visit(value, (text, key) => {
      if (!skip.has(key) && asks(text, key)) found.add(place);
    });
  for (const [job, config] of model.jobs) search(`the job ${job}`, config);
  search('prometheus.yml', model.prometheus);
  search('alertmanager.yml', model.alertmanager);
  for (const [path, content] of model.others) search(path, content);
  for (const { name, args, rest } of model.workloads?.values() ?? []) search(name, { args, rest });
  for (const { title, json } of model.dashboards.values()) search(`the dashboard ${title}`, json, PROSE);
  for (const query of queriesIn(model)) search('a query by a pattern of names', query);
  return [...found];
}

/** A selector of names by a pattern. */
const BY_PATTERN = /__name__\s*(=~|!~|!=)\s*["'`]([^"'`]*)["'`]/g;

/** Whether a pattern of Prometheus's holds of a name; one that only RE2 reads holds of the name that it contains. */
function holds(pattern: string, name: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(name);
  } catch {
    return pattern.includes(name);
  }
}

/** What of a query names no metric: texts, matchers, and lists of labels. */
const TEXT = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\`[^\`]*\``;
const NO_METRIC = String.raw`${TEXT}|\{(?:${TEXT}|[^{}"'\`])*\}|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)`;

function withName(model: Model, { old, fresh }: Renamed): Model {
  const parts = new RegExp(`(${NO_METRIC})|(?<![\\w:$])${old}(?![\\w:])`, 'gi');
  const query = (source: string): string =>
    source.includes(old)
      ? source.replaceAll(parts, (found, other?: string) => ((other ?? found) === old ? fresh : found))
      : source;
  const inJson = <T>(value: T): T => rewritten(value, query) as T;
  return {
    ...model,
    alerts: mapped(model.alerts, (alert) => ({
      ...alert,
      expr: query(alert.expr),
      annotations: Object.fromEntries(
        Object.entries(alert.annotations).map(([key, text]) => [key, text.replaceAll(ASKED, query)]),
      ),
    })),
    recordings: new Map(
      [...model.recordings].map(([key, rule]) => {
        const { record } = rule;
        if (record !== old) return [key, { ...rule, expr: query(rule.expr) }];
        // A second rule of the same labels has a number in its key.
        return [
          key.replace(recordingKey(old, rule.labels), recordingKey(fresh, rule.labels)),
          { ...rule, record: fresh, expr: query(rule.expr) },
        ];
      }),
    ),
    slos: mapped(model.slos, (slo) => ({
      ...slo,
      queries: slo.queries.map(query),
      rest: inJson(slo.rest),
    })),
    dashboards: mapped(model.dashboards, (dashboard) => ({ ...dashboard, json: inJson(dashboard.json) })),
  };
}

const mapped = <T>(map: ReadonlyMap<string, T>, change: (value: T) => T): ReadonlyMap<string, T> =>
  new Map([...map].map(([key, value]) => [key, change(value)]));

/** Plain data with other queries. */
function rewritten(value: unknown, query: (source: string) => string, key = ''): unknown {
  if (typeof value === 'string') return QUERIES.has(key) ? query(value) : value;
  if (Array.isArray(value)) return value.map((item) => rewritten(item, query, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, item]) => [inner, rewritten(item, query, inner)]),
  );
}
