import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Repository, type Run } from './repository.ts';

interface Told {
  readonly verdict: { readonly level: string; readonly text: string };
  readonly changes: readonly {
    readonly area: string;
    readonly subject: string;
    readonly text: string;
    readonly effect: string;
  }[];
  readonly findings: readonly { readonly policy: string; readonly level: string; readonly isNew: boolean }[];
  readonly problem?: string;
}

interface Case {
  readonly name: string;
  /** Default: local. */
  readonly stack?: string;
  readonly make: (repository: Repository) => void;
  readonly level: 'same' | 'changes' | 'look' | 'refused';
  readonly code: number;
  /** Lines that must be told, as `effect subject: text`. */
  readonly told?: readonly (string | RegExp)[];
  /** The mandatory policies that are violated. Default: none. */
  readonly policies?: readonly string[];
  readonly problem?: RegExp;
}

const WEBHOOK = 'https://hooks.example.org/services/T0/B0/canary-in-plain-text';
const LATENCY = 'InferenceAPIHighLatency';

/** What people do to a monitoring repository. */
const CASES: readonly Case[] = [
  {
    name: 'a loosened threshold',
    make: (repository) =>
      repository.configure('local', { rules: { alerts: { [LATENCY]: { threshold: '200ms' } } } }),
    level: 'look',
    code: 3,
    told: [
      `weaker ${LATENCY}: threshold 0.15 s → 0.2 s (+33 %), looser`,
      /^neutral System Overview: panel “P95 latency \(< 200 ms\)”: limit 0.15 → 0.2$/,
    ],
  },
  {
    name: 'a deleted alert',
    make: (repository) =>
      repository.configure('local', { rules: { alerts: { CacheHitRateLow: { off: true } } } }),
    level: 'look',
    code: 3,
    told: [/^weaker CacheHitRateLow: removed \(warning, under 70 % for 5m, notifies alerts/],
  },
  {
    name: 'a renamed metric',
    make: (repository) =>
      repository.edit('catalogue/metrics.ts', (text) =>
        text.replace('inference_active_requests:', 'inference_requests_in_flight:'),
      ),
    level: 'refused',
    code: 1,
    problem: /unknown metric “inference_active_requests”/,
  },
  {
    name: 'a metric renamed everywhere',
    make: (repository) => {
      for (const path of [
        'catalogue/metrics.ts',
        'rules/alerts/inference-api.ts',
        'dashboards/inference-api.ts',
      ])
        repository.edit(path, (text) =>
          text.replaceAll('inference_active_requests', 'inference_requests_in_flight'),
        );
    },
    level: 'changes',
    code: 0,
    told: [
      /^neutral inference_requests_in_flight: read instead of inference_active_requests, in \d+ places$/,
    ],
  },
  {
    name: 'a broken query',
    make: (repository) =>
      repository.edit('rules/alerts/inference-api.ts', (text) =>
        text.replace('sum(inference_active_requests) >', 'sum(inference_active_requests >'),
      ),
    level: 'refused',
    code: 1,
    problem: /alert InferenceAPIHighLoad: syntax error at character/,
  },
  {
    name: 'a new dashboard panel',
    make: (repository) =>
      repository.edit('dashboards/feature-store.ts', (text) =>
        text.replace(
          '\nconst verdict = (context: DashboardContext) => [',
          `\nconst verdict = (context: DashboardContext) => [
  stat({
    title: 'Age of the freshest feature group',
    description: 'Age of the newest value of the group that is furthest ahead.',
    unit: 's',
    min: 0,
    levels: freshnessLevels(context),
    sparkline: true,
    queries: [range(\`min(feature_freshness_seconds{\${GROUP}})\`, 'age')],
  }),`,
        ),
      ),
    level: 'changes',
    code: 0,
    told: ['neutral Feature Store: panel “Age of the freshest feature group” added (stat)'],
  },
  {
    name: 'retention below a window',
    make: (repository) => repository.configure('local', { prometheus: { retention: { time: '7d' } } }),
    level: 'refused',
    code: 1,
    told: ['risk prometheus: retention 30d → 7d: samples beyond it are deleted'],
    policies: ['retention-covers-slo'],
  },
  {
    name: 'a secret in plain text',
    make: (repository) =>
      repository.configure('local', {
        notifications: { slack: { webhookUrl: WEBHOOK } },
      }),
    level: 'refused',
    code: 1,
    problem:
      /notifications\.slack\.webhookUrl stands in plain text.* make secret STACK=local NAME='notifications\.slack\.webhookUrl'/,
  },
  {
    name: 'an image without a tag',
    stack: 'dev',
    make: (repository) =>
      repository.edit('components/parts/part.ts', (text) =>
        text.replace(/image: `\$\{repository\}:.*`/, 'image: repository'),
      ),
    level: 'refused',
    code: 1,
    told: [/^unclear prometheus: image docker\.io\/prom\/prometheus:v[\d.]+ → docker\.io\/prom\/prometheus$/],
    policies: ['image-is-pinned'],
  },
  {
    name: 'a route removed',
    make: (repository) => repository.configure('local', { notifications: { routes: [] } }),
    level: 'look',
    code: 3,
    told: [/^weaker \d+ alerts: notifies alerts, digest → alerts: digest is told less /],
  },
  {
    name: 'an inhibition by what always fires',
    make: (repository) =>
      repository.edit('notifications/inhibition.ts', (text) =>
        text.replace(
          'const RULES: readonly InhibitRule[] = [\n',
          `$&  { name: 'quiet', source_matchers: ['alertname="Watchdog"'], target_matchers: ['severity="critical"'] },\n`,
        ),
      ),
    level: 'refused',
    code: 1,
    told: [/^weaker inhibition quiet: added \(alertname="Watchdog" mutes severity="critical"\)/],
    policies: ['inhibition-is-sound'],
  },
  {
    name: 'a guard that is loosened for what violates it',
    make: (repository) =>
      repository.configure('local', {
        rules: { alerts: { RedisDown: { for: '20m' } } },
        policies: { limits: { criticalFor: '30m' } },
      }),
    level: 'refused',
    code: 1,
    told: ['weaker limits.criticalFor: 5m → 30m: the guard is loosened'],
    policies: ['loosening-is-approved'],
  },
  {
    name: 'formatting only',
    make: (repository) => {
      repository.edit(
        'Pulumi.local.yaml',
        (text) => `# A remark.\n\n${text.replace('platform: local', 'platform: "local"')}`,
      );
      // The expression that is fixed to the letter stays; another one is spelled differently.
      repository.edit('rules/alerts/inference-api.ts', (text) =>
        text.replace('`sum(inference_active_requests) > ', '`(sum( inference_active_requests ))   > '),
      );
      repository.edit('dashboards/feature-store.ts', (text) =>
        text.replace('`max(min by (feature_group) (', '`max( min  by (feature_group)('),
      );
    },
    level: 'same',
    code: 0,
  },
  {
    name: 'an SLO tightened',
    make: (repository) =>
      repository.configure('local', { rules: { slos: { 'inference-latency': { objective: 0.99 } } } }),
    level: 'changes',
    code: 0,
    told: [
      /^stricter inference-latency: objective 95 % → 99 %, tightened/,
      /^neutral SLO inference-latency: \d+ rules changed/,
    ],
  },
  {
    name: 'a scrape target added',
    make: (repository) =>
      repository.configure('local', { services: [{ name: 'checkout', address: '10.0.0.8:9000' }] }),
    level: 'changes',
    code: 0,
    told: ['stricter checkout: job added (checkout:9000)', /^stricter CheckoutDown: added \(critical, /],
  },
];

const repository = new Repository({
  notifications: { routes: [{ service: 'feature-store', receivers: ['digest'], also: true }] },
});
afterEach(() => repository.reset());
afterAll(() => repository.remove());

const read = ({ stdout, stderr }: Run): Told => {
  if (!stdout.startsWith('{')) throw new Error(stderr || stdout);
  return JSON.parse(stdout) as Told;
};

describe('a change', () => {
  test.each(CASES)('$name: $level', async (each) => {
    each.make(repository);
    const run = await repository.cli('diff', '--stack', each.stack ?? 'local', '--strict', '--json');
    const found = read(run);
    expect({ code: run.code, level: found.verdict.level }, run.stdout).toEqual({
      code: each.code,
      level: each.level,
    });
    const lines = found.changes.map(({ effect, subject, text }) => `${effect} ${subject}: ${text}`);
    for (const line of each.told ?? [])
      expect(lines).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line));
    if (each.level === 'same') expect(found.changes).toEqual([]);
    const violated = found.findings.filter(({ level, isNew }) => level === 'mandatory' && isNew);
    expect([...new Set(violated.map(({ policy }) => policy))]).toEqual(each.policies ?? []);
    if (each.problem) expect(found.problem).toMatch(each.problem);
    expect(run.stdout).not.toContain('canary');
  });
});

