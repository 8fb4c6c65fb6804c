import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { SLOS, type SloWindow } from '../../catalogue/slos.ts';
import { START } from '../../rules/proof/series.ts';
import { renderGroups } from '../../rules/render.ts';
import { type LongWindows, sloRecordings } from '../../rules/slo/recordings.ts';
import { ensureTools } from '../../tools/install.ts';

const run = promisify(execFile);
const MINUTE = 60;
const HOUR = 60;
const DAY = 24 * HOUR;

/** A period of 4 days: that of a real SLO differs by its length alone, and would take the test ten times as long. */
const DAYS = 4;
const SLO = { ...SLOS['inference-availability'], windowDays: DAYS as SloWindow };
const NAME = 'availability';
/** Windows that are read off running totals, in minutes. */
const LONG: Readonly<Record<string, number>> = { '3d': 3 * DAY, [`${DAYS}d`]: DAYS * DAY };

/** Minutes, first and after the last, in which Prometheus does not run: restarts, and gaps of 2 and of 8 hours. */
const GAPS: readonly (readonly [from: number, to: number])[] = [
  [HOUR, 9 * HOUR],
  [18 * HOUR + 7, 18 * HOUR + 10],
  [20 * HOUR, 22 * HOUR],
  [2 * DAY + 3 * HOUR, 2 * DAY + 3 * HOUR + 12],
  [4 * DAY + 5 * HOUR, 4 * DAY + 5 * HOUR + 2],
];

/** Share of failures: incidents before, at and after the edges of gaps, and where windows begin then. */
const INCIDENTS: readonly (readonly [from: number, to: number, share: number])[] = [
  [35, 80, 0.4],
  [9 * HOUR - 30, 9 * HOUR + 40, 0.9],
  [18 * HOUR, 18 * HOUR + 15, 0.2],
  [20 * HOUR - 6, 20 * HOUR, 1],
  [DAY + 3 * HOUR, DAY + 4 * HOUR, 0.05],
  [2 * DAY, 2 * DAY + 20, 0.3],
  [3 * DAY + 13 * HOUR, 3 * DAY + 14 * HOUR, 0.5],
  [4 * DAY + 20 * HOUR, 4 * DAY + 21 * HOUR, 0.7],
];
const totalAt = (minute: number): number =>
  11 - 9 * Math.cos(((minute / HOUR - 3) / 12) * Math.PI) + (minute % 7) / 10;
const badAt = (minute: number): number =>
  totalAt(minute) *
  (INCIDENTS.find(([from, to]) => minute >= from && minute < to)?.[2] ?? ((minute * 7919) % 100) / 1e5);

