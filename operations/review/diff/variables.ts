import { type Change, compared, type Effect } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import type { DashboardModel } from '../model.ts';

type Variable = Readonly<Record<string, unknown>> & { readonly name: string };

/** What people read, and nothing is asked with. Not `skipUrlSync`: links no longer set the variable. */
const isHarmless = ({ path, after }: Difference): boolean =>
  /^(label|description)$/.test(path) || (path === 'hide' && !OUT_OF_SIGHT.includes(after));

/** Of these nobody sees what it is set to. */
const OUT_OF_SIGHT: readonly string[] = ['2', 'hideVariable'];

/** Grafana applies these to every query of their data source, named or not. */
const ASKED_ALWAYS: readonly unknown[] = ['adhoc', 'groupby'];

/** The variables of a board, by name and by what they ask; one that asks the same under another name was renamed. */
export function variableChanges(was: DashboardModel, now: DashboardModel): readonly Change[] {
  const { added, removed, both } = compared(variablesOf(was), variablesOf(now));
  const definition = ({ name: _, label: __, ...rest }: Variable) =>
    JSON.stringify(Object.entries(rest).sort());
  const renamed = added.flatMap(([, fresh]) => {
    const old = removed.find(([, each]) => definition(each) === definition(fresh))?.[1];
    return old === undefined ? [] : [{ old, fresh }];
  });
  const isRenamed = (each: Variable) => renamed.some(({ old, fresh }) => old === each || fresh === each);
  const change = (text: string, effect: Effect, more: Partial<Change> = {}): Change => ({
    area: 'dashboard',
    subject: now.title,
    kind: 'changed',
    text,
    effect,
    ...more,
  });
  return [
    ...renamed.map(({ old, fresh }) =>
      change(`variable $${old.name} is called $${fresh.name}: links that set it no longer do`, 'unclear'),
    ),
    ...removed
      .filter(([, each]) => !isRenamed(each))
      .map(([name]) => change(`variable $${name} removed`, 'unclear', { kind: 'removed' })),
    ...added
      .filter(([, each]) => !isRenamed(each))
      .map(([name, { type }]) =>
        ASKED_ALWAYS.includes(type)
          ? change(`variable $${name} added: every query is asked with it`, 'unclear', { kind: 'added' })
          : change(`variable $${name} added`, 'neutral', { kind: 'added' }),
      ),
    ...both.flatMap((each) =>
      differences(each.was, each.now).map((found) =>
        change(
          `variable $${each.name}: ${describeDifference(found)}`,
          isHarmless(found) ? 'neutral' : 'unclear',
        ),
      ),
    ),
    ...ordered(was, now).map((text) => change(text, 'neutral')),
    ...differences(others(was), others(now)).map((found) =>
      change(`templating.${describeDifference(found)}`, 'unclear'),
    ),
  ];
}

const listOf = ({ json }: DashboardModel): readonly Variable[] =>
  (json.templating as { list?: readonly Variable[] } | undefined)?.list ?? [];

const variablesOf = (dashboard: DashboardModel) =>
  new Map(listOf(dashboard).map((each) => [each.name, each]));

const others = ({ json }: DashboardModel): unknown => {
  const { list: _, ...rest } = (json.templating ?? {}) as Readonly<Record<string, unknown>>;
  return rest;
};

function ordered(was: DashboardModel, now: DashboardModel): readonly string[] {
  const [before, after] = [listOf(was), listOf(now)].map((list) => list.map(({ name }) => name));
  const same = before?.toSorted().join() === after?.toSorted().join();
  return same && before?.join() !== after?.join() ? [`variables in another order: ${after?.join(', ')}`] : [];
}
