import { writeFileSync } from 'node:fs';
import pc from 'picocolors';
import { DEMO } from '../../catalogue/services.ts';
import { STACK } from '../../catalogue/stack.ts';
import { INCIDENT_NAMES, INCIDENTS, type IncidentName } from '../../demo/incidents.ts';
import { type Endpoint, parseEndpoint } from '../../lib/endpoint.ts';
import { nearest } from '../../lib/nearest.ts';
import { type DrillRecord, medianExcess } from '../../operations/drills/record.ts';
import { runDrill } from '../../operations/drills/run.ts';
import { type Planned, playAll } from '../../operations/drills/schedule.ts';
import { activeIncidents, recover, type StackEndpoints } from '../../operations/drills/stack.ts';
import { sendTestAlert } from '../../operations/drills/test-alert.ts';
import { detectionLine, lineOf } from '../../operations/drills/timeline.ts';
import { isForPeople } from '../../operations/reports/report-error.ts';
import { buildRules } from '../../rules/index.ts';
import { addressing } from '../../stack/addressing.ts';
import { command, readEndpoint, STACK_OPTION, UsageError } from '../arguments.ts';
import { settingsWithDemo } from '../demo.ts';
import { count } from '../output.ts';
import { ROOT } from '../project.ts';
import { reaching } from '../site-access.ts';
import { readSettings } from '../stack-file/settings.ts';

/** What others rest on, or what reaches every service: nothing else can be told apart from it. */
const ALONE: readonly IncidentName[] = ['api-down', 'redis-down', 'broker-down', 'high-load'];
const TARGETS = ['demo', 'prod-like'];

export default command({
  name: 'drill',
  summary: 'break the demo and follow the alerts to their receivers, timed against the shortest possible',
  options: {
    ...STACK_OPTION,
    name: { type: 'string', env: 'NAME', help: 'Which incident, such as slow-model.' },
    all: { type: 'boolean', env: 'ALL', help: 'Every incident: about an hour.' },
    parallel: {
      type: 'string',
      default: '4',
      help: 'With --all: so many incidents of different services at a time, 1 to 4.',
    },
    target: {
      type: 'string',
      env: 'TARGET',
      default: 'demo',
      help: 'demo, or prod-like: break nothing, send a labelled test alert through the real receivers.',
    },
    severity: { type: 'string', default: 'critical', help: 'Of the test alert: critical, warning or info.' },
    alertmanager: { type: 'string', help: "Alertmanager of the test alert. Default: the stack's." },
    json: { type: 'string', help: 'File to write the records of the drills to.' },
  },
  run: async ({ stack, name, all, parallel, target, severity, alertmanager, json }) => {
    if (!TARGETS.includes(target)) throw unknown('TARGET', target, TARGETS);
    try {
      if (target === 'prod-like' && alertmanager !== undefined)
        return await testAlert(alertmanager, severity);
      if (target === 'prod-like') return await withAlertmanager(stack, (url) => testAlert(url, severity));
      const incidents = all ? INCIDENT_NAMES : [incidentNamed(name)];
      const most = width(parallel);
      const records: DrillRecord[] = [];
      await withStack(stack, (endpoints) =>
        drills(incidents, endpoints, most, (record) => {
          records.push(record);
          if (json !== undefined) writeFileSync(json, `${JSON.stringify(records, null, 2)}\n`);
        }),
      );
      return summary(records);
    } catch (error) {
      throw isForPeople(error) ? new UsageError(error.message) : error;
    }
  },
});

function withStack<T>(stack: string, work: (endpoints: StackEndpoints) => Promise<T>): Promise<T> {
  const settings = settingsWithDemo(stack);
  return reaching(settings, addressing(settings, ROOT), ['prometheus', 'alertmanager', 'demo'], (platform) =>
    work({
      prometheus: parseEndpoint(platform.url('prometheus', STACK.prometheus.port)),
      alertmanager: parseEndpoint(platform.url('alertmanager', STACK.alertmanager.port)),
      demo: parseEndpoint(platform.url('demo', DEMO.demo.port)),
    }),
  );
}

function withAlertmanager<T>(stack: string, work: (url: string) => Promise<T>): Promise<T> {
  const settings = readSettings({ stack });
  return reaching(settings, addressing(settings, ROOT), ['alertmanager'], (platform) =>
    work(platform.url('alertmanager', STACK.alertmanager.port)),
  );
}