describe('the command', () => {
  test('tells a person in lines, and ends well where nobody asked to be strict', async () => {
    CASES[0]?.make(repository);
    const { code, stdout } = await repository.cli('diff', '--base', 'HEAD');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      `Look twice: monitoring gets weaker: needs more to fire (${LATENCY}); 5 changes in all.`,
      expect.stringMatching(
        /^Compared: HEAD \(\w{9}\) → the working tree \(\w{9} with 1 uncommitted file\)\.$/,
      ),
      '',
      'Needs more to fire',
      `  - ${LATENCY}: threshold 0.15 s → 0.2 s (+33 %), looser`,
    ]);
    expect(
      stdout
        .split('\nNot checked\n')[1]
        ?.split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'what the engine would do to resources: make preview',
      'how changed alerts would have fired over real history: make backtest PROM=<url>',
      'how changed panels look: make pr-report PROM=<url>',
      '',
    ]);
  });

  test('names the engine as not asked where nothing changes', async () => {
    const { code, stdout } = await repository.cli('diff', '--base', 'HEAD', '--strict');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Nothing changes: /);
    expect(stdout.split('\nNot checked\n')[1]?.trim()).toBe(
      'what the engine would do to resources: make preview',
    );
  });

  test('compares with a commit that can render and no more', async () => {
    const files = ['cli/run.ts', 'cli/commands/describe.ts'].map((file) => join(repository.folder, file));
    const before = files.map((file) => readFileSync(file, 'utf8'));
    repository.edit('cli/run.ts', (text) => text.replace(/ {2}describe: .*\n/, ''));
    rmSync(join(repository.folder, 'cli', 'commands', 'describe.ts'));
    const old = repository.commit('without describe');
    for (const [index, file] of files.entries()) writeFileSync(file, before[index] ?? '');
    repository.commit('with describe');
    CASES[0]?.make(repository);
    const { code, stdout } = await repository.cli('diff', '--base', old);
    expect(code).toBe(0);
    expect(stdout).toContain('workloads, volumes and retention are not compared');
    expect(stdout).toContain(`- ${LATENCY}: threshold 0.15 → 0.2 (+33 %), looser`);
  });

  test('says what it does not know', async () => {
    const { code, stderr } = await repository.cli('diff', '--base', 'no-such-branch');
    expect(code).toBe(4);
    expect(stderr).toContain('git knows no commit no-such-branch');
  });
});
