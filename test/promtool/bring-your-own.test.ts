import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildRules } from '../../rules/index.ts';
import { renderGroups, yaml } from '../../rules/render.ts';
import { readText } from '../../rules/template.ts';
import { renderOwnTests } from '../../rules/tests.ts';
import { ensureTools } from '../../tools/install.ts';
import { failures, writeFiles } from './promtool.ts';

const run = promisify(execFile);
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/bring-your-own.md'), 'utf8');

/** The examples of the page that are files of `rules.d/`, by path. */
const EXAMPLES = Object.fromEntries(
  [...PAGE.matchAll(/```yaml\n# (rules\.d\/\S+)\n(.*?)```/gs)].map(([, path = '', content = '']) => [
    path,
    content,
  ]),
);

/** Works in a folder that is gone afterwards. */
async function within<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bring-your-own-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the examples of rules in the docs work as they stand', async () => {
  expect(Object.keys(EXAMPLES)).toHaveLength(7);
  const set = buildRules({ userFiles: EXAMPLES });
  const told = set.advice.map((line) => line.split('\n')[0]);
  expect(told).toEqual([
    expect.stringContaining('its burn alerts are called PaymentsAvailabilityBudgetBurnFast'),
    expect.stringContaining('nothing says what refunds_failed_total is, which refunds reads'),
    expect.stringContaining('nothing shows that refunds fires'),
  ]);
  await within(async (folder) => {
    const files = writeFiles(folder, renderOwnTests(set));
    // The budgets' long windows are proven for every SLO alike, and take most of the time.
    const tests = files.filter((file) => /\.test\.yaml$/.test(file) && !/budget|Budget/.test(file));
    expect(await failures(tests)).toBe('');
  });
});

/** Pieces of which texts are made: what Prometheus takes, and what it does not. */
const PIECES = [
  ...['{{ $labels.queue }}', '{{ $value }}', '{{- $value -}}', '{{ .Labels.queue }}', '{{ $labels }}'],
  ...['{{ index $labels "queue" }}', '{{ printf "%.2f" $value }}', '{{ $value | humanize1024 }}'],
  ...[
    '{{ humanizeDuration $value }}',
    '{{ $externalLabels.cluster }}',
    '{{/* a remark */}}',
    '{{- /* x */ -}}',
  ],
  ...['{{ if gt $value 5.0 }}', '{{ else }}', '{{ end }}', '{{ with $labels.queue }}', '{{ . }}'],
  ...['{{ range query "up" }}', '{{ .Value }}', '{{ $x := 1 }}', '{{ $x }}', '{{ $y }}', '{{ nope }}'],
  ...['{{ $value | humanise }}', '{{', '}}', '{{ }}', '{{ "a }}', '{{ `a }}` }}', '{{ "}}" | toUpper }}'],
  ...[
    '{{ range $i, $e := query "up" }}',
    '{{ $i }}',
    '{{ break }}',
    '{{ (printf "%d" 1) | len }}',
    '{{ 1.5e3 }}',
  ],
  ...[
    '{{ true }}',
    '{{ nil | print }}',
    "{{ 'x' }}",
    '{{ $value | $value }}',
    '{{ define "t" }}',
    '{{ template "t" . }}',
  ],
  ...[
    'text',
    ' ',
    '"',
    '{ {',
    '\n',
    '%',
    'ü',
    '{{ $labels.é }}',
    '{{ $labels . }}',
    '{{ ( }}',
    '{{ a.b }}',
    '{{ len $labels }}',
  ],
];

test('whatever promtool accepts in a text, we accept', async () => {
  const texts = fc.sample(
    fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    { numRuns: 400, seed: 20_240_611 },
  );
  const all = [...new Set([...PIECES, ...texts])];
  await within(async (folder) => {
    const { promtool } = await ensureTools(['promtool']);
    // One file each, so that promtool judges each, in one run.
    const files = all.map((text, index) => {
      const path = join(folder, `${index}.yaml`);
      const rules = [{ alert: `T${index}`, expr: 'up == 0', annotations: { text } }];
      writeFileSync(path, yaml({ groups: [{ name: 'g', rules }] }));
      return path;
    });
    const said = await run(promtool, ['check', 'rules', '--lint=none', ...files], { maxBuffer: 1e8 }).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ stdout, stderr }),
    );
    const refused = new Set(
      [...`${said.stdout}${said.stderr}`.matchAll(/rule \d+, "T(\d+)"/g)].map(([, index]) => Number(index)),
    );
    const accepted = all.filter((_, index) => !refused.has(index));
    expect(refused.size).toBeGreaterThan(50);
    expect(accepted.length).toBeGreaterThan(100);
    expect(accepted.flatMap((text) => readText(text).problems.map((problem) => [text, problem]))).toEqual([]);
  });
});

test('a rule with any such text is built and tested, its state where its text is Prometheus’s alone', async () => {
  const texts = PIECES.filter((text) => readText(text).problems.length === 0);
  const usual = texts.filter(
    (text) =>
      !/nope|\$y|\{\{ a\.b|template|\$value \| \$value|break|\{\{ \. \}\}|\.Value|nil|\$labels \./.test(text),
  );
  const alerts = usual.map((text, index) => ({
    name: `Text${index}`,
    service: 'checkout',
    severity: 'warning',
    signal: 'saturation',
    expr: 'max by (queue) (queue_depth) > $threshold',
    threshold: { value: 100, unit: 'count', direction: 'above' },
    summary: 's',
    description: `x${text}`,
    runbook: 'own',
    proof: {
      over: [{ series: 'queue_depth{queue="orders"}', kind: 'gauge', value: 150 }],
      under: [{ series: 'queue_depth{queue="orders"}', kind: 'gauge', value: 50 }],
      value: 150,
      labels: [{ queue: 'orders' }],
    },
  }));
  const metrics = { queue_depth: { type: 'gauge', labels: ['queue'] } };
  const set = buildRules({ userFiles: { 'rules.d/texts.yaml': yaml({ metrics, alerts }) } });
  expect(renderGroups(set.groups)).toContain('alert: Text0');
  await within(async (folder) => {
    const files = writeFiles(folder, renderOwnTests(set));
    expect(await failures(files.filter((file) => file.endsWith('.test.yaml')))).toBe('');
  });
});
