import { DEPENDENCIES, SERVICES } from '../../../catalogue/services.ts';
import { INCIDENT_NAMES, INCIDENTS, type Incident, type IncidentName } from '../../../demo/incidents.ts';
import { buildRules } from '../../../rules/index.ts';

/** 2026-01-15 00:00 UTC. The first hour is healthy; each case has an hour of its own after it. */
const START = Date.UTC(2026, 0, 15) / 1000;
const HOUR = 3600;
const STEP = 15;
/** Each lasts for the last ten minutes of its hour. */
const LASTS = 600;

/** What of the system is gone during an incident, and what goes with it. */
const DOWN: Partial<Record<IncidentName, { readonly cause: string; readonly after?: string }>> = {
  'api-down': { cause: 'inference-api' },
  'redis-down': { cause: 'redis' },
  'broker-down': { cause: 'kafka', after: 'stream-processing' },
};

/** An incident as it begins, or with everything that may follow from it. */
interface Case {
  readonly incident: IncidentName;
  readonly lasting: boolean;
}

const CASES: readonly Case[] = [false, true].flatMap((lasting) =>
  INCIDENT_NAMES.map((incident) => ({ incident, lasting })),
);

/** The moment at which a case is looked at, in Unix seconds; without one, a moment at which all is well. */
export function momentOf(one?: Case): number {
  const hour =
    CASES.findIndex(({ incident, lasting }) => incident === one?.incident && lasting === one.lasting) + 1;
  return START + (hour + 1) * HOUR - 60;
}

function isDown(service: string, one: Case | undefined): boolean {
  const down = one && DOWN[one.incident];
  return down !== undefined && (service === down.cause || (one?.lasting === true && service === down.after));
}

function firingIn({ incident, lasting }: Case): readonly string[] {
  const { alerts, may = [] }: Incident = INCIDENTS[incident];
  return lasting ? [...alerts, ...may] : alerts;
}

/**
 * What the overview's verdict reads, in the OpenMetrics format: who answers, and the alerts that each incident is
 * known to fire. One case at a time.
 */
export function samples(): string {
  const alerts = new Map(buildRules().alerts.map((alert) => [alert.name, alert]));
  const hours = [undefined, ...CASES].map((one, index) => ({
    one,
    from: START + (index + 1) * HOUR - LASTS,
    to: START + (index + 1) * HOUR,
  }));
  const everywhere = (value: (one: Case | undefined) => number) =>
    hours.flatMap(({ one, from, to }) =>
      times(to - HOUR, to).map((time) => [time, time < from ? value(undefined) : value(one)] as const),
    );
  const family = (name: string, series: readonly (readonly [string, Values])[]) => [
    `# TYPE ${name} gauge`,
    ...series.flatMap(([labels, values]) =>
      values.map(([time, value]) => `${name}{${labels}} ${value} ${time}`),
    ),
  ];
  const probed = (job: string, service: string) =>
    [
      `job="${job}",service="${service}",instance="${service}:1"`,
      everywhere((one) => (isDown(service, one) ? 0 : 1)),
    ] as const;
  const firing = hours.flatMap(({ one, from, to }) =>
    (one === undefined ? [] : firingIn(one)).map((name) => {
      const { severity, service } = alerts.get(name)?.labels ?? {};
      return { labels: `alertname="${name}",severity="${severity}",service="${service}"`, from, to };
    }),
  );
  return [
    ...family('up', [['job="node-exporter",instance="node-exporter:9100"', everywhere(() => 1)]]),
    ...family('probe_success', [
      ...[...Object.keys(SERVICES), 'prometheus', 'alertmanager'].map((name) => probed('probe-http', name)),
      ...Object.keys(DEPENDENCIES).map((name) => probed('probe-tcp', name)),
    ]),
    ...family(
      'ALERTS',
      firing.map(({ labels, from, to }) => [
        `${labels},alertstate="firing"`,
        times(from, to).map((time) => [time, 1]),
      ]),
    ),
    ...family(
      'ALERTS_FOR_STATE',
      firing.map(({ labels, from, to }) => [labels, times(from, to).map((time) => [time, from])]),
    ),
    '# EOF',
    '',
  ].join('\n');
}

type Values = readonly (readonly [time: number, value: number])[];

const times = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / STEP }, (_, index) => from + index * STEP);
