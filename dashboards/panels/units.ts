/**
 * Grafana's identifiers of the units that panels use, from its list of units: seconds, shares of one, rates per
 * second, counts, bytes, US dollars, dates. `short` is a plain number with a suffix such as K.
 */
export type PanelUnit =
  | 's'
  | 'percentunit'
  | 'reqps'
  | 'cps'
  | 'short'
  | 'none'
  | 'bytes'
  | 'Bps'
  | 'currencyUSD'
  | 'dateTimeFromNow'
  | 'ops'
  | 'eps'
  /** Any text after the number. */
  | `suffix:${string}`;
