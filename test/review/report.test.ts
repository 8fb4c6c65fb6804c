import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { DEMO, DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { STACK } from '../../catalogue/stack.ts';
import { commentMarker } from '../../operations/review/report/markdown.ts';
import { freePort } from '../e2e/preview/prometheus.ts';
import { Repository } from './repository.ts';

const CANARY = 'canary5f1d';
const HOOK = `https://hooks.example.org/services/${CANARY}-slack`;
const SECRETS = {
  grafana: { adminPassword: `${CANARY}-grafana` },
  redis: { password: `${CANARY}-redis` },
  notifications: {
    slack: { webhookUrl: HOOK },
    pagerduty: { routingKey: `${CANARY}0123456789abcdef012345` },
  },
};
const ENCRYPTED = [
  ['grafana.adminPassword', SECRETS.grafana.adminPassword],
  ['notifications.slack.webhookUrl', HOOK],
  ['notifications.pagerduty.routingKey', SECRETS.notifications.pagerduty.routingKey],
] as const;

const repository = new Repository({});
afterEach(() => repository.reset());
afterAll(() => repository.remove());

const report = async (...options: readonly string[]) => {
  const { code, stdout, stderr } = await repository.cli(
    'pr-report',
    '--base',
    'HEAD',
    '--out',
    'report',
    ...options,
  );
  const [comment, html] = ['comment.md', 'report.html'].map((file) =>
    readFileSync(join(repository.folder, 'report', file), 'utf8'),
  );
  return { code, stdout, stderr, comment: comment ?? '', html: html ?? '' };
};

test('a report with the engine’s plan holds every part, and nothing secret', async () => {
  for (const [name, value] of ENCRYPTED) await repository.encrypt(name, value);
  repository.configure('local', { rules: { alerts: { InferenceAPIHighLatency: { threshold: '200ms' } } } });
  const { code, comment, html, stdout, stderr } = await report();
  expect(code, stderr).toBe(0);
  expect(comment.split('\n')[0]).toMatch(
    /^🟠 \*\*Look twice: monitoring gets weaker: needs more to fire \(InferenceAPIHighLatency/,
  );
  expect(comment).toMatch(/Resource plan: \d+ to create, 0 as they are/);
  expect(comment).toContain('Cost: no more series');
  const left = [...stdout.matchAll(/^Not checked: (.*): make /gm)].map(([, what]) => what);
  expect(left).toEqual(['how changed alerts would have fired over real history', 'how changed panels look']);
  for (const what of left) expect(html).toContain(what);
  expect(html).toContain('threshold 0.15 s → 0.2 s (+33 %), looser');
  for (const text of [comment, html, stdout, stderr]) expect(text).not.toContain(CANARY);
});

test.each([
  ['in plain text', {}],
  ['where it must not', { rules: { alerts: { CacheHitRateLow: { annotations: { channel: HOOK } } } } }],
  ['beside settings that cannot be used', { rules: { alerts: { NoSuchAlert: { off: true } } } }],
  ['in a setting that has another form', { grafana: { adminPassword: [`${CANARY}-in-a-list`] } }],
])('a secret %s is refused and not shown', async (_, config) => {
  repository.configure('local', { ...SECRETS, ...config });
  const { code, comment, html, stdout, stderr } = await report('--without-plan');
  expect(code, stderr).toBe(1);
  expect(comment).toMatch(/^🔴 \*\*Refused: /);
  expect(stdout).toContain('Not checked: what the engine would do to resources: make preview\n');
  for (const text of [comment, html, stdout, stderr]) expect(text).not.toContain(CANARY);
});

test('a change that alters nothing is said in one line', async () => {
  repository.edit('rules/alerts/inference-api.ts', (text) => `${text}\n// A remark.\n`);
  const { code, comment } = await report();
  expect(code).toBe(0);
  expect(comment.split('\n\n')).toEqual([
    expect.stringMatching(/^🟢 \*\*Nothing changes: \d+ alerts/),
    expect.stringMatching(
      /^Stack `local`, HEAD \([0-9a-f]{9}\) → the working tree \([0-9a-f]{9} with 1 uncommitted file\)\.$/,
    ),
    commentMarker('local'),
  ]);
});

const THROWN = 'the cable is cut';
const breakProgram = () =>
  repository.edit('stack/program.ts', (text) =>
    text.replace('const stack = ', `if (plan) throw new TypeError('${THROWN}');\n    const stack = `),
  );

test('a program that throws in the engine is refused, though it declares what it did', async () => {
  breakProgram();
  const { code, comment, stdout } = await report();
  expect(code).toBe(1);
  const headline = `Refused: make preview could not finish: The program throws TypeError: ${THROWN}`;
  expect(comment.split('\n')[0]).toBe(`🔴 **${headline}**`);
  expect(stdout.split('\n')[0]).toBe(headline);
  expect(stdout).not.toContain('Not checked');
  expect(comment).toContain('Resource plan: not made');
});

test('a program that throws deletes nothing of what runs, and leaves no lock', async () => {
  const workloads = Object.keys({ ...STACK, ...SERVICES, ...DEPENDENCIES, ...DEMO });
  const ports = await Promise.all(workloads.map(async (name) => [name, await freePort()] as const));
  repository.configure('local', { ports: Object.fromEntries(ports) });
  await repository.cli('preview');
  // The engine deletes what a program does not declare that returns: the program never comes to this one.
  const file = join(
    repository.folder,
    '.monitoring/state/.pulumi/stacks/feature-store-monitoring/local.json',
  );
  const state = JSON.parse(readFileSync(file, 'utf8'));
  const urn = (type: string, name: string) => `urn:pulumi:local::feature-store-monitoring::${type}::${name}`;
  const stack = urn('pulumi:pulumi:Stack', 'feature-store-monitoring-local');
  state.checkpoint.latest.resources = [
    { urn: stack, custom: false, type: 'pulumi:pulumi:Stack' },
    { urn: urn('test:index:Kept', 'kept'), custom: false, type: 'test:index:Kept', parent: stack },
  ];
  rmSync(`${file}.attrs`, { force: true });
  writeFileSync(file, JSON.stringify(state));
  breakProgram();
  const { code, stdout, stderr } = await repository.cli('up');
  expect(code).toBe(1);
  expect(stderr).toContain(`make up could not finish:\nThe program throws TypeError: ${THROWN}\n`);
  expect(stdout).not.toContain('removed');
  expect(readFileSync(file, 'utf8')).toContain('test:index:Kept::kept');
  expect((await repository.cli('unlock')).stdout).toBe('Stack "local" is not locked.\n');
});
