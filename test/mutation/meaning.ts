import { duration, seconds } from '../../lib/promql/parse.ts';
import type { Model, RecordingModel } from '../../operations/review/model.ts';
import type { Declared } from '../../operations/review/version.ts';
import { recordingKey } from '../../operations/review/version.ts';
import { isAlert } from '../../rules/alert.ts';
import { buildRules } from '../../rules/index.ts';
import { mutantsOf } from './mutants.ts';
import type { Random } from './random.ts';
import {
  type Altered,
  groupsIn,
  isReadFarBack,
  type Json,
  withAlert,
  withAlertmanager,
  withBoard,
  withLabel,
  withRecording,
  withRenamed,
} from './versions.ts';

/** A matcher that every series meets, and a label that is grouped by twice: to change them changes nothing. */
const SAYS_NOTHING = /“\w+(=~"\.\*"|!="")”/;

const RULES = buildRules().groups.flatMap(({ rules }) => rules);

type Mutator = (model: Model, random: Random) => Altered | undefined;

/** One mistake of a rule, by the engine that tests the rules’ own tests. */
const rule: Mutator = (model, random) => {
  const original = random.pick(RULES);
  const mutants = mutantsOf(original).filter(({ change }) => !SAYS_NOTHING.test(change));
  if (mutants.length === 0) return undefined;
  const { mutated, change } = random.pick(mutants);
  const { severity, ...fields } = mutated;
  if (!isAlert(original)) {
    const key = recordingKey(original.record, original.labels);
    return { what: `${key}: ${change}`, model: withRecording(model, key, fields) };
  }
  const what = `${original.name}: ${change}`;
  if (severity !== undefined) return { what, model: withLabel(model, original.name, 'severity', severity) };
  return { what, model: withAlert(model, original.name, fields) };
};

const longer = (text: unknown): string => duration(Math.round(seconds(String(text)) * 3));

const routes = (config: Json): readonly Json[] =>
  groupsIn(config.route).filter((group) => 'receiver' in group || 'matchers' in group);

/** A place of the tree, an inhibition or a receiver. */
const notification: Mutator = (model, random) => {
  const what = random.pick(['receiver', 'matcher', 'wait', 'group_by', 'route', 'equal', 'rule', 'source']);
  let done = false;
  const changed = withAlertmanager(model, (config) => {
    const rules = config.inhibit_rules as Json[];
    const list = (value: unknown) => value as string[];
    const edit = (group: Json | undefined, key: string, value: (was: unknown) => unknown) => {
      if (group === undefined) return;
      const before = JSON.stringify(group[key]);
      group[key] = value(group[key]);
      done = JSON.stringify(group[key]) !== before;
    };
    const having = (groups: readonly Json[], key: string) => {
      const some = groups.filter((group) =>
        Array.isArray(group[key]) ? list(group[key]).length > 0 : key in group,
      );
      return some.length === 0 ? undefined : random.pick(some);
    };
    const names = (config.receivers as { name: string }[]).map(({ name }) => name);
    const without = (was: unknown) => {
      const gone = random.pick(list(was));
      return list(was).filter((each) => each !== gone);
    };
    if (what === 'receiver') edit(having(routes(config), 'receiver'), 'receiver', () => random.pick(names));
    if (what === 'matcher') edit(having(routes(config), 'matchers'), 'matchers', without);
    if (what === 'group_by') edit(having(routes(config), 'group_by'), 'group_by', without);
    if (what === 'route') edit(having(routes(config), 'routes'), 'routes', without);
    if (what === 'equal') edit(having(rules, 'equal'), 'equal', without);
    if (what === 'source')
      edit(having(rules, 'source_matchers'), 'source_matchers', () => ['severity="info"']);
    if (what === 'rule') edit(config, 'inhibit_rules', without);
    if (what === 'wait') {
      const key = random.pick(['group_wait', 'group_interval', 'repeat_interval']);
      edit(having(routes(config), key), key, longer);
    }
  });
  return done ? { what: `Alertmanager: ${what}`, model: changed } : undefined;
};

/** What Prometheus scrapes and evaluates. */
const scrape: Mutator = (model, random) => {
  const [name, job] = random.pick([...model.jobs]);
  const what = random.pick(['interval', 'path', 'target', 'job', 'global', 'label']);
  const jobs = new Map(model.jobs);
  const global = model.prometheus.global ?? {};
  const prometheus = (more: Json): Altered => ({
    what,
    model: { ...model, prometheus: { ...model.prometheus, global: { ...global, ...more } } },
  });
  if (what === 'job') jobs.delete(name);
  if (what === 'path') jobs.set(name, { ...job, metrics_path: '/elsewhere' });
  if (what === 'interval') jobs.set(name, { ...job, scrape_interval: '7m' });
  if (what === 'target') {
    const copy = structuredClone(job) as { static_configs?: { targets: string[] }[] };
    const [first] = copy.static_configs ?? [];
    if (first === undefined) return undefined;
    first.targets = first.targets.slice(1);
    jobs.set(name, copy);
  }
  if (what === 'global') return prometheus({ evaluation_interval: '7m' });
  if (what === 'label') return prometheus({ external_labels: { environment: 'another' } });
  return { what: `${name}: ${what}`, model: { ...model, jobs } };
};

