import { expect, test } from 'vitest';
import { agreementOf } from '../../../../operations/review/backtest/causes/agreement.ts';
import { recordedIn, stretches } from '../../../../operations/review/backtest/recorded.ts';
import { alertLabels, ask, instantsIn, replay } from '../../../../operations/review/backtest/replay.ts';
import type { AlertRule } from '../../../../operations/review/backtest/rules.ts';
import type { RawSeries, RunningRule } from '../../../../operations/review/backtest/server.ts';
import { type Episode, episodesOf } from '../../../../operations/review/backtest/state.ts';
import { madeServer } from './server.ts';

const INTERVAL = 15_000;
/** Offset of the evaluations within the interval. */
const OFFSET = 4321;
const START = Date.UTC(2026, 5) + OFFSET;
const at = (n: number) => START + n * INTERVAL;
const PERIOD = { from: at(0) - 1, to: at(400) };
const rule: AlertRule = {
  name: 'High',
  group: 'g',
  interval: INTERVAL,
  expr: 'x > 1',
  hold: { for: 60_000, keepFiringFor: 0 },
  labels: { severity: 'warning' },
};
/** High from the 20th to the 60th evaluation, and from the 100th to the 140th. */
const holds = (instant: number) => [20, 100].some((n) => instant >= at(n) && instant <= at(n + 40));

/** What a server stores of episodes that it saw, at the evaluations that took place. */
function stored(
  episodes: readonly Episode[],
  labels: Readonly<Record<string, string>>,
  took: (instant: number) => boolean = () => true,
): readonly RawSeries[] {
  const own = { ...labels, alertname: rule.name, endpoint: '/a' };
  const instants = episodes.flatMap((episode) =>
    instantsIn({ from: episode.activeAt - 1, to: episode.lastAt, offset: OFFSET, seen: true }, INTERVAL)
      .filter(took)
      .map((instant) => ({ episode, instant })),
  );
  const fires = ({ episode, instant }: (typeof instants)[number]) =>
    episode.firingAt !== undefined && instant >= episode.firingAt;
  return [
    {
      labels: { ...own, __name__: 'ALERTS', alertstate: 'pending' },
      samples: instants.filter((each) => !fires(each)).map(({ instant }) => [instant, 1]),
    },
    {
      labels: { ...own, __name__: 'ALERTS', alertstate: 'firing' },
      samples: instants.filter(fires).map(({ instant }) => [instant, 1]),
    },
    {
      labels: { ...own, __name__: 'ALERTS_FOR_STATE' },
      samples: instants.map(({ episode, instant }) => [instant, Math.floor(episode.activeAt / 1000)]),
    },
  ];
}

const grid = Array.from({ length: 401 }, (_, n) => at(n));
const seenAs = (hold = rule.hold, from = grid) => episodesOf(from, new Set(from.filter(holds)), hold);

async function trial(
  recordedSeries: readonly RawSeries[],
  {
    running,
    holdsFor = {},
    expr = rule.expr,
  }: { running?: RunningRule; holdsFor?: Record<string, (instant: number) => boolean>; expr?: string } = {},
) {
  const server = madeServer({
    holds: { [expr]: holds, 'count(x)': () => true, ...holdsFor },
    stored: recordedSeries,
  });
  const recorded = recordedIn(
    recordedSeries.filter(({ labels }) => labels.__name__?.startsWith('ALERTS')),
    INTERVAL,
  );
  const at = stretches(recorded.instants, PERIOD, INTERVAL, undefined);
  const answers = await ask(server, expr, at, INTERVAL, 100);
  return await agreementOf({
    server,
    rule: { ...rule, expr },
    expr,
    period: PERIOD,
    stretches: at,
    step: INTERVAL,
    points: 1000,
    answers,
    replay: replay(answers, rule),
    recorded,
    running,
    other: undefined,
  });
}

