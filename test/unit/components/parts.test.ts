import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../../catalogue/index.ts';
import { STACK } from '../../../catalogue/stack.ts';
import {
  EXPORTERS,
  exporterWorkloads,
  isScraped,
  PARTS,
  runningParts,
} from '../../../components/parts/index.ts';
import type { ExporterPart, PartFacts } from '../../../components/parts/part.ts';
import { partContext } from '../../../components/topology.ts';
import { localAddressing } from '../../../platforms/local/addressing.ts';
import { buildRules } from '../../../rules/index.ts';
import { parseSettings, type Settings } from '../../../stack/settings/index.ts';
import { settingsSchema } from '../../../stack/settings/schema.ts';

/** Members that a value must have to be accepted as a `Form`. */
type RequiredOf<Form> = {
  [K in keyof Form]-?: Record<never, never> extends Pick<Form, K> ? never : K;
}[keyof Form];

/** Exactly the required members: the compiler objects once one more is required, or one no longer is. */
const FACTS: Readonly<Record<RequiredOf<PartFacts>, true>> = {
  name: true,
  title: true,
  port: true,
  program: true,
  opened: true,
  ready: true,
  probed: true,
  settings: true,
  absent: true,
  metrics: true,
  rules: true,
  healthy: true,
};
const OF_EXPORTERS: Readonly<Record<RequiredOf<ExporterPart>, true>> = { ...FACTS, workload: true };

const ROOT = join(import.meta.dirname, '..', '..', '..');

const settings = parseSettings({}, { stack: 'dev' });
const workloads = (given: Settings) =>
  exporterWorkloads({
    ...partContext(given, localAddressing({ stack: 'dev', root: '/srv/project', ports: {} })),
    probes: { connections: [], dnsName: undefined },
  });

test('no required member can be taken out of any part: the compiler objects', { timeout: 120_000 }, () => {
  const exporters: ReadonlySet<string> = new Set(EXPORTERS.map(({ name }) => name));
  const cuts = PARTS.flatMap(({ name }, index) => {
    const [define, members] = exporters.has(name) ? ['definePart', OF_EXPORTERS] : ['defineServer', FACTS];
    return Object.keys(members).map((member) => ({
      cut: `${name} without ${member}`,
      line: `{ const { ${member}: _, ...rest } = PARTS[${index}]; ${define}(rest); }`,
    }));
  });
  const whole = PARTS.map(
    ({ name }, index) => `${exporters.has(name) ? 'definePart' : 'defineServer'}(PARTS[${index}]);`,
  );
  const imports = "import { PARTS } from './index.ts'; import { definePart, defineServer } from './part.ts';";
  const objections = linesRefused([imports, ...whole, ...cuts.map(({ line }) => line)].join('\n'));
  expect(objections.filter((line) => line <= whole.length)).toEqual([]);
  expect(
    cuts.filter((_, index) => !objections.includes(1 + whole.length + index)).map(({ cut }) => cut),
  ).toEqual([]);
});

/** Lines of a file beside the parts, from 0, that the compiler refuses. */
function linesRefused(text: string): readonly number[] {
  const file = join(ROOT, 'components', 'parts', 'cut.ts');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, target, ...rest) =>
    name === file ? ts.createSourceFile(name, text, target, true) : getSourceFile(name, target, ...rest);
  const program = ts.createProgram([file], { ...options, noUnusedLocals: false, skipLibCheck: true }, host);
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error('The compiler did not read the file.');
  return program
    .getSemanticDiagnostics(source)
    .map(({ start = 0 }) => source.getLineAndCharacterOfPosition(start).line);
}

describe.each(PARTS.map((part) => [part.name, part] as const))('%s', (name, part) => {
  test('has a name, a port and a program of its own', () => {
    expect(PARTS.filter((each) => each.name === name || each.port === part.port)).toEqual([part]);
    expect(STACK[name]).toEqual({ title: part.title, port: part.port });
    expect(part.program.image).toMatch(/^docker\.io\/[\w./-]+:v?\d[\w.-]*$/);
  });

  test('its settings, metrics and rules are part of the whole', () => {
    for (const key of Object.keys(part.settings)) expect(settingsSchema.shape).toHaveProperty(key);
    for (const [metric, definition] of Object.entries(part.metrics))
      expect(METRICS).toHaveProperty(metric, definition);
    const names = buildRules().alerts.map((alert) => alert.name);
    expect(names).toEqual(expect.arrayContaining(part.rules.alerts.map((alert) => alert.name)));
  });

  test('exposes on a healthy day only what the catalogue has', () => {
    for (const { series } of part.healthy({ hour: 12, load: 0.5 }))
      expect(METRICS).toHaveProperty(series.replace(/\{.*/, ''));
  });
});

test.each(EXPORTERS.map(({ name, program, port, ready }) => ({ name, program, port, ready })))(
  'the workload of $name is what its part says',
  ({ name, program, port, ready }) => {
    const workload = workloads(settings).find((each) => each.name === name);
    expect(workload?.program).toEqual(program);
    expect(workload?.ports[0]?.port).toBe(port);
    expect(workload?.health).toMatchObject({ http: { path: ready } });
  },
);

test('a part that is off has no workload, no job and no alerts', () => {
  const off = parseSettings(
    { redis: { off: true }, nodeExporter: { mode: 'off' }, grafana: { mode: 'off' } },
    { stack: 'dev' },
  );
  const names = ['grafana', 'redis-exporter', 'node-exporter'];
  expect(runningParts(off).map(({ name }) => name)).not.toEqual(expect.arrayContaining(names));
  expect(workloads(off).map(({ name }) => name)).toEqual(['blackbox-exporter']);
  expect(PARTS.filter((part) => !isScraped(part, off)).map(({ name }) => name)).toEqual(names);
});
