import { duration, seconds } from '../../lib/promql/parse.ts';
import type { Model } from '../../operations/review/model.ts';
import type { Random } from './random.ts';
import { type Altered, groupsIn, type Json, withAlertmanager, withLabel } from './versions.ts';

/** Edits a configuration of Alertmanager; says whether anything changed. */
type Edit = (config: Json, random: Random, model: Model) => boolean;

const routes = (config: Json): readonly Json[] =>
  groupsIn(config.route).filter((group) => 'receiver' in group || 'matchers' in group);

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);

const receivers = (config: Json): readonly string[] =>
  (config.receivers as { name: string }[]).map(({ name }) => name);

const intervals = (config: Json): readonly string[] =>
  ((config.time_intervals ?? []) as { name: string }[]).map(({ name }) => name);

/** A matcher of a label that some alert has, or of one that only data may have. */
function someMatcher(random: Random, { labelSets }: Model): string {
  const labels = random.pick(labelSets);
  const [label, value] = random.pick([...Object.entries(labels), ['zone', 'a']]);
  return random.pick([`${label}="${value}"`, `${label}!="${value}"`, `${label}=~"${value}|other"`]);
}

const scaled = (text: unknown, factor: number): string =>
  duration(Math.max(1, Math.round(seconds(String(text)) * factor)));

/** One item less. */
function drop(group: Json, key: string, random: Random): boolean {
  const items = group[key];
  if (!Array.isArray(items) || items.length === 0) return false;
  group[key] = items.filter((_, index) => index !== Math.floor(random.next() * items.length));
  return (group[key] as unknown[]).length < items.length;
}

const EDITS: Readonly<Record<string, Edit>> = {
  'another receiver': (config, random) => {
    const route = random.pick(routes(config));
    const [was, now] = [route.receiver, random.pick(receivers(config))];
    route.receiver = now;
    return was !== now;
  },
  'a matcher less': (config, random) => drop(random.pick(routes(config)), 'matchers', random),
  'a matcher more': (config, random, model) => {
    const route = random.pick(routes(config));
    if (route === config.route) return false;
    route.matchers = [...texts(route.matchers), someMatcher(random, model)];
    return true;
  },
  'a route less': (config, random) => {
    const parents = groupsIn(config.route).filter(({ routes: inner }) => Array.isArray(inner));
    return drop(random.pick(parents), 'routes', random);
  },
  'a route more': (config, random, model) => {
    const parent = random.pick(groupsIn(config.route).filter(({ routes: inner }) => Array.isArray(inner)));
    const added: Json = {
      matchers: [someMatcher(random, model)],
      receiver: random.pick(receivers(config)),
      ...(random.next() < 0.5 && { continue: true }),
      ...(random.next() < 0.5 && { group_wait: random.pick(['1s', '10m']) }),
    };
    parent.routes =
      random.next() < 0.5 ? [added, ...(parent.routes as Json[])] : [...(parent.routes as Json[]), added];
    return true;
  },
  'routes in another order': (config, random) => {
    const parent = random.pick(groupsIn(config.route).filter(({ routes: inner }) => Array.isArray(inner)));
    const was = parent.routes as Json[];
    parent.routes = random.shuffled(was);
    return was.some((route, index) => (parent.routes as Json[])[index] !== route);
  },
  'where the search goes on': (config, random) => {
    const route = random.pick(routes(config));
    route.continue = route.continue !== true;
    return true;
  },
  'a wait': (config, random) => {
    const key = random.pick(['group_wait', 'group_interval', 'repeat_interval']);
    const having = routes(config).filter((route) => key in route);
    if (having.length === 0) return false;
    const route = random.pick(having);
    route[key] = scaled(route[key], random.pick([0.25, 3, 20]));
    return true;
  },
  'what is grouped by': (config, random) => {
    const having = routes(config).filter((route) => texts(route.group_by).length > 0);
    return having.length > 0 && drop(random.pick(having), 'group_by', random);
  },
  'quiet hours': (config, random) => {
    const names = intervals(config);
    if (names.length === 0) return false;
    const route = random.pick(routes(config));
    if (route === config.route) return false;
    const key = random.pick(['mute_time_intervals', 'active_time_intervals']);
    if (key in route) delete route[key];
    else route[key] = [random.pick(names)];
    return true;
  },
  'an inhibition less': (config, random) => drop(config, 'inhibit_rules', random),
  'an inhibition more': (config, random, model) => {
    const matchers = () =>
      Array.from({ length: 1 + Math.floor(random.next() * 2) }, () => someMatcher(random, model));
    const equal = random.pick([[], ['service'], ['service', 'signal'], ['zone']]);
    const rule = { name: 'added', source_matchers: matchers(), target_matchers: matchers(), equal };
    config.inhibit_rules = [...(config.inhibit_rules as Json[]), rule];
    return true;
  },
  'what an inhibition asks for': (config, random, model) => {
    const rule = random.pick(config.inhibit_rules as Json[]);
    const key = random.pick(['source_matchers', 'target_matchers', 'equal']);
    if (key === 'equal' || random.next() < 0.5) return drop(rule, key, random);
    rule[key] = [...texts(rule[key]), someMatcher(random, model)];
    return true;
  },
};

/** A version with one change of how alerts are routed, grouped, kept quiet or labelled. */
export function changedRouting(model: Model, random: Random): Altered {
  for (;;) {
    const what = random.pick([...Object.keys(EDITS), 'a label']);
    const edit = EDITS[what];
    if (edit === undefined) {
      const alert = random.pick([...model.alerts.keys()]);
      const [label, value] = random.pick(Object.entries(random.pick(model.labelSets)));
      if (label === 'alertname' || model.alerts.get(alert)?.labels[label] === value) continue;
      return { what: `${alert}: label ${label}="${value}"`, model: withLabel(model, alert, label, value) };
    }
    let done = false;
    const changed = withAlertmanager(model, (config) => {
      done = edit(config, random, model);
    });
    if (done) return { what: `Alertmanager: ${what}`, model: changed };
  }
}
