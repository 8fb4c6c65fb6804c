import { seconds } from '../../../lib/promql/parse.ts';
import { type Change, compared, counted, type Effect } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import { DEFAULT_INTERVAL, type Model } from '../model.ts';
import { later } from '../values.ts';

type Job = Readonly<Record<string, unknown>>;
interface Static {
  readonly targets?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What is scraped and probed, and how, and everything else in `prometheus.yml`. */
export function scrapeChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.jobs, after.jobs);
  return [
    ...removed.map(([name, job]) =>
      change(name, `job removed (${names(job)})`, 'weaker', { kind: 'removed', loss: 'silent' }),
    ),
    ...added.map(([name, job]) => change(name, `job added (${names(job)})`, 'stricter', { kind: 'added' })),
    ...both.flatMap(({ name, was, now }) => [...targets(name, was, now), ...settings(name, was, now)]),
    ...intervals(before, after),
    ...global(before, after),
  ];
}

function change(subject: string, text: string, effect: Effect, more: Partial<Change> = {}): Change {
  return { area: 'scrape', subject, kind: 'changed', text, effect, ...more };
}

/** Targets by the name that they keep on every platform. */
function targetsOf({ static_configs: configs = [] }: Job): ReadonlyMap<string, Static> {
  const found = new Map<string, Static>();
  for (const config of configs as readonly Static[])
    for (const target of config.targets ?? []) {
      const { instance = target, service } = config.labels ?? {};
      const name = service === undefined ? instance : `${service} at ${instance}`;
      // Each target with the labels of its group and none of its neighbours.
      let key = name;
      for (let count = 2; found.has(key); count += 1) key = `${name} #${count}`;
      found.set(key, { ...config, targets: [target] });
    }
  return found;
}

const names = (job: Job) => [...targetsOf(job).keys()].join(', ') || 'targets are discovered';

function targets(name: string, before: Job, after: Job): readonly Change[] {
  const { added, removed, both } = compared(targetsOf(before), targetsOf(after));
  return [
    ...removed.map(([target]) =>
      change(name, `target ${target} removed`, 'weaker', { kind: 'removed', loss: 'silent' }),
    ),
    ...added.map(([target]) => change(name, `target ${target} added`, 'stricter', { kind: 'added' })),
    ...both.flatMap((each) =>
      differences(each.was, each.now).map((found) =>
        change(name, `target ${each.name}: ${describeDifference(found)}`, 'unclear'),
      ),
    ),
  ];
}

/** Told with what it means, or by itself. */
const ELSEWHERE = ['static_configs', 'scrape_interval'];

function settings(name: string, before: Job, after: Job): readonly Change[] {
  const without = (job: Job) =>
    Object.fromEntries(Object.entries(job).filter(([key]) => !ELSEWHERE.includes(key)));
  const empty = (job: Job) => ((job.static_configs ?? []) as readonly unknown[]).length;
  const groups =
    targetsOf(before).size === 0 && targetsOf(after).size === 0 && empty(before) !== empty(after)
      ? [change(name, 'static_configs without targets changed', 'unclear')]
      : [];
  return [
    ...differences(without(before), without(after)).map((each) =>
      change(name, describeDifference(each), 'unclear'),
    ),
    ...groups,
  ];
}

/** How often a job is scraped: its own interval, or what the global section says. */
const intervalOf = ({ prometheus }: Model, job: Job): string =>
  (job.scrape_interval as string | undefined) ?? prometheus.global?.scrape_interval ?? DEFAULT_INTERVAL;

/** Jobs that are scraped more rarely or more often, those with the same change together. */
function intervals(before: Model, after: Model): readonly Change[] {
  const moved = compared(before.jobs, after.jobs).both.flatMap(({ name, was, now }) => {
    const [old, fresh] = [intervalOf(before, was), intervalOf(after, now)];
    return seconds(old) === seconds(fresh) ? [] : [{ name, old, fresh }];
  });
  const groups = [...Map.groupBy(moved, ({ old, fresh }) => `${old} → ${fresh}`)];
  const told = groups.flatMap(([text, jobs]): Change[] => {
    const [first] = jobs;
    if (first === undefined) return [];
    const isLater = seconds(first.fresh) > seconds(first.old);
    const all = jobs.map(({ name }) => name);
    return [
      change(
        all.length === 1 ? all.join() : counted(all.length, 'job'),
        `scrape_interval: ${text}${isLater ? `, so that what their alerts read is up to ${later(first.old, first.fresh)} older` : ''}`,
        isLater ? 'weaker' : 'stricter',
        { loss: 'later', ...(all.length === 1 ? {} : { reaches: all }) },
      ),
    ];
  });
  const [was, now] = [before, after].map(({ prometheus }) => prometheus.global?.scrape_interval);
  // No job goes by it, or each has its own.
  return told.length > 0 ||
    was === now ||
    seconds(was ?? DEFAULT_INTERVAL) === seconds(now ?? DEFAULT_INTERVAL)
    ? told
    : [change('prometheus.yml', `global.scrape_interval: ${was} → ${now}; every job has its own`, 'unclear')];
}

/** Everything else of the file. The evaluation interval is told by the rules that go by it. */
function global(before: Model, after: Model): readonly Change[] {
  const every = ({ prometheus }: Model) => prometheus.global?.evaluation_interval ?? DEFAULT_INTERVAL;
  const evaluated =
    seconds(every(before)) === seconds(every(after))
      ? []
      : [
          change(
            'prometheus.yml',
            `global.evaluation_interval: ${every(before)} → ${every(after)}: ${seconds(every(after)) > seconds(every(before)) ? 'every alert without an interval of its own is later' : 'rules are evaluated more often'}`,
            seconds(every(after)) > seconds(every(before)) ? 'weaker' : 'stricter',
            { loss: 'later' },
          ),
        ];
  return [
    ...evaluated,
    ...differences(before.prometheus, after.prometheus)
      .filter(({ path }) => !INTERVALS.includes(path))
      .map((each) => change('prometheus.yml', explained(each, before, after), effectOf(each))),
  ];
}

const INTERVALS = ['global.scrape_interval', 'global.evaluation_interval'];

const effectOf = ({ path, after }: Difference): Effect =>
  path.startsWith('alerting.alertmanagers') && after === 'nothing' ? 'weaker' : 'unclear';

/** A change of relabelling with the labels that alerts lose by it. */
function explained(found: Difference, before: Model, after: Model): string {
  const text = describeDifference(found);
  if (
    !found.path.startsWith('alerting.alert_relabel_configs') &&
    !found.path.startsWith('global.external_labels')
  )
    return text;
  const pairs = compared(before.alerts, after.alerts).both;
  const lost = Map.groupBy(
    pairs.flatMap(({ name, was, now }) =>
      now.sent === undefined && was.sent !== undefined
        ? [{ name, label: 'all, and are dropped' }]
        : Object.keys(was.sent ?? {})
            .filter((label) => now.sent?.[label] !== was.sent?.[label] && label in was.labels)
            .map((label) => ({ name, label })),
    ),
    ({ label }) => label,
  );
  const words = [...lost].map(([label, alerts]) => `${counted(alerts.length, 'alert')} lose ${label}`);
  return words.length === 0 ? text : `${text}: ${words.join(', ')}`;
}