/** What stands in no file. */
const declared: Mutator = (model, random) => {
  if (model.declared === undefined) return undefined;
  const { policies, ...was } = model.declared;
  const silence = {
    id: 'quiet',
    owner: 'me',
    reason: 'too loud',
    matchers: ['severity="critical"'],
    startsAt: '2030-01-01T00:00:00Z',
    endsAt: '2031-01-01T00:00:00Z',
  };
  const [what, now] = random.pick<[string, Partial<Declared>]>([
    ['silence', { silences: [silence] }],
    ['limit', { policies: { ...policies, limits: { ...policies.limits, criticalFor: '2h' } } }],
    ['level', { policies: { ...policies, levels: { 'alert-is-heard': 'advisory' } } }],
    ['secret', { secrets: { 'notifications.slack.webhookUrl': 'another' } }],
    ['production', { production: !was.production }],
  ]);
  return { what: `declared: ${what}`, model: { ...model, declared: { ...was, policies, ...now } } };
};

/** What people look at. */
const board: Mutator = (model, random) => {
  const [uid] = random.pick([...model.dashboards]);
  const what = random.pick(['number', 'hidden', 'unit', 'panel', 'step', 'legend', 'calculation']);
  let done = false;
  const changed = withBoard(model, uid, (json) => {
    const groups = groupsIn(json.panels);
    const targets = groups.filter(({ expr }) => typeof expr === 'string');
    const set = (group: Json | undefined, key: string, value: unknown) => {
      if (group === undefined || group[key] === value) return;
      group[key] = value;
      done = true;
    };
    const some = (key: string) => {
      const found = groups.filter((group) => key in group);
      return found.length === 0 ? undefined : random.pick(found);
    };
    if (what === 'number') {
      const target = random.pick(targets);
      set(target, 'expr', `2 * (${String(target.expr)})`);
    }
    if (what === 'hidden') set(random.pick(targets), 'hide', true);
    if (what === 'legend') set(random.pick(targets), 'legendFormat', 'nothing');
    if (what === 'unit') set(some('unit'), 'unit', 'bogomips');
    if (what === 'calculation') set(some('calcs'), 'calcs', ['min']);
    if (what === 'step') {
      const steps = groups.filter(({ color, value }) => color !== undefined && typeof value === 'number');
      const step = steps.length === 0 ? undefined : random.pick(steps);
      set(step, 'value', Number(step?.value) + 1);
    }
    if (what === 'panel') {
      const panels = json.panels as Json[];
      json.panels = panels.filter((panel) => panel !== panels[1]);
      done = panels.length > 1;
    }
  });
  return done ? { what: `${uid}: ${what}`, model: changed } : undefined;
};

/** What is promised. */
const slo: Mutator = (model, random) => {
  const [name, was] = random.pick([...model.slos]);
  const [what, now] = random.pick([
    ['objective', { objective: was.objective - 0.001 }] as const,
    ['window', { window: '7d' }] as const,
  ]);
  return {
    what: `${name}: ${what}`,
    model: { ...model, slos: new Map(model.slos).set(name, { ...was, ...now }) },
  };
};

/** A recording rule that takes another name: its readers stay behind, or lose an hour of its history or more. */
const name: Mutator = (model, random) => {
  const recordings = [...model.recordings];
  const others = ({ record }: RecordingModel) =>
    [...model.alerts.values(), ...model.recordings.values()].filter(({ expr }) => expr.includes(record));
  const alone = random.next() < 0.5;
  const [, rule] = random.pick(
    recordings.filter(([, each]) => (alone ? others(each).length > 0 : isReadFarBack(model, each.record))),
  );
  if (!alone) return withRenamed(model, rule);
  const { record } = rule;
  const moved = recordings.map(([key, each]) =>
    each.record === record
      ? ([key.replace(record, `${record}_anew`), { ...each, record: `${record}_anew` }] as const)
      : ([key, each] as const),
  );
  return {
    what: `${record}: renamed without its readers`,
    model: { ...model, recordings: new Map(moved) },
  };
};

const MUTATORS = [rule, rule, rule, notification, notification, scrape, declared, board, board, slo, name];

/** A version with one change of meaning. */
export function changedMeaning(model: Model, random: Random): Altered {
  for (;;) {
    const altered = random.pick(MUTATORS)(model, random);
    if (altered !== undefined) return altered;
  }
}