const folder = mkdtempSync(join(tmpdir(), 'totals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Values = ReadonlyMap<string, ReadonlyMap<number, number>>;
/** From a minute on, before another, rules of that kind. */
type Stage = readonly [longWindows: LongWindows, from: number, to: number];
/** Names of the windowed series that are looked at. */
const BAD = ['slo:bad:increase'];
const MEASURED = ['slo:history:ratio'];
const BEGAN = 'slo:running_sum:start_timestamp';

/**
 * What rules record of windows over a day, by series and minute, on Prometheus's own rule groups. The short rates are
 * given, in every minute of the stages; between two stages Prometheus does not run.
 */
async function recorded(name: string, stages: readonly Stage[], looked: readonly string[]): Promise<Values> {
  const tools = await ensureTools(['promtool', 'rule-replay']);
  const data = join(folder, name, 'data');
  mkdirSync(join(data, 'wal'), { recursive: true });
  const minutes = stages.flatMap(([, from, to]) =>
    Array.from({ length: to - from }, (_, index) => from + index),
  );
  const labels = `{slo="${NAME}",service="${SLO.service}",team="${SLO.team}"}`;
  const given = {
    'slo:bad:rate1m': badAt,
    'slo:total:rate1m': totalAt,
    'slo:objective:ratio': () => SLO.objective,
  };
  const lines = Object.entries(given).flatMap(([series, value]) =>
    minutes.map((minute) => `${series}${labels} ${value(minute)} ${START + minute * MINUTE}\n`),
  );
  const samples = join(folder, name, 'samples.om');
  writeFileSync(samples, `${lines.join('')}# EOF\n`);
  const blocks = ['tsdb', 'create-blocks-from', '--max-block-duration=648h', 'openmetrics', '-q'];
  await run(tools.promtool, [...blocks, samples, data]);
  for (const [index, [longWindows, from, to]] of stages.entries()) {
    const file = join(folder, name, 'rules.yaml');
    const rules = sloRecordings(NAME, SLO, '15s', longWindows).filter(
      ({ record, labels: own }) =>
        record === BEGAN ||
        (looked.some((each) => each.split(':')[1] === record.split(':')[1]) &&
          /running_sum|increase|history/.test(record) &&
          (own?.window === undefined || ['1d', ...Object.keys(LONG)].includes(own.window))),
    );
    writeFileSync(file, renderGroups([{ name: 'slo', interval: '1m', rules }]));
    const at = (minute: number) => (START + minute * MINUTE) * 1000;
    const phases = join(folder, name, 'phases.json');
    writeFileSync(phases, JSON.stringify({ slo: at(0) }));
    const out = join(folder, name, `out-${index}`);
    mkdirSync(out);
    const { stdout } = await run(
      tools['rule-replay'],
      [
        ...['rules', '--data', data, '--out', out, '--phases', phases],
        ...['--start', String(at(from)), '--end', String(at(to - 1)), file],
      ],
      { maxBuffer: 1e8 },
    );
    const { rules: health } = JSON.parse(stdout) as { rules: readonly { readonly health: string }[] };
    expect(health.filter((rule) => rule.health !== 'ok')).toEqual([]);
    // What one process recorded is what the next one finds.
    for (const block of readdirSync(out).filter((each) => /^[0-9A-Z]{26}$/.test(each)))
      renameSync(join(out, block), join(data, block));
  }
  const match = `{__name__=~"${[BEGAN, ...looked].join('|')}", window=~"|${Object.keys(LONG).join('|')}"}`;
  const { stdout } = await run(tools.promtool, ['tsdb', 'dump', `--match=${match}`, data], {
    maxBuffer: 1e9,
  });
  const values = new Map<string, Map<number, number>>();
  for (const line of stdout.split('\n')) {
    const [, text = '', value, time] = /^\{(.*)\} (\S+) (\d+)$/.exec(line) ?? [];
    const record = /__name__="([^"]+)"/.exec(text)?.[1];
    if (record === undefined) continue;
    const key = [record, /window="([^"]+)"/.exec(text)?.[1] ?? []].flat().join(' ');
    const series = values.get(key) ?? new Map<number, number>();
    values.set(key, series);
    series.set(Math.round((Number(time) / 1000 - START) / MINUTE), Number(value));
  }
  return values;
}

/** Sums up to each minute of what was measured. */
function measured(stages: readonly Stage[], of: (minute: number) => number): number[] {
  const sums = [0];
  for (const [, from, to] of stages) {
    while (sums.length <= from) sums.push(sums.at(-1) ?? 0);
    for (let minute = from; minute < to; minute += 1) sums.push((sums.at(-1) ?? 0) + of(minute));
  }
  return sums;
}

const EXACT: Readonly<Record<string, (minute: number) => number>> = {
  'slo:bad:increase': (minute) => MINUTE * badAt(minute),
  'slo:total:increase': (minute) => MINUTE * totalAt(minute),
  'slo:history:ratio': () => 1,
};

/**
 * The largest difference from what the minutes of a window add up to, by series: `|recorded ÷ exact − 1|` over every
 * minute of the stages with totals.
 */
function differences(values: Values, stages: readonly Stage[]): Record<string, number> {
  const largest: Record<string, number> = {};
  for (const [key, found] of values) {
    const [record = '', window] = key.split(' ');
    if (window === undefined) continue;
    const sums = measured(stages, EXACT[record] ?? (() => Number.NaN));
    const minutes = LONG[window] ?? Number.NaN;
    const worst = stages
      .filter(([longWindows]) => longWindows === 'totals')
      .flatMap(([, from, to]) =>
        Array.from({ length: to - from }, (_, index) => {
          const end = from + index + 1;
          const sum = (sums[end] ?? Number.NaN) - (sums[Math.max(0, end - minutes)] ?? Number.NaN);
          const exact = record === 'slo:history:ratio' ? sum / minutes : sum;
          return Math.abs((found.get(end - 1) ?? Number.NaN) - exact) / (exact || 1);
        }),
      );
    largest[key] = worst.reduce((a, b) => (Number.isNaN(a) || a > b ? a : b), 0);
  }
  return largest;
}

