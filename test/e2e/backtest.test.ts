import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEndpoint } from '../../lib/endpoint.ts';
import {
  type AlertBacktest,
  type BacktestResult,
  backtest,
} from '../../operations/review/backtest/backtest.ts';
import { type RuleVersion, rulesIn } from '../../operations/review/backtest/rules.ts';
import { Exporter } from './backtest/exporter.ts';
import { Project } from './backtest/project.ts';
import { type Found, LivePrometheus } from './backtest/prometheus.ts';

/**
 * A real history of about a minute, evaluated every second: alerts flap, their target goes away, Prometheus is
 * killed, ended, held up and given another version of the rules. What it recorded in ALERTS is the measure.
 */
const OLD = { waits: '1s', threshold: 0.5 };
const NEW = { waits: '3s', threshold: 2 };
const FLAPPING = ['FlapNow', 'FlapWaits', 'FlapLingers', 'ConsumerLagHigh'];

const exporter = new Exporter();
let project: Project;
let prometheus: LivePrometheus;
let before: RuleVersion;
/** Unix seconds. */
let from: number;
let calm: number;
let to: number;

const now = () => Date.now() / 1000;
const firing = (name: string, more = '') => `ALERTS{alertname="${name}", alertstate="firing"${more}}`;
const slow = firing('FlapWaits', ', kind="slow"');

/** Waits until an alert has fired and ended. */
async function cycle(alert: string): Promise<void> {
  await prometheus.until(alert);
  await prometheus.until(alert, false);
}

/** What Prometheus reads, of what was rendered. */
const ruleFiles = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    ['own.yaml', 'stream-processing.yaml'].map((name) => [name, files[`prometheus/rules/${name}`] ?? '']),
  );

beforeAll(async () => {
  project = await Project.make(OLD);
  const old = await project.render();
  before = rulesIn(old);
  prometheus = await LivePrometheus.make(await exporter.listen());
  prometheus.rules(ruleFiles(old));
  await prometheus.start();
  await prometheus.until(slow);
  from = now();
  await prometheus.until(slow, false);
  await cycle(slow);
  await cycle(slow);
  calm = now();

  exporter.isGone = true;
  await prometheus.until(firing('FlapMissing'));
  exporter.isGone = false;
  await prometheus.until(firing('FlapMissing'), false);

  await prometheus.until(slow);
  await prometheus.stop('SIGKILL');
  await prometheus.start();
  await cycle(slow);

  await prometheus.until(firing('ConsumerLagHigh'));
  await prometheus.stop('SIGTERM');
  await prometheus.start();
  await cycle(slow);

  await prometheus.until(slow);
  prometheus.freeze();
  await pause(3500); // Three evaluations are missed: the length of the hurt, not a wait.
  prometheus.thaw();
  await cycle(slow);

  project.configure(NEW);
  const changed = await project.render();

  prometheus.rules(ruleFiles(changed));
  await prometheus.reload();
  await cycle(slow);
  await cycle(slow);
  to = now() - 1;
});

afterAll(async () => {
  await prometheus?.remove();
  await exporter.close();
  project?.remove();
});

