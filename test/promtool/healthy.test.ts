import { expect, test } from 'vitest';
import { scrapedEvery } from '../../bench/dataset/rules.ts';
import { walk } from '../../lib/promql/ast.ts';
import { parse, seconds } from '../../lib/promql/parse.ts';
import type { Recording } from '../../rules/alert.ts';
import { buildRules, dependencies } from '../../rules/index.ts';
import { healthyCourse } from '../../rules/proof/healthy.ts';
import { layOut, START } from '../../rules/proof/series.ts';
import { History } from './history.ts';

const PORT = 22_020;
const DAYS = 10;
/** Hundreds of blocks are written: seconds of work, minutes on a busy disk. */
const TIMEOUT_MS = 900_000;
const END = START + DAYS * 86_400;

// The data has a sample a minute.
const set = buildRules({ services: scrapedEvery('60s') });
const watchdog = set.alerts.find((alert) => alert.name === 'Watchdog')?.expr ?? '';
const reads = (expr: string): string[] =>
  [...walk(parse(expr))].flatMap((part) => (part.kind === 'selector' ? [part.metric] : []));

/** What alerts read: not the 30 days of the budgets, which only dashboards and texts do. */
const needed = [
  ...new Set(set.alerts.flatMap((alert) => dependencies(set, { ...alert, annotations: {} }))),
].filter((rule) => rule.labels?.window !== '30d');

/** Recordings in stages, each reading earlier ones alone; where they read each other in time, the first goes ahead. */
function stages(rules: readonly Recording[]): Recording[][] {
  const found: Recording[][] = [];
  let rest = [...rules];
  while (rest.length > 0) {
    const missing = new Set(rest.map((rule) => rule.record));
    const ready = rest.filter((rule) => !reads(rule.expr).some((name) => missing.has(name)));
    const stage =
      ready.length > 0 ? ready : rest.filter((rule) => rule.record.startsWith('slo:probe_weight'));
    if (stage.length === 0) throw new Error(`rules read each other: ${[...missing].join(', ')}`);
    found.push(stage);
    rest = rest.filter((rule) => !stage.includes(rule));
  }
  return found;
}

/** Whether minutes hold an unbroken stretch of a length in seconds. */
function lasts(minutes: readonly number[], length: number): boolean {
  let since = Number.NaN;
  return minutes.some((minute, index) => {
    if (minute - (minutes[index - 1] ?? Number.NaN) !== 60) since = minute;
    return minute - since >= length;
  });
}

test(
  'over ten healthy days nothing fires but the dead man’s switch and what is to be aware of',
  async () => {
    const metrics = new Set([...needed, ...set.alerts].flatMap((rule) => reads(rule.expr)));
    const history = new History(PORT);
    try {
      await history.write(layOut(healthyCourse(DAYS, metrics), 60), START);
      for (const stage of stages(needed)) await history.record(stage, START, END);
      await history.ask(async () => {
        const fired = async (expr: string, wait: string): Promise<boolean> => {
          const series = await history.minutes(expr, START, END);
          return [...series.values()].some((minutes) => lasts(minutes, seconds(wait)));
        };
        const names: string[] = [];
        for (const alert of set.alerts) if (await fired(alert.expr, alert.for)) names.push(alert.name);
        expect(names.sort()).toEqual(['ServiceDeployed', 'Watchdog']);
        // What is healthy lies close enough to be seen, and is there at all.
        expect(await fired('sum(inference_active_requests) > 30', '5m')).toBe(true);
        expect(
          await fired('max(slo:burn_rate:ratio{slo="inference-latency", window="3d"}) > 0.25', '1h'),
        ).toBe(true);
        const switched = await history.minutes(watchdog, START, END);
        expect([...switched.values()].map((minutes) => minutes.length)).toEqual([DAYS * 1440 + 1]);
      });
    } finally {
      history.remove();
    }
  },
  TIMEOUT_MS,
);