test('where both see the same, every start and end is the same', async () => {
  expect(await trial(stored(seenAs(), rule.labels))).toEqual({ exact: 4, within: 0, differences: [] });
});

test('evaluations are asked for at the offset at which they took place', async () => {
  const later = 7000;
  const instants = [...Array(5).keys()]
    .map((n) => at(n))
    .concat([...Array(5).keys()].map((n) => at(n + 50) + later));
  const found = stretches(instants, PERIOD, INTERVAL, undefined);
  expect(found.map(({ offset }) => offset)).toEqual([at(0) % INTERVAL, (at(0) + later) % INTERVAL]);
  const asked = found.flatMap((stretch) => instantsIn(stretch, INTERVAL));
  for (const instant of instants) expect(asked).toContain(instant);
  expect(asked).toEqual([...new Set(asked)].sort((a, b) => a - b));
});

const RUNNING: RunningRule = {
  type: 'alerting',
  name: rule.name,
  query: rule.expr,
  labels: rule.labels,
  group: 'g',
  key: 'f;g',
  interval: INTERVAL,
  for: rule.hold.for,
  keepFiringFor: 0,
};
const SELF = { job: 'p', instance: 'i' };
/** The question for the target that is the server itself. */
const OWN =
  'last_over_time(process_start_time_seconds[1h]) and on (job, instance) last_over_time(prometheus_build_info[1h])';
const scraping = { running: RUNNING, holdsFor: { [OWN]: () => true } };

/** What a server scraped from itself at some of the evaluations. */
const itself = (
  name: string,
  instants: readonly number[],
  value: (instant: number) => number,
): RawSeries => ({
  labels: { ...SELF, __name__: name },
  samples: instants.map((instant) => [instant, value(instant)]),
});

test('an alert that ended while evaluations were left out ends later in what was recorded', async () => {
  const took = (instant: number) => instant <= at(55) || instant >= at(65);
  const seen = seenAs(rule.hold, grid.filter(took));
  // The server counted what it left out: nothing of the alert itself tells.
  const every4th = grid.filter((_, n) => n % 4 === 0);
  const { differences } = await trial(
    [
      ...stored(seen, rule.labels, took),
      itself('prometheus_rule_group_iterations_missed_total', every4th, (instant) =>
        instant >= at(64) ? 9 : 0,
      ),
      itself('process_start_time_seconds', grid, () => 1),
    ],
    scraping,
  );
  expect(differences.map(({ cause, edge, seenBy }) => [cause, edge, seenBy])).toEqual([
    ['missed-evaluation', 'end', 'server'],
    ['missed-evaluation', 'end', 'backtest'],
  ]);
});

test('a restart explains what it can have done, and no more', async () => {
  const back = at(40);
  const up = (instant: number) => instant <= at(35) || instant >= back;
  const instants = grid.filter(up);
  const seen = episodesOf(instants, new Set(instants.filter(holds)), rule.hold, new Set([back]));
  // An hour later an alert ended two evaluations too early, and nothing tells why.
  const early = seen.map((episode) =>
    episode.lastAt === at(140) ? { ...episode, lastAt: at(138) } : episode,
  );
  const started = itself('process_start_time_seconds', instants, (instant) =>
    instant < back ? 1 : (back - 5000) / 1000,
  );
  // A server that has just started writes no alert before its third evaluation.
  const written = (instant: number) => up(instant) && (instant < back || instant >= at(42));
  const { exact, differences } = await trial([...stored(early, rule.labels, written), started], scraping);
  expect(exact).toBe(3);
  expect(differences.map(({ cause, edge, seenBy }) => [cause, edge, seenBy])).toEqual([
    ['restart', 'end', 'server'],
    ['restart', 'start', 'server'],
    ['unexplained', 'end', 'server'],
    ['unexplained', 'end', 'backtest'],
  ]);
});

