import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectedOf } from '../../../cli/expected-state.ts';
import { type Check, checkHealth } from '../../../cli/health-checks.ts';
import { ROOT } from '../../../cli/project.ts';
import { alertnameOf, isAlert } from '../../../rules/alert.ts';
import { addressing } from '../../../stack/addressing.ts';
import { declaredRules } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { readUserFiles } from '../../../stack/user-files.ts';
import { HttpFake } from '../../fakes/http.ts';

const DOCKER = parseSettings({ platform: 'docker' }, { stack: 'dev' });
const OPERATOR = parseSettings(
  {
    platform: 'kubernetes',
    trial: true,
    kubernetes: { namespace: 'mon', operator: { namespace: 'observability', labels: { release: 'kps' } } },
  },
  { stack: 'dev' },
);
/** What Prometheus answers where it has nothing: all is well with that. */
const NOTHING = {
  targets: { activeTargets: [] },
  rules: { groups: [] },
  alertmanagers: { activeAlertmanagers: [] },
};

/** Data by path of Prometheus's API; what is not there is an error. */
let data: Readonly<Record<string, unknown>>;
let server: HttpFake<string>;

beforeEach(async () => {
  server = new HttpFake(({ path }) => {
    const [, asked] = /^\/api\/v1\/(\w+)/.exec(path) ?? [];
    if (asked === undefined) return { taken: path, reply: { status: 200, body: '' } };
    const body = asked in data ? { status: 'success', data: data[asked] } : { status: 'error' };
    return { taken: path, reply: { status: asked in data ? 200 : 503, body: JSON.stringify(body) } };
  });
  await server.listen(0);
});

afterEach(() => server.close());

test('a Prometheus that has every rule, and a target of every job, is healthy', async () => {
  data = all(DOCKER);
  expect(await wrong(DOCKER)).toEqual([]);
  data = all(OPERATOR, '/etc/prometheus/rules/rulefiles-0/mon-health-1.yaml');
  expect(await wrong(OPERATOR)).toEqual([]);
});

test('rules and jobs that are expected and not there are not healthy', async () => {
  data = NOTHING;
  const found = await wrong(DOCKER);
  expect(found.map(({ kind }) => kind)).toEqual(['targets', 'rules', 'alertmanager']);
  expect(found[0]).toMatchObject({
    name: '14 of 14 jobs',
    detail:
      'without a target: inference-api, feature-store, stream-processing and 11 more. make up STACK=dev loads what is declared',
  });
  expect(found[1]?.name).toMatch(/^(\d+) of \1 rules$/);
  expect(found[1]?.detail).toMatch(/^not loaded: \S+, \S+, \S+ and \d+ more\. make up STACK=dev loads/);
});

test('alerts that share a name are told apart by their service', async () => {
  const services = ['shop', 'checkout'].map((name) => ({ name, address: `${name}:8080` }));
  const settings = parseSettings({ platform: 'docker', services }, { stack: 'dev' });
  const rules = declaredRules(settings, readUserFiles(settings, ROOT)).groups.flatMap((group) =>
    group.rules.map((rule) =>
      isAlert(rule)
        ? { name: alertnameOf(rule), labels: { service: rule.service }, type: 'alerting', health: 'ok' }
        : { name: rule.record, type: 'recording', health: 'ok' },
    ),
  );
  const answer = (some: typeof rules) => ({
    ...all(settings),
    rules: { groups: [{ file: '/etc/rules/services.yaml', rules: some }] },
  });
  data = answer(rules);
  expect(await wrong(settings)).toEqual([]);
  data = answer(rules.filter(({ name, labels }) => name !== 'ServiceDown' || labels?.service !== 'checkout'));
  expect(await wrong(settings)).toEqual([
    expect.objectContaining({ detail: expect.stringMatching(/^not loaded: CheckoutDown\. /) }),
  ]);
});

test('one that is missing is named', async () => {
  const { rules } = expectedOf(DOCKER, addressing(DOCKER, ROOT), ROOT);
  data = { ...all(DOCKER), rules: loaded(rules.filter((name) => name !== 'Watchdog')) };
  expect(await wrong(DOCKER)).toEqual([
    expect.objectContaining({
      name: `1 of ${rules.length} rules`,
      detail: expect.stringMatching(/^not loaded: Watchdog\. /),
    }),
  ]);
});

test('beside an operator what selects rules and targets is named, and rules of others are not taken for ours', async () => {
  data = all(OPERATOR, '/etc/prometheus/rules/rulefiles-0/other-health-1.yaml');
  const [rules, ...others] = await wrong(OPERATOR);
  expect(others).toEqual([]);
  expect(rules?.detail).toContain(
    "In the operator's Prometheus of namespace observability, ruleSelector and ruleNamespaceSelector must take in namespace mon and the labels of the setting kubernetes.operator.labels, which are release=kps",
  );
  data = { ...all(OPERATOR, '/etc/prometheus/rules/mon-health-1.yaml'), targets: NOTHING.targets };
  expect((await wrong(OPERATOR))[0]?.detail).toMatch(
    /serviceMonitorSelector, probeSelector.*kubernetes\.operator\.services/,
  );
});

test('what Prometheus does not tell is not healthy', async () => {
  data = {};
  expect((await wrong(DOCKER)).map(({ name }) => name)).toEqual([
    'targets of Prometheus',
    'rules of Prometheus',
    'Alertmanagers of Prometheus',
  ]);
});

async function wrong(settings: typeof DOCKER): Promise<readonly Check[]> {
  const platform = { ...addressing(settings, ROOT), url: () => server.url };
  const checks = await checkHealth(settings, platform, expectedOf(settings, platform, ROOT));
  return checks.filter(({ healthy }) => !healthy);
}

/** Everything that is expected, and healthy. */
function all(settings: typeof DOCKER, file?: string): Readonly<Record<string, unknown>> {
  const { jobs, rules } = expectedOf(settings, addressing(settings, ROOT), ROOT);
  const target = (job: string) => ({ scrapePool: job, labels: { job, instance: job }, health: 'up' });
  return {
    targets: { activeTargets: jobs.map(target) },
    rules: loaded(rules, file),
    alertmanagers: { activeAlertmanagers: [{ url: 'http://alertmanager:9093' }] },
  };
}

function loaded(names: readonly string[], file = '/etc/rules/health.yaml') {
  return { groups: [{ file, rules: names.map((name) => ({ name, type: 'alerting', health: 'ok' })) }] };
}
