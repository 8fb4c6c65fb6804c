import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { COLOR } from './thresholds.ts';

/** Words for the values of a state, each with its colour. */
export function states(
  words: Readonly<Record<string, { readonly text: string; readonly color: string }>>,
): ValueMapping[] {
  const options = Object.fromEntries(
    Object.entries(words).map(([value, { text, color }], index) => [value, { text, color, index }]),
  );
  return [{ type: MappingType.ValueToText, options }];
}

/** A probe or target that answers, or does not. */
export const REACHABLE = states({
  '0': { text: 'Down', color: COLOR.bad },
  '1': { text: 'Up', color: COLOR.good },
});

const UNWELL = [
  { text: 'Down', color: 'dark-red' },
  { text: 'Critical', color: COLOR.bad },
  { text: 'Warning', color: COLOR.warning },
];

/** State of a service: reachable or not, and the loudest alert that fires for it. */
export const HEALTH = states(
  Object.fromEntries([...UNWELL, { text: 'Healthy', color: COLOR.good }].entries()),
);

/** The same where a rank below 1 has been added to the state. */
export const HEALTH_BY_RANK: ValueMapping[] = UNWELL.map((result, state) => ({
  type: MappingType.RangeToText,
  options: { from: state, to: state + 0.99, result: { ...result, index: state } },
}));

/** Severity of an alert, as coloured text: yellow could not be read on white. */
export const SEVERITY = states({
  critical: { text: 'critical', color: COLOR.bad },
  warning: { text: 'warning', color: 'orange' },
});

/** State of an alert. */
export const ALERT_STATE = states({
  firing: { text: 'firing', color: COLOR.bad },
  pending: { text: 'pending', color: 'orange' },
});