const named = ({ alerts }: BacktestResult, name: string): AlertBacktest => {
  const found = alerts.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} was not tested`);
  return found;
};

const timesOf = ({ after }: AlertBacktest) => {
  if (after === undefined || 'problem' in after) throw new Error(after?.problem);
  return after.firing.fired;
};

/** Starts and ends in stored samples of ALERTS, a second apart while the alert fires. */
function spans({ values = [] }: Found): readonly { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const [at] of values) {
    const last = found.at(-1);
    if (last !== undefined && at - last.to < 0.5) last.to = at + 1;
    else found.push({ from: at, to: at + 1 });
  }
  return found;
}

test.each(FLAPPING)('in calm times %s starts and ends within an evaluation of ALERTS', async (name) => {
  const period = { from, to: calm };
  const replayed = timesOf(
    named(await backtest(undefined, before, parseEndpoint(prometheus.url), { period, name }), name),
  ).filter((each) => each.from > from && each.to < calm);
  const stored = await prometheus.query(`${firing(name)}[${Math.ceil(calm - from) + 20}s]`, calm);
  const recorded = stored
    .flatMap((found) => spans(found))
    .filter((each) => each.from > from && each.to < calm)
    .sort((a, b) => a.from - b.from);
  expect(recorded.length).toBeGreaterThan(0);
  expect(replayed.length).toBe(recorded.length);
  replayed.forEach((each, index) => {
    expect(Math.abs(each.from - (recorded[index]?.from ?? 0))).toBeLessThanOrEqual(1);
    expect(Math.abs(each.to - (recorded[index]?.to ?? 0))).toBeLessThanOrEqual(1);
  });
});

test('everything else that ALERTS has and the backtest has not, or the other way round, has a cause', async () => {
  const result = await backtest(undefined, before, parseEndpoint(prometheus.url), { period: { from, to } });
  const differences = [...FLAPPING, 'FlapMissing'].flatMap((name) => {
    const { agreement } = named(result, name);
    expect(agreement).toBeDefined();
    if (name !== 'FlapMissing')
      expect((agreement?.exact ?? 0) + (agreement?.within ?? 0)).toBeGreaterThanOrEqual(4);
    return (agreement?.differences ?? []).map((difference) => ({ name, ...difference }));
  });
  expect(differences.filter(({ cause }) => cause === 'unexplained')).toEqual([]);
  const causes = new Set(differences.map(({ cause }) => cause));
  for (const cause of ['restart', 'rule-changed']) expect([...causes]).toContain(cause);
  expect(result.asked.queries).toBeGreaterThan(0);
  expect(result.asked.samples).toBeGreaterThan(0);
});

test('what the server did not record is computed from its rule', async () => {
  const lag = 'stream_processing:consumer_lag:sum';
  const record = before.recordings.map((rule) =>
    rule.record === lag ? { ...rule, expr: `${rule.expr} * 1` } : rule,
  );
  const period = { from, to: calm };
  const name = 'ConsumerLagHigh';
  const computed = await backtest(before, { ...before, recordings: record }, parseEndpoint(prometheus.url), {
    period,
    name,
  });
  const alert = named(computed, name);
  expect(alert.before).toMatchObject({ question: { recorded: [lag], inlined: [] } });
  expect(alert.after).toMatchObject({ question: { recorded: [], inlined: [lag] } });
  const old = alert.before && 'firing' in alert.before ? alert.before.firing.fired : [];
  expect(timesOf(alert)).toHaveLength(old.length);
});

test('an alert that never fired is asked for where its group was evaluated', async () => {
  const name = 'FlapNever';
  const { after } = named(
    await backtest(undefined, before, parseEndpoint(prometheus.url), { period: { from, to }, name }),
    name,
  );
  expect(after).toMatchObject({ firing: { fired: [] } });
});

test('make backtest compares the working tree with a commit', async () => {
  const end = new Date(to * 1000).toISOString();
  const options = ['--prom', prometheus.url, '--base', 'HEAD', '--range', '3m', '--to', end];
  const text = await project.cli('backtest', ...options);
  expect(text).toMatch(/2 of 2 changed alerts would have fired otherwise/);
  expect(text).toMatch(/FlapNow\tchanged\twarning\tbefore\t\d+\t.*[1-9]/);
  expect(text).toMatch(/FlapNow\tchanged\twarning\tafter\t0\t–/);
  expect(text).not.toMatch(/[▁-█]/);
  expect(text).toContain('What the server was asked');
  const { data } = JSON.parse(await project.cli('backtest', ...options, '--json')) as {
    data: BacktestResult;
  };
  expect(data.alerts.map(({ name }) => name).sort()).toEqual(['FlapNow', 'FlapWaits']);
  expect(data.unchanged).toBeGreaterThan(60);
  const waits = named(data, 'FlapWaits');
  expect(waits.agreement?.version).toBe('after');
  expect(waits.agreement?.differences.filter(({ cause }) => cause === 'unexplained')).toEqual([]);
  expect(waits.agreement?.differences.some(({ cause }) => cause === 'rule-changed')).toBe(true);
});

test('make backtest says what is wrong with an option', async () => {
  const refused = async (...options: string[]) =>
    await project.cli('backtest', '--prom', prometheus.url, ...options).then(
      () => '',
      (error: { stderr: string }) => error.stderr,
    );
  expect(await refused('--name', 'FlapNaw')).toContain('Did you mean FlapNow?');
  expect(await refused('--points', '20000')).toContain('from 10 to 11000');
  const { data } = JSON.parse(
    await project.cli('backtest', '--prom', prometheus.url, '--samples', '1', '--name', 'FlapNow', '--json'),
  ) as { data: BacktestResult };
  expect(named(data, 'FlapNow').after).toMatchObject({ problem: expect.stringContaining('raise --samples') });
});