function unknown(what: string, found: string, allowed: readonly string[]): UsageError {
  const near = nearest(found, allowed);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return new UsageError(`${what}=${found} is not one of ${allowed.join(', ')}.${hint}`);
}

function incidentNamed(name: string | undefined): IncidentName {
  if (name === undefined)
    throw new UsageError(
      `Which incident? make drill NAME=slow-model, or ALL=1 (${INCIDENT_NAMES.join(', ')})`,
    );
  const found = INCIDENT_NAMES.find((each) => each === name);
  if (found === undefined) throw unknown('NAME', name, INCIDENT_NAMES);
  return found;
}

function width(text: string): number {
  if (!/^[1-4]$/.test(text)) throw new UsageError(`--parallel ${text} is not 1, 2, 3 or 4`);
  return Number(text);
}

async function drills(
  names: readonly IncidentName[],
  endpoints: StackEndpoints,
  most: number,
  onRecord: (record: DrillRecord) => void,
): Promise<void> {
  const on = await activeIncidents(endpoints.demo);
  if (on.length > 0) throw new UsageError(`${on.join(', ')} is on already. End it first: make recover`);
  const serviceOf = new Map(buildRules().alerts.map(({ name, service }) => [name, service]));
  const planned = names.map(
    (name): Planned<IncidentName> => ({
      name,
      services: INCIDENTS[name].alerts.map((alert) => serviceOf.get(alert) ?? alert),
      alone: ALONE.includes(name),
    }),
  );
  const tagged = planned.length > 1 && most > 1;
  const interrupted = () => void leave(endpoints.demo);
  process.once('SIGINT', interrupted);
  try {
    await playAll(planned, most, async (name, beside) =>
      onRecord(await drill(name, beside, endpoints, tagged)),
    );
  } finally {
    process.off('SIGINT', interrupted);
  }
}

/** What a drill has broken does not stay so when somebody has seen enough. */
async function leave(demo: Endpoint): Promise<void> {
  try {
    for (const name of await activeIncidents(demo)) await recover(demo, name);
    console.log('Interrupted: every incident is off.');
  } catch {
    console.log('Interrupted, and the demo does not answer. End the incidents: make recover');
  }
  process.exit(130);
}

/** @param tagged whether each line names its incident: others print theirs in between. */
async function drill(
  name: IncidentName,
  beside: ReadonlySet<IncidentName>,
  endpoints: StackEndpoints,
  tagged: boolean,
): Promise<DrillRecord> {
  const say = (line: string) => console.log(tagged ? `${name.padEnd(16)}${line}` : line);
  console.log(pc.bold(`${name}: ${INCIDENTS[name].effect}`));
  const start = Date.now() / 1000;
  const record = await runDrill(name, {
    endpoints,
    beside,
    onEvent: (event) => say(lineOf(event, start)),
    onWait: (alerts) => say(`  waits until ${alerts.join(' and ')} has ended and that was told`),
  });
  for (const detection of record.detections) say(`  ${detectionLine(detection, start)}`);
  for (const problem of record.problems) say(pc.red(`  ✗ ${problem}`));
  if (record.problems.length === 0) say(pc.green('  ✓ every expected alert came, and no other page'));
  return record;
}

function summary(records: readonly DrillRecord[]): number {
  const failed = records.filter(({ problems }) => problems.length > 0);
  const median = medianExcess(records);
  const told = median === undefined ? '' : ` Median excess over the floor: ${median.toFixed(1)} s.`;
  console.log(
    failed.length === 0
      ? pc.green(`${count(records.length, 'drill')} passed.${told}`)
      : pc.red(
          `${failed.length} of ${count(records.length, 'drill')} failed: ${failed.map(({ incident }) => incident).join(', ')}.${told}`,
        ),
  );
  return failed.length === 0 ? 0 : 1;
}

async function testAlert(alertmanager: string, severity: string): Promise<number> {
  const severities = ['critical', 'warning', 'info'];
  if (!severities.includes(severity)) throw unknown('--severity', severity, severities);
  const endpoint = readEndpoint('alertmanager', alertmanager, 'http://127.0.0.1:9093');
  const receivers = await sendTestAlert(endpoint, severity);
  console.log(
    `A test alert (${severity}) is on its way to: ${receivers.join(', ')}. It ends in five minutes.`,
  );
  return 0;
}
