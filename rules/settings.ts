import { z } from 'zod';
import { DASHBOARDS, type DashboardUid } from '../catalogue/dashboards.ts';
import { SLO_WINDOWS } from '../catalogue/slos.ts';
import { baseUrl, duration, labelName } from '../lib/forms.ts';
import { RECORD_NAME, SEVERITIES, SIGNALS, THRESHOLD_UNITS } from './alert.ts';
import { DEFAULT_HEALTH_WEIGHTS } from './alerts/health.ts';
import { LINTS } from './lint/index.ts';
import { EXPRESSION_CHECKS } from './promql-check.ts';
import { LONG_WINDOWS } from './slo/recordings.ts';

const threshold = z
  .union([z.number(), z.string().min(1)])
  .describe('A number in the base unit, or one with its unit: 200ms, 0.5%, 10 000 messages.');
const labels = z.record(labelName, z.string());
const alertName = z.string().regex(/^[A-Z][A-Za-z0-9]*$/, { message: 'CamelCase, such as CheckoutSlow' });
const kebab = z.string().regex(/^[a-z][a-z0-9-]*$/, { message: 'lower-case letters, digits and dashes' });
const dashboard = z.enum(Object.keys(DASHBOARDS) as [DashboardUid, ...DashboardUid[]]);
/** All but the severity of the dead man's switch, which must stay the only alert that feeds the heartbeat. */
const severity = z.enum(SEVERITIES).exclude(['none']);
const objective = z
  .number()
  .gt(0, { message: 'a share over 0 and under 1, such as 0.999' })
  .lt(1, { message: 'a share over 0 and under 1, such as 0.999' });
const windowDays = z.literal(SLO_WINDOWS, { message: `days: ${SLO_WINDOWS.join(', ')}` });

/** Every finding that a rule can allow. */
const CHECKS = [
  ...Object.keys(EXPRESSION_CHECKS),
  'text-label',
  ...LINTS.map(({ name }) => name).filter((name) => name !== 'promql/syntax'),
] as [string, ...string[]];
const checkName = z.enum(CHECKS);
/** What a rule means on purpose. */
const allow = z
  .array(z.union([checkName, z.strictObject({ check: checkName, reason: z.string().min(1).optional() })]))
  .transform((all) => all.map((each) => (typeof each === 'string' ? { check: each } : each)))
  .optional()
  .describe('Findings that are right as they are: {check: counter-without-rate, reason: …}.');

const override = z.strictObject({
  threshold: threshold.optional(),
  for: duration.optional().describe('How long the expression must hold.'),
  keepFiringFor: duration.optional().describe('How long it goes on firing after the expression stops.'),
  severity: severity.optional(),
  labels: labels.optional().describe('Further labels.'),
  annotations: labels.optional().describe('Further annotations, or other texts.'),
  allow,
  off: z.boolean().optional().describe('Leave the alert out.'),
});

const sloOverride = z.strictObject({
  objective: objective.optional(),
  windowDays: windowDays.optional(),
  minimumEvents: z.int().min(1).optional().describe('Fewest events, or minutes, for a burn alert to fire.'),
  pages: z.boolean().optional().describe('Whether a fast burn pages.'),
  team: kebab.optional(),
  off: z.boolean().optional().describe('Leave the SLO and its alerts out.'),
});

const inputSeries = z.strictObject({
  series: z.string().min(1).describe('A series as PromQL writes it.'),
  kind: z
    .enum(['gauge', 'counter', 'age'])
    .describe('A gauge’s value, a counter’s growth a second, a time’s age.'),
  value: z.number(),
});

const alertProof = z.strictObject({
  over: z.array(inputSeries).min(1).describe('Metrics that must fire it.'),
  under: z.array(inputSeries).describe('Metrics that must not.'),
  settles: duration.optional().describe('How long until the expression holds. Default: 0s.'),
  recovers: duration.optional().describe('How long it may go on firing. Default: 10m.'),
  labels: z.array(labels).optional().describe('Labels of the firing alerts. Default: one without.'),
  value: z.number().optional().describe('Value of the expression. Default: the threshold.'),
});

const ownAlert = z.strictObject({
  name: alertName,
  service: kebab,
  team: kebab.optional(),
  severity: severity,
  signal: z.enum(SIGNALS),
  expr: z.string().min(1).describe('PromQL; $threshold stands for the threshold.'),
  threshold: z.strictObject({
    value: threshold,
    unit: z.enum(THRESHOLD_UNITS),
    direction: z.enum(['above', 'below']),
  }),
  for: duration.default('0s'),
  summary: z.string().min(1),
  description: z.string().min(1),
  runbook: kebab.describe('Page under the runbooks’ base URL.'),
  dashboard: dashboard.default('system-overview'),
  allow,
  proof: alertProof.describe('Its boundary case: the alert is refused without one.'),
});

const sloBase = {
  title: z.string().min(1),
  promise: z.string().min(1),
  service: kebab,
  team: kebab.default('platform'),
  signal: z.enum(['availability', 'latency', 'errors', 'freshness', 'lag', 'quality', 'cache']),
  windowDays: windowDays.default(30),
  pages: z.boolean().optional(),
  dashboard: dashboard.default('slos'),
  runbook: kebab,
};

const shareSeries = inputSeries.omit({ value: true }).extend({ good: z.number(), bad: z.number() });