/** Totals from a minute on, but in the gaps. */
function totalsFrom(start: number, end: number, gaps = GAPS): Stage[] {
  const edges = [start, ...gaps.filter(([from]) => from > start).flat(), end];
  return Array.from({ length: edges.length / 2 }, (_, index) => [
    'totals',
    edges[2 * index] ?? 0,
    edges[2 * index + 1] ?? 0,
  ]);
}

/** Some days of evaluations take ten seconds, and many times that on a machine that does much else. */
const WITHIN_MS = 1_200_000;

const EVERY_WINDOW = (looked: readonly string[]) =>
  looked.flatMap((record) => Object.keys(LONG).map((window) => `${record} ${window}`)).sort();

test.each([
  { name: 'from a first start', start: 0, end: 4 * DAY + 9 * HOUR + 30, looked: BAD },
  {
    name: 'of a replica that starts ten hours later',
    start: 10 * HOUR,
    end: 4 * DAY + 11 * HOUR,
    looked: MEASURED,
  },
])(
  '$name, through restarts and gaps, every minute’s windows are what was counted',
  async ({ name, start, end, looked }) => {
    const stages = totalsFrom(start, end);
    const found = differences(await recorded(name.replaceAll(' ', '-'), stages, looked), stages);
    expect(Object.keys(found).sort()).toEqual(EVERY_WINDOW(looked));
    for (const [key, difference] of Object.entries(found)) expect(difference, key).toBeLessThan(1e-9);
  },
  WITHIN_MS,
);

test(
  'after sums, windows hold what was counted before the totals began',
  async () => {
    const began = DAY + 6 * HOUR;
    const gaps = [[3 * DAY + 5 * HOUR, 3 * DAY + 5 * HOUR + 2]] as const;
    const stages: Stage[] = [['sums', 0, began], ...totalsFrom(began, began + 3 * DAY + 2 * HOUR, gaps)];
    const found = differences(await recorded('after-sums', stages, BAD), stages);
    expect(Object.keys(found).sort()).toEqual(EVERY_WINDOW(BAD));
    // A restart lies where one of the windows ends that stand in for young totals.
    for (const [key, difference] of Object.entries(found)) expect(difference, key).toBeLessThan(1e-4);
  },
  WITHIN_MS,
);

const AGAIN: readonly (readonly [what: string, stages: readonly Stage[], began: number | undefined])[] = [
  [
    'a gap of hours',
    [
      ['totals', 0, 20],
      ['totals', 20 + 8 * HOUR, 22 + 8 * HOUR],
    ],
    undefined,
  ],
  [
    'a restart of five minutes',
    [
      ['totals', 0, 20],
      ['totals', 25, 27],
    ],
    undefined,
  ],
  [
    'a gap of six minutes',
    [
      ['totals', 0, 20],
      ['totals', 26, 28],
    ],
    undefined,
  ],
  [
    'a gap of more than a day',
    [
      ['totals', 0, 90],
      ['totals', 95 + DAY, 97 + DAY],
    ],
    95 + DAY,
  ],
  [
    'minutes that were measured without totals',
    [
      ['totals', 0, 20],
      ['sums', 20, 40],
      ['totals', 40, 42],
    ],
    40,
  ],
  [
    'minutes that were measured before them',
    [
      ['sums', 0, 7],
      ['totals', 7, 9],
    ],
    7,
  ],
];
test.each(AGAIN)(
  'after %s totals go on, or begin anew where they missed something',
  async (what, stages, began) => {
    const values = await recorded(what.replaceAll(' ', '-'), stages, []);
    const last = stages.at(-1)?.[2] ?? 0;
    expect(values.get(BEGAN)?.get(last - 1)).toBe(began === undefined ? -START : START + began * MINUTE);
  },
);
