import { setTimeout as pause } from 'node:timers/promises';
import type { IncidentName } from '../../demo/incidents.ts';
import { pagersIn } from '../../notifications/index.ts';
import { detect } from './detect.ts';
import { expectationOf } from './expectation.ts';
import type { DrillEvent, DrillRecord, Step } from './record.ts';
import {
  activeAlerts,
  configOf,
  heardSince,
  heldAlerts,
  inject,
  recover,
  rulesOf,
  type StackEndpoints,
} from './stack.ts';
import { problemsOf, unended } from './verdict.ts';

export interface DrillOptions {
  readonly endpoints: StackEndpoints;
  /** Incidents that are on at the same time; it may grow while the drill runs. Default: none. */
  readonly beside?: ReadonlySet<IncidentName>;
  /** Told of each event as it happens. */
  readonly onEvent?: (event: DrillEvent, incident: string) => void;
  /** Told once which alerts have to end, and their end be told, before the drill can begin. */
  readonly onWait?: (alerts: readonly string[]) => void;
  /** How long to wait for alerts beyond their `for`, and for old ones to end before it begins, in seconds. Default: 900. */
  readonly patience?: number;
}

/** An alert that compares with ten minutes before waits for those first where the stack is new, and a warning a minute more. */
const PATIENCE = 900;
/** Often enough to show each step, seldom enough to cost nothing: times come from what the programs recorded. */
const LOOK_MS = 2000;

/** After an alert's recovery: its rule has to be evaluated. */
const EVALUATION_SECONDS = 60;

const now = () => Date.now() / 1000;

/** Breaks the demo, follows each expected alert to its receivers, repairs, and follows it to its end. */
export async function runDrill(incident: IncidentName, options: DrillOptions): Promise<DrillRecord> {
  const { endpoints, beside = new Set(), onEvent, onWait, patience = PATIENCE } = options;
  const { alerts: expected, may, lasting, recovery } = expectationOf(incident);
  const { alerts: rules, recordings } = await rulesOf(endpoints.prometheus);
  const { active: before, told } = await settled(endpoints, expected, patience, onWait);
  const watch = new Watch(endpoints, expected, (event) => onEvent?.(event, incident));
  const longest = Math.max(
    0,
    ...rules.filter(({ name }) => expected.includes(name)).map((rule) => rule.duration),
  );
  const startedAt = new Date().toISOString();
  const problems = [
    ...expected
      .filter((alert) => before.includes(alert))
      .map((alert) => `${alert} was active before the incident: repair that first`),
    ...told.map(
      (alert) =>
        `${alert} was told before the incident and its end was not, so that Alertmanager would not tell it again: ` +
        `wait for its repeat_interval, or start anew with make down PURGE=1`,
    ),
  ];
  if (problems.length > 0) {
    return { incident, startedAt, beside: [...beside], events: [], detections: [], problems };
  }
  const start = watch.add('injected');
  try {
    await inject(endpoints.demo, incident);
    await watch.until(() => watch.allHeard(), start, start + longest + patience);
  } finally {
    await recover(endpoints.demo, incident);
    watch.add('recovered');
  }
  const over = now();
  await watch.until(() => watch.allResolved(lasting), start, over + recovery + EVALUATION_SECONDS);
  const config = await configOf(endpoints.alertmanager);
  const detections = await Promise.all(
    expected.map((alert) => {
      const rule = rules.find(({ name }) => name === alert);
      const seen = { ...watch.seen(alert), start, end: over };
      return detect(seen, { prometheus: endpoints.prometheus, rule, recordings, config });
    }),
  );
  const heard = await heardSince(endpoints.demo, start);
  const others = [...beside].map(expectationOf).flatMap((other) => [...other.alerts, ...other.may]);
  const expectation = { alerts: expected, may, lasting, beside: others, before, pagers: pagersIn(config) };
  problems.push(...problemsOf(expectation, detections, watch.events, heard));
  const metric = detections.flatMap(({ alert, holds }): DrillEvent[] =>
    holds === undefined ? [] : [{ at: holds, step: 'metric', alert }],
  );
  const events = [...watch.events, ...metric].sort((a, b) => a.at - b.at);
  return { incident, startedAt, beside: [...beside], events, detections, problems };
}

/** Longest `repeat_interval` of what can page or warn: what was told before that is told again. */
const REMEMBERED_SECONDS = 12 * 3600;