const ownSlo = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('events'),
    ...sloBase,
    objective,
    bad: z.string().min(1).describe('PromQL of bad events a second; $window is the range.'),
    total: z.string().min(1).describe('PromQL of all events a second; $window is the range.'),
    probe: z.string().optional().describe('PromQL: 1 while probes reach the service, 0 while none does.'),
    minimumEvents: z.int().min(1).default(100),
    proof: z.array(shareSeries).min(1).describe('Series with their value for an event that is good or bad.'),
  }),
  z.strictObject({
    kind: z.literal('slices'),
    ...sloBase,
    objective: objective.default(0.99),
    level: z.string().min(1).describe('PromQL of the level, one series.'),
    bound: z.strictObject({ op: z.enum(['<', '>']), value: z.number(), unit: z.string() }),
    minimumEvents: z.int().min(1).default(10),
    proof: z.array(shareSeries).min(1).describe('Series with their value in a good and in a bad minute.'),
  }),
]);

const ownMetric = z.strictObject({
  type: z.enum(['counter', 'gauge', 'histogram']),
  native: z
    .union([z.boolean(), z.literal('both')])
    .optional()
    .describe(
      'Whether a histogram is a native one; both, where it is exposed in either form. Default: false.',
    ),
  unit: z.enum(['seconds', 'bytes', 'ratio', 'celsius', 'usd', 'timestamp', '1']).default('1'),
  labels: z.array(z.string()).default([]),
  help: z.string().default(''),
  source: z.string().default('any-service'),
});

const ownRecording = z.strictObject({
  record: z
    .string()
    .regex(RECORD_NAME, { message: 'level:metric:operations, such as shop:checkout_seconds:mean5m' })
    .describe('Name of the series: level:metric:operations.'),
  expr: z.string().min(1).describe('PromQL.'),
  labels: labels.optional().describe('Labels that the rule adds.'),
  help: z.string().default(''),
  allow,
  proof: z
    .strictObject({
      series: z.array(inputSeries).min(1).describe('Metrics that it reads.'),
      lasts: duration.default('20m').describe('How long they behave so before it is looked at.'),
      yields: z
        .array(z.strictObject({ labels: labels.optional(), value: z.number() }))
        .min(1)
        .describe('Every series that it makes of them.'),
    })
    .describe('Its case: the rule is refused without one.'),
});

/** A user's own metrics, rules and SLOs: in the settings, or a file of `rules.d/`. */
export const ownRules = z.strictObject({
  metrics: z
    .record(z.string(), ownMetric)
    .default({})
    .describe('Metrics that the catalogue does not have, by name.'),
  recordings: z.array(ownRecording).default([]).describe('Your own recording rules.'),
  alerts: z.array(ownAlert).default([]).describe('Your own alerts.'),
  slos: z.record(kebab, ownSlo).default({}).describe('Your own SLOs, by name.'),
  proofs: z
    .strictObject({
      alerts: z
        .record(z.string(), alertProof)
        .default({})
        .describe('Boundary cases of imported alerts, by name.'),
      slos: z
        .record(kebab, z.array(shareSeries).min(1))
        .default({})
        .describe('Series of imported SLOs with their value for a good and a bad event, by name.'),
    })
    .prefault({})
    .describe('What shows that alerts and SLOs of files in other forms fire when they should.'),
});
export type OwnRules = z.output<typeof ownRules>;
export type OwnRulesInput = z.input<typeof ownRules>;
export type OwnRecording = z.output<typeof ownRecording>;
export type OwnAlert = z.output<typeof ownAlert>;
export type OwnProof = z.output<typeof alertProof>;
export type OwnSlo = z.output<typeof ownSlo>;

const weight = (part: string, value: number) =>
  z.number().min(0).default(value).describe(`Weight of ${part}; 0 leaves it out.`);

/** Settings of alerts, SLOs and runbooks. */
export const rulesSettings = z
  .strictObject({
    runbookBaseUrl: baseUrl
      .prefault('https://runbook.company.com')
      .describe('Base URL of the runbooks; the page of an alert follows it.'),
    dashboardBaseUrl: baseUrl
      .optional()
      .describe(
        'Base URL of Grafana, for links to dashboards. Default: the Grafana of the stack, if it has one.',
      ),
    targetLabels: z
      .array(labelName)
      .default([])
      .describe(
        'Labels that every target brings besides job and instance, such as cluster or zone; those of targets.d/ are known.',
      ),
    alerts: z
      .record(z.string(), override)
      .default({})
      .describe(
        'Overrides by name of the alert; ServiceDown, ServiceProbeFailing and ServiceCopiesLost are those of every service of your own.',
      ),
    longWindows: z
      .enum(LONG_WINDOWS)
      .default('sums')
      .describe(
        'How SLO windows over a day are counted: sums adds up every minute anew, totals subtracts two running totals, which reads a tenth of the samples.',
      ),
    slos: z.record(z.string(), sloOverride).default({}).describe('Overrides by name of the SLO.'),
    healthWeights: z
      .strictObject(
        Object.fromEntries(
          Object.entries(DEFAULT_HEALTH_WEIGHTS).map(([part, value]) => [part, weight(part, value)]),
        ) as Record<keyof typeof DEFAULT_HEALTH_WEIGHTS, ReturnType<typeof weight>>,
      )
      .prefault({})
      .describe('How much each part counts in the health score.'),
    own: ownRules
      .prefault({})
      .describe('Your own metrics, recording rules, alerts and SLOs; files in rules.d/ have the same form.'),
  })
  .prefault({});

export type RulesSettings = z.output<typeof rulesSettings>;
export type RulesSettingsInput = z.input<typeof rulesSettings>;
export type AlertOverride = z.output<typeof override>;
export type SloOverride = z.output<typeof sloOverride>;
