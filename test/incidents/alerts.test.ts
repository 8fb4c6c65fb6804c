import { beforeAll, describe, expect, test } from 'vitest';
import { INCIDENT_NAMES, INCIDENTS } from '../../demo/incidents.ts';
import { type AlertmanagerConfig, simulate } from '../../notifications/index.ts';
import { buildRules } from '../../rules/index.ts';
import { excusedIn, explained } from './expectations.ts';
import type { Recording, Sighting } from './play.ts';
import { type Evaluated, RecordedPrometheus, recorded, recordedRouting } from './recorded.ts';
import { HEALTHY_SECONDS, SCHEDULE } from './schedule.ts';
import { filesOfStack } from './stack.ts';

/**
 * Every incident of the demo: which alerts today's rules fire over its recorded samples, and who hears of them. What
 * a real Alertmanager told is held against that wherever the recording is of today's rules and routing.
 */
let evaluated: Evaluated;
let recording: Recording;
let excuses: readonly Sighting[];

/** The `group_interval` of pages, and what an evaluation and a look take. */
const TELLING_MS = 105_000;
const { alertmanagerConfig: routing } = filesOfStack();
const QUIET = new Set(['none', 'info']);
const firing = () => evaluated.replayed.alerts.filter(({ state }) => state === 'firing');
const named = (name: string) => firing().filter(({ labels }) => labels.alertname === name);
const says = ({ labels, from }: Sighting) =>
  `${Math.round((from - recording.up) / 1000)} s: ${JSON.stringify(labels)}`;

beforeAll(async () => {
  evaluated = await recorded();
  recording = evaluated.recording;
  const prometheus = await RecordedPrometheus.start();
  try {
    excuses = await excusedIn(recording, firing(), prometheus);
  } finally {
    await prometheus.stop();
  }
});

/** Who an alert reaches beside those that fire at the same time. */
function told(alert: Sighting, config: AlertmanagerConfig, alerts: readonly Sighting[] = firing()) {
  const others = alerts.filter(
    ({ state, from, to }) => state === 'firing' && from <= alert.to && to >= alert.from,
  );
  const labels = [alert, ...others.filter((other) => other !== alert)].map((one) => one.labels);
  const [outcome] = simulate(config, labels, new Date(alert.from));
  if (outcome === undefined) throw new Error('nothing was simulated');
  return outcome;
}

const excused = (sighting: Sighting): boolean => excuses.includes(sighting);

