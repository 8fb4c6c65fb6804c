import type { InputSeries, ResolvedAlert } from '../alert.ts';
import type { RuleSet } from '../index.ts';
import { renderGroups, yaml } from '../render.ts';
import { BURN_WINDOWS, factor } from '../slo/windows.ts';
import { layOut, START } from './series.ts';

/** Far over any burn rate, and any number of events. */
const MUCH = 1e9;

/** What an alert reads of windows, and whether it fires. */
interface Row {
  readonly name: string;
  readonly series: readonly InputSeries[];
  readonly fires: boolean;
}

/**
 * Tests of what alerts make of the burn rates, error ratios and numbers of events that SLOs record, by file name.
 * Given as they are, they can lie on a bound to the last bit. Whatever an alert does not ask for is far over it.
 */
export function renderSloAlertTests(set: RuleSet): Record<string, string> {
  const files: Record<string, string> = {};
  for (const alert of set.alerts) {
    const rows = rowsOf(set, alert);
    if (rows.length === 0) continue;
    files[`windows-${alert.name}.rules.yaml`] = renderGroups([{ name: alert.group, rules: [alert] }]);
    files[`windows-${alert.name}.test.yaml`] = yaml({
      rule_files: [`windows-${alert.name}.rules.yaml`],
      evaluation_interval: '1m',
      tests: rows.map(({ name, series, fires }) => ({
        name: `${alert.name}, ${name}`,
        interval: '1m',
        start_timestamp: START,
        input_series: layOut([{ lasts: '5m', series }], 60),
        promql_expr_test: [
          {
            eval_time: '5m',
            expr: `count(ALERTS{alertname="${alert.name}", alertstate="firing"})`,
            exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
          },
        ],
      })),
    });
  }
  return files;
}

const given = (record: string, slo: string, window: string, value: number): InputSeries => ({
  series: `${record}{slo="${slo}", window="${window}"}`,
  kind: 'gauge',
  value,
});

function rowsOf(set: RuleSet, alert: ResolvedAlert): Row[] {
  const slo = set.slos.find(({ name }) => name === alert.labels.slo);
  if (slo !== undefined) {
    const windows = BURN_WINDOWS.filter(({ burn }) => burn === alert.labels.burn);
    return windows.flatMap((row) => {
      const limit = factor(row, slo.windowDays);
      const others = windows.filter((each) => each !== row);
      return table('slo:burn_rate:ratio', slo.name, {
        windows: [row.long, row.short],
        over: limit * 1.05,
        at: limit,
        fewest: slo.minimumEvents,
        // The other pair has no events, and burns.
        idle: others.map(({ long }) => long),
        loud: others.flatMap(({ long, short }) => [long, short]),
      });
    });
  }
  return alert.name === 'InferenceAPIAvailabilityLow'
    ? table('slo:error:ratio', 'inference-availability', {
        windows: ['1h', '5m'],
        over: 1 - alert.threshold.value + 0.0005,
        at: 1 - alert.threshold.value,
        fewest: 200,
        idle: [],
        loud: ['30m', '6h'],
      })
    : [];
}

interface Bounds {
  /** Those that the alert compares; of the first it counts events. */
  readonly windows: readonly [long: string, short: string];
  readonly over: number;
  /** Where it may not fire. */
  readonly at: number;
  readonly fewest: number;
  readonly idle: readonly string[];
  readonly loud: readonly string[];
}

/** The alert fires where every condition holds, and does not where one fails by as little as can be. */
function table(record: string, slo: string, { windows, over, at, fewest, idle, loud }: Bounds): Row[] {
  const [long, short] = windows;
  const row = (name: string, inLong: number, inShort: number, events: number, fires = false): Row => ({
    name: `${long} and ${short}: ${name}`,
    series: [
      given(record, slo, long, inLong),
      given(record, slo, short, inShort),
      given('slo:total:increase', slo, long, events),
      given('slo:total:increase', slo, short, MUCH),
      ...loud.map((window) => given(record, slo, window, MUCH)),
      ...idle.map((window) => given('slo:total:increase', slo, window, 0)),
      ...[...windows, ...loud].flatMap((window) => [
        given(record, 'another', window, MUCH),
        given('slo:total:increase', 'another', window, MUCH),
      ]),
    ],
    fires,
  });
  return [
    row('over in both, with just enough events', over, over, fewest, true),
    row('at the bound in the long one', at, over, MUCH),
    row('at the bound in the short one', over, at, MUCH),
    row('too few events', over, over, fewest - 0.001),
  ];
}
