import type { Labels } from '../../notifications/index.ts';
import { parseMatcher } from '../../notifications/matcher.ts';
import { routesIn } from '../../notifications/tree.ts';
import { settingsNameOf } from '../../rules/alert-names.ts';
import { differences } from './differences.ts';
import type { AlertModel, Model } from './model.ts';

/** Labels that an alert has whenever it fires: data may bring any other, and a template may say anything. */
export const fixedLabels = ({ sent = {}, labels }: AlertModel): Labels =>
  Object.fromEntries(Object.entries(sent).filter(([label]) => !labels[label]?.includes('{{')));

/** One way in which an alert can arrive, in two versions. */
export interface Arrival {
  /** Its name in the later version. */
  readonly alert: string;
  readonly was: Labels;
  readonly now: Labels;
}

/**
 * Every label set under which an alert arrives in both versions: the same one has the same labels of data, whatever
 * became of the rule’s own.
 */
export function arrivals(
  before: Model,
  after: Model,
  both: readonly { readonly was: AlertModel; readonly now: AlertModel }[],
): readonly Arrival[] {
  const own = new Set(
    [before, after].flatMap(({ prometheus }) => Object.keys(prometheus.global?.external_labels ?? {})),
  );
  const setsOf = ({ labelSets }: Model) => Map.groupBy(labelSets, settingsNameOf);
  const [old, fresh] = [setsOf(before), setsOf(after)];
  return both.flatMap(({ was, now }) => {
    const fixed = new Set([...own, ...Object.keys(was.labels), ...Object.keys(now.labels), 'alertname']);
    const brought = (labels: Labels) =>
      JSON.stringify(
        Object.entries(labels)
          .filter(([label]) => !fixed.has(label))
          .sort(),
      );
    const known = new Map((old.get(was.name) ?? []).map((labels) => [brought(labels), labels]));
    return (fresh.get(now.name) ?? []).flatMap((labels): readonly Arrival[] => {
      const same = known.get(brought(labels));
      return same === undefined ? [] : [{ alert: now.name, was: same, now: labels }];
    });
  });
}

/** Labels that decide what becomes of an alert: routes, groups, inhibitions, silences and relabelling ask for them. */
export function labelsAskedFor({ alertmanager, declared, prometheus }: Model): ReadonlySet<string> {
  const routes = alertmanager.route === undefined ? [] : routesIn(alertmanager.route);
  const rules = alertmanager.inhibit_rules ?? [];
  const matchers = [
    ...routes.flatMap(({ route }) => route.matchers ?? []),
    ...rules.flatMap(({ source_matchers, target_matchers }) => [...source_matchers, ...target_matchers]),
    ...(declared?.silences ?? []).flatMap((silence) => silence.matchers),
  ];
  return new Set([
    ...matchers.map((text) => parseMatcher(text).label),
    ...routes.flatMap(({ route }) => route.group_by ?? []),
    ...rules.flatMap(({ equal = [] }) => equal),
    ...(prometheus.alerting?.alert_relabel_configs ?? []).flatMap(({ source_labels = [] }) => source_labels),
  ]);
}

/** Whether both versions route alike, and every alert arrives with the labels that it had. */
export const routesAlike = (
  before: Model,
  after: Model,
  both: readonly { readonly was: AlertModel; readonly now: AlertModel }[],
): boolean =>
  isSame(before.alertmanager.route, after.alertmanager.route) &&
  both.every(({ was, now }) => isSame(was.sent, now.sent));

const isSame = (before: unknown, after: unknown): boolean =>
  before === after || differences(before, after).length === 0;