test('a restart is one, though its time is known to a second and the server scrapes itself late', async () => {
  // The alert fires at the last evaluation, after the last scrape; the start is stated before both.
  const last = at(24);
  const seen = episodesOf(grid, new Set(grid.filter(holds)), rule.hold, new Set([at(25)]));
  const written = (instant: number) => instant <= last || instant >= at(27);
  const scrapes = grid.filter((_, n) => n <= 24 || n >= 30).map((instant) => instant - 100);
  const started = itself('process_start_time_seconds', scrapes, (instant) =>
    instant < last ? 1 : (last - 900) / 1000,
  );
  const { differences } = await trial([...stored(seen, rule.labels, written), started], scraping);
  expect(differences.map(({ cause, edge, seenBy }) => [cause, edge, seenBy])).toEqual([
    ['restart', 'end', 'server'],
    ['restart', 'start', 'server'],
  ]);
});

test('another `for` and other labels show in what was recorded', async () => {
  const longer = await trial(stored(seenAs({ for: 5 * 60_000, keepFiringFor: 0 }), rule.labels));
  expect(longer.differences.filter(({ seenBy }) => seenBy === 'server')).toMatchObject([
    { cause: 'rule-changed', edge: 'start', evidence: expect.stringContaining('waited 300 s') },
    { cause: 'rule-changed', edge: 'start' },
  ]);
  const critical = await trial(stored(seenAs(), { severity: 'critical' }));
  expect(critical.exact + critical.within).toBe(0);
  expect(critical.differences).toHaveLength(8);
  expect(new Set(critical.differences.map(({ cause }) => cause))).toEqual(new Set(['rule-changed']));
});

test('without any sign no cause is made up', async () => {
  const { differences } = await trial([]);
  expect(differences.map(({ cause }) => cause)).toEqual(Array(4).fill('unexplained'));
});

test('where the history lacks what the rule reads, that is the cause', async () => {
  const seen = seenAs();
  const lost = (instant: number) => holds(instant) && instant < at(90);
  const { exact, differences } = await trial(stored(seen, rule.labels), {
    holdsFor: { [rule.expr]: lost, 'count(x)': (instant) => instant < at(90) },
  });
  expect(exact).toBe(2);
  expect(differences).toMatchObject([
    { cause: 'gap', edge: 'start', evidence: 'no samples of x at that time' },
    { cause: 'gap', edge: 'end' },
  ]);
});

test('what an alert finds absent is no loss of the history', async () => {
  const { differences } = await trial([], {
    expr: 'absent(x) or vector(1) > y',
    holdsFor: { 'count(x)': () => false, 'count(y)': () => true },
  });
  expect(differences.map(({ cause }) => cause)).toEqual(Array(4).fill('unexplained'));
});

test('a sample that came late explains what only the server has not seen', async () => {
  // The expression fails at one evaluation; the sample that says so came after it.
  const dips = (instant: number) => holds(instant) && !(instant > at(29) - 1000 && instant <= at(29) + 1000);
  const early = (instant: number) => dips(instant) || instant === at(29) - INTERVAL / 2;
  const { differences } = await trial(stored(seenAs(), rule.labels), { holdsFor: { [rule.expr]: early } });
  expect(differences.map(({ cause, seenBy }) => [cause, seenBy])).toEqual([
    ['late-sample', 'backtest'],
    ['late-sample', 'backtest'],
  ]);
});

test('two results with the labels of one alert are refused, as Prometheus refuses them', () => {
  const samples = [[at(0), 1]] as const;
  const answers = {
    instants: [at(0), at(1)],
    series: [
      { labels: { __name__: 'x', severity: 'a' }, samples },
      { labels: { __name__: 'x', severity: 'b' }, samples },
    ],
  };
  expect(replay(answers, rule)).toMatchObject({ refused: 1, instants: [at(1)] });
  expect(alertLabels({ __name__: 'x', severity: 'a', pod: 'p' }, rule)).toEqual({
    alertname: 'High',
    severity: 'warning',
    pod: 'p',
  });
});