/**
 * What is active once none of some alerts is and the end of each was told, or at the end of patience. Alertmanager
 * tells an end with the next `group_interval`, and an alert that is back by then is no news to it.
 * @returns all that is active, and which of the alerts are not but had no end told.
 */
async function settled(
  { prometheus, demo }: StackEndpoints,
  alerts: readonly string[],
  patience: number,
  onWait?: DrillOptions['onWait'],
) {
  const deadline = now() + patience;
  for (let first = true; ; first = false) {
    const active = (await activeAlerts(prometheus)).map(({ labels }) => labels.alertname ?? '');
    const told = unended(await heardSince(demo, now() - REMEMBERED_SECONDS), alerts).filter(
      (alert) => !active.includes(alert),
    );
    const open = alerts.filter((alert) => active.includes(alert) || told.includes(alert));
    if (now() > deadline || open.length === 0) return { active, told };
    if (first) onWait?.(open);
    await pause(LOOK_MS);
  }
}

/** Looks at the stack again and again, and remembers what happened to the alerts that are followed. */
class Watch {
  readonly events: DrillEvent[] = [];
  /** Alerts that Alertmanager holds back, and why. */
  readonly quiet = new Map<string, 'inhibited' | 'silenced'>();
  readonly #endpoints: StackEndpoints;
  readonly #alerts: readonly string[];
  readonly #onEvent: (event: DrillEvent) => void;

  constructor(endpoints: StackEndpoints, alerts: readonly string[], onEvent: (event: DrillEvent) => void) {
    this.#endpoints = endpoints;
    this.#alerts = alerts;
    this.#onEvent = onEvent;
  }

  add(step: Step, at = now(), alert?: string, receiver?: string): number {
    const event = { at, step, ...(alert && { alert }), ...(receiver && { receiver }) };
    const known = this.events.some((e) => e.step === step && e.alert === alert && e.receiver === receiver);
    if (known) return at;
    this.events.push(event);
    this.#onEvent(event);
    return at;
  }

  /** @returns once it holds, or at the deadline. */
  async until(holds: () => boolean, start: number, deadline: number): Promise<void> {
    for (;;) {
      await this.#look(start);
      if (holds() || now() > deadline) return;
      await pause(LOOK_MS);
    }
  }

  /** What came of an alert: its messages, and what held it back. */
  seen(alert: string) {
    const heard = this.events.filter((event) => event.alert === alert && event.step === 'notified');
    const quiet = this.quiet.get(alert);
    return { alert, heard, ...(quiet && { quiet }) };
  }

  readonly allHeard = () =>
    this.#alerts.every(
      (alert) => this.#did(alert, 'notified') || (this.#did(alert, 'firing') && this.quiet.has(alert)),
    );

  /** An all-clear comes a `group_interval` later, and not from every receiver: the drill does not wait for it. */
  readonly allResolved = (lasting: readonly string[]) =>
    this.#alerts
      .filter((alert) => !lasting.includes(alert))
      .every((alert) => !this.#did(alert, 'firing') || this.#did(alert, 'resolved'));

  #did(alert: string, step: Step): boolean {
    return this.events.some((event) => event.alert === alert && event.step === step);
  }

  async #look(start: number): Promise<void> {
    const active = await activeAlerts(this.#endpoints.prometheus);
    for (const alert of this.#alerts) {
      const own = active.filter(({ labels }) => labels.alertname === alert);
      const first = own[0];
      if (first !== undefined) this.add('pending', Math.min(...own.map(({ activeAt }) => activeAt)), alert);
      if (own.some(({ state }) => state === 'firing')) this.add('firing', now(), alert);
      if (first === undefined && this.#did(alert, 'firing')) this.add('resolved', now(), alert);
    }
    for (const { at, receiver, status, alert } of await heardSince(this.#endpoints.demo, start)) {
      if (this.#alerts.includes(alert))
        this.add(status === 'firing' ? 'notified' : 'all-clear', at, alert, receiver);
    }
    for (const { labels, status } of await heldAlerts(this.#endpoints.alertmanager)) {
      const alert = labels.alertname ?? '';
      if (this.#did(alert, 'notified')) continue;
      if (status.inhibitedBy.length > 0) this.quiet.set(alert, 'inhibited');
      else if (status.silencedBy.length > 0) this.quiet.set(alert, 'silenced');
    }
  }
}