describe('the healthy period', () => {
  test('every rule is evaluated without an error', () => {
    const { rules } = evaluated.replayed;
    const shipped = buildRules();
    expect(rules.length).toBe(shipped.alerts.length + shipped.recordings.length);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  test('every target is up', () => {
    const { activeTargets } = recording.healthy.targets as {
      activeTargets: { health: string; labels: Record<string, string> }[];
    };
    expect(activeTargets.length).toBeGreaterThan(10);
    expect(activeTargets.filter(({ health }) => health !== 'up')).toEqual([]);
  });

  test('nothing fires but the dead man’s switch and info', () => {
    const loud = firing()
      .filter(({ from }) => from < recording.ready + HEALTHY_SECONDS * 1000)
      .filter(({ labels }) => !QUIET.has(labels.severity ?? ''));
    const busy = loud.filter(excused);
    if (busy.length > 0) console.log('The machine is overloaded:', busy.map(says));
    expect(loud.filter((one) => !excused(one)).map(says)).toEqual([]);
    expect(named('Watchdog')).not.toEqual([]);
  });
});

test('all incidents are played', () => {
  expect(new Set(SCHEDULE.map(({ incident }) => incident))).toEqual(new Set(INCIDENT_NAMES));
  expect(new Set(recording.played.map(({ incident }) => incident))).toEqual(new Set(INCIDENT_NAMES));
});

describe.each(INCIDENT_NAMES)('%s', (incident) => {
  const played = () => {
    const found = recording.played.find((one) => one.incident === incident);
    if (found === undefined) throw new Error(`${incident} was not played`);
    return found;
  };

  test.each(INCIDENTS[incident].alerts)('%s fires', (name) => {
    const { on, off = recording.recovered } = played();
    const seen = named(name).filter(({ from, to }) => to >= on && from <= off);
    expect(seen.length, `${name} within ${Math.round((off - on) / 1000)} s`).toBeGreaterThan(0);
  });

  test.each(INCIDENTS[incident].alerts)('%s reaches whom it concerns, or its cause does', (name) => {
    const { on, off = recording.recovered } = played();
    const [first] = named(name).filter(({ from, to }) => to >= on && from <= off);
    if (first === undefined) throw new Error(`${name} did not fire`);
    const outcome = told(first, routing);
    if (outcome.inhibitedBy.length === 0) expect(outcome.notified).not.toEqual([]);
    if (first.labels.severity === 'critical')
      expect(outcome.hops.map(({ receiver }) => receiver)).toContain('pager');
  });

  test.each(INCIDENTS[incident].alerts)('%s was told as the simulation says', (name) => {
    if (!evaluated.ofToday) return;
    const { on, off = recording.recovered } = played();
    const seen = recording.alerts
      .filter(({ labels, state }) => labels.alertname === name && state === 'firing')
      .filter(({ from, to }) => to >= on && from <= off);
    const [first] = seen;
    if (first === undefined) throw new Error(`${name} did not fire`);
    const outcome = told(first, recordedRouting(), recording.alerts);
    const heard = new Set(
      recording.told
        .filter(({ receivedAt }) => Date.parse(receivedAt) >= first.from - 15_000)
        .filter(({ alerts }) =>
          alerts.some(({ status, labels }) => status === 'firing' && labels.alertname === name),
        )
        .map(({ receiver }) => receiver),
    );
    const reached = new Set(outcome.hops.map(({ receiver }) => receiver));
    // What something keeps quiet may have been told before that began.
    if (outcome.inhibitedBy.length > 0) expect(reached).toEqual(reached.union(heard));
    else expect(heard).toEqual(new Set(outcome.notified));
  });
});

test('the replay fires what the live Prometheus fired', () => {
  if (!evaluated.ofToday) return;
  const names = (alerts: readonly Sighting[]) =>
    new Set(alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname));
  expect(names(evaluated.replayed.alerts)).toEqual(names(recording.alerts));
});

test('no alert fires that no incident explains', () => {
  const unexplained = firing()
    .filter(({ labels }) => !QUIET.has(labels.severity ?? ''))
    .filter(({ labels, activeAt }) => !explained(recording, labels.alertname ?? '', activeAt))
    .filter((one) => !excused(one));
  expect(unexplained.map(says)).toEqual([]);
});

test('the end of every page was told', () => {
  const pages = recording.told.filter(({ receiver }) => receiver === 'pager').flatMap(({ alerts }) => alerts);
  expect(pages).not.toEqual([]);
  const last = new Map(pages.map((page) => [JSON.stringify(Object.entries(page.labels).sort()), page]));
  const untold = [...last.values()].filter(({ status, labels }) => {
    const seen = recording.alerts.filter((sighting) =>
      Object.entries(sighting.labels).every(([name, value]) => labels[name] === value),
    );
    const end = Math.max(...seen.map(({ to }) => to));
    return status === 'firing' && end < recording.stopped - TELLING_MS;
  });
  expect(untold.map(({ labels }) => labels)).toEqual([]);
});

test('what ended is resolved', () => {
  const lasting = firing().filter(
    ({ labels, to }) => labels.severity === 'critical' && !labels.slo && to > recording.stopped - 20_000,
  );
  expect(lasting.filter(({ labels }) => /Down$/.test(labels.alertname ?? '')).map(says)).toEqual([]);
});
