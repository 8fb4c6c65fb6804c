import { type Change, compared, type Effect } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import type { Model } from '../model.ts';

type Job = Readonly<Record<string, unknown>>;
interface Static {
  readonly targets?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What is scraped and probed, and how. */
export function scrapeChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.jobs, after.jobs);
  return [
    ...removed.map(([name, job]) => change(name, `job removed (${names(job)})`, 'weaker', 'removed')),
    ...added.map(([name, job]) => change(name, `job added (${names(job)})`, 'stricter', 'added')),
    ...both.flatMap(({ name, was, now }) => [...targets(name, was, now), ...settings(name, was, now)]),
    ...differences(before.prometheus, after.prometheus).map((each) =>
      change('prometheus.yml', describeDifference(each), 'neutral'),
    ),
  ];
}

function change(subject: string, text: string, effect: Effect, kind: Change['kind'] = 'changed'): Change {
  return { area: 'scrape', subject, kind, text, effect };
}

/** Targets by the name that they keep on every platform. */
function targetsOf({ static_configs: configs = [] }: Job): ReadonlyMap<string, Static> {
  return new Map(
    (configs as readonly Static[]).flatMap((config) =>
      (config.targets ?? []).map((target) => {
        const { instance = target, service } = config.labels ?? {};
        return [service === undefined ? instance : `${service} at ${instance}`, config] as const;
      }),
    ),
  );
}

const names = (job: Job) => [...targetsOf(job).keys()].join(', ') || 'targets are discovered';

function targets(name: string, before: Job, after: Job): readonly Change[] {
  const { added, removed, both } = compared(targetsOf(before), targetsOf(after));
  return [
    ...removed.map(([target]) => change(name, `target ${target} removed`, 'weaker', 'removed')),
    ...added.map(([target]) => change(name, `target ${target} added`, 'stricter', 'added')),
    ...both.flatMap((each) =>
      differences(each.was, each.now).map((found) =>
        change(name, `target ${each.name}: ${describeDifference(found)}`, 'neutral'),
      ),
    ),
  ];
}

function settings(name: string, before: Job, after: Job): readonly Change[] {
  const without = ({ static_configs: _, ...rest }: Job) => rest;
  return differences(without(before), without(after)).map((each) =>
    change(name, describeDifference(each), 'neutral'),
  );
}
