import { RUNBOOK, withoutPromise } from '../../../dashboards/index.ts';
import { legendLabels } from '../../../dashboards/lint/substitute.ts';
import { type Change, compared, type Effect } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import { normal } from '../expressions.ts';
import { type Panel, type PanelPair, panelTitle, type Target } from '../panels.ts';
import { harmlessLook } from './display-fields.ts';
import { expressionChanges } from './expression.ts';

/**
 * How a panel changed: its queries, with what they were; its unit, with both; what else it draws.
 * @param limits the limits that moved with a threshold, as `0.15 → 0.2`.
 */
export function panelChanges(
  dashboard: string,
  { was, now }: PanelPair,
  limits: ReadonlySet<string>,
): readonly Change[] {
  const name = `panel “${panelTitle(now)}”`;
  const change = changeOf(dashboard, name);
  return [
    ...queries(dashboard, name, was, now),
    ...together(fields(was, now), limits).map(({ text, effect }) => change(text, effect)),
  ];
}

/** Makes the changes of one panel of a dashboard. */
function changeOf(dashboard: string, name: string) {
  return (text: string, effect: Effect, more: Partial<Change> = {}): Change => ({
    area: 'dashboard',
    subject: dashboard,
    kind: 'changed',
    text: `${name}: ${text}`,
    effect,
    ...more,
  });
}

function queries(dashboard: string, name: string, was: Panel, now: Panel): readonly Change[] {
  const change = changeOf(dashboard, name);
  const { removed, added, both } = pairTargets(was.targets, now.targets);
  return [
    ...removed.map(({ refId, expr = '' }) => change(`query ${refId} removed`, 'unclear', { before: expr })),
    ...added.map(({ refId, expr = '' }) =>
      change(`query ${refId} added${joined(now)}`, computes(now) ? 'unclear' : 'neutral', { after: expr }),
    ),
    ...both.flatMap((pair) => [
      ...expressionChanges({
        area: 'dashboard',
        subject: dashboard,
        name: `${name}: query ${pair.now.refId}`,
        was: pair.was.expr ?? '',
        now: pair.now.expr ?? '',
      }),
      ...hidden(pair, now).map(({ text, effect }) => change(text, effect)),
      ...differences(plainTarget(pair.was), plainTarget(pair.now)).map((found) =>
        found.path === LEGEND
          ? change(
              `query ${pair.now.refId}: legend ${found.before} → ${found.after}`,
              isSameLegend(found, now) ? 'neutral' : 'unclear',
            )
          : change(`query ${pair.now.refId}: ${describeDifference(found)}`, 'unclear'),
      ),
    ]),
  ];
}

const LEGEND = 'legendFormat';

/** Whether a legend tells the same series apart, in a panel that does nothing by their names. */
const isSameLegend = ({ before, after }: Difference, panel: Panel): boolean =>
  legendLabels(before).sort().join() === legendLabels(after).sort().join() &&
  !computes(panel) &&
  !NAMED.test(JSON.stringify(panel.fieldConfig ?? {}));

/** How an override finds its series by their names. */
const NAMED = /"id":"by(Name|Names|Regexp)"/;

/** Whether a panel makes new series, or a choice, of those that its queries yield. */
const computes = ({ transformations }: Panel): boolean =>
  Array.isArray(transformations) && transformations.length > 0;

const joined = (panel: Panel): string => (computes(panel) ? ', and the panel computes with it' : '');

interface TargetPair {
  readonly was: Target;
  readonly now: Target;
}

/** Queries by their letter; one under another letter by its expression. */
function pairTargets(before: readonly Target[] = [], after: readonly Target[] = []) {
  const byId = (targets: readonly Target[]) =>
    new Map(targets.map((target, index) => [target.refId ?? `${index}`, target]));
  const { added, removed, both } = compared(byId(before), byId(after));
  const left = new Set(removed.map(([, target]) => target));
  const moved: TargetPair[] = added.flatMap(([, now]) => {
    const was = [...left].find((target) => normal(target.expr ?? '') === normal(now.expr ?? ''));
    if (was !== undefined) left.delete(was);
    return was === undefined ? [] : [{ was, now }];
  });
  return {
    removed: [...left],
    added: added.map(([, target]) => target).filter((target) => !moved.some(({ now }) => now === target)),
    both: [...both, ...moved] as readonly TargetPair[],
  };
}

function hidden({ was, now }: TargetPair, panel: Panel): readonly Told[] {
  if ((was.hide === true) === (now.hide === true)) return [];
  return now.hide === true
    ? [{ text: `query ${now.refId} is hidden`, effect: 'unclear' }]
    : [
        {
          text: `query ${now.refId} is shown, it was hidden${joined(panel)}`,
          effect: computes(panel) ? 'unclear' : 'neutral',
        },
      ];
}

const plainTarget = ({ expr: _, hide: __, ...rest }: Target) => rest;

interface Told {
  readonly text: string;
  readonly effect: Effect;
}

const fields = (was: Panel, now: Panel): readonly Difference[] => {
  const plain = ({ targets: _, panels: __, gridPos: ___, ...rest }: Panel) => withoutAlerts(rest);
  return differences(plain(was), plain(now));
};

interface Override {
  readonly matcher?: { readonly options?: unknown };
}

/** Without what follows from alerts, whose own changes are told: the limit in a title, and the page of each runbook. */
function withoutAlerts<T extends { readonly title?: string; readonly fieldConfig?: unknown }>(panel: T): T {
  const { title, fieldConfig } = panel;
  const { overrides = [] } = (fieldConfig ?? {}) as { readonly overrides?: readonly Override[] };
  const others = overrides.filter(({ matcher }) => matcher?.options !== RUNBOOK);
  return {
    ...panel,
    ...(title === undefined ? {} : { title: withoutPromise(title) }),
    ...(others.length === overrides.length
      ? {}
      : { fieldConfig: { ...(fieldConfig as object), overrides: others } }),
  };
}

/** A line that a panel draws, or where its colour changes. */
const LIMIT = /\.thresholds\.steps\[\d+\]\.value$/;
const UNIT = /^fieldConfig\.defaults\.unit$/;

/** Differences in words; those of one harmless kind together. */
function together(found: readonly Difference[], limits: ReadonlySet<string>): readonly Told[] {
  const limit = found.filter(({ path }) => LIMIT.test(path));
  const crossed = [...new Set(limit.map(({ before, after }) => `${before} → ${after}`))];
  const others = found.filter((each) => !limit.includes(each));
  const kinds = new Map<string, Difference[]>();
  const told: Told[] = [];
  for (const each of others) {
    const words = harmlessLook(each);
    if (UNIT.test(each.path)) told.push({ text: `unit ${each.before} → ${each.after}`, effect: 'unclear' });
    else if (words === undefined) told.push({ text: describeDifference(each), effect: 'unclear' });
    else kinds.set(words, [...(kinds.get(words) ?? []), each]);
  }
  return [
    ...told,
    ...(crossed.length === 0
      ? []
      : [
          {
            text: `limit ${crossed.join(', ')}`,
            effect: crossed.every((each) => limits.has(each)) ? ('neutral' as const) : ('unclear' as const),
          },
        ]),
    ...[...kinds].map(([words, [first, ...more]]): Told => {
      const shown = first !== undefined && more.length === 0 && `${first.before}${first.after}`.length < 120;
      return {
        text: shown ? `${words} ${first.before} → ${first.after}` : `${words} changed`,
        effect: 'neutral',
      };
    }),
  ];
}
