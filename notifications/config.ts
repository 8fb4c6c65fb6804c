import type { ChannelConfig } from './channels/channel.ts';

/**
 * The part of Alertmanager's configuration file that this project writes, field by field as Alertmanager 0.31
 * spells it, so that what is simulated is what is written.
 */
export interface AlertmanagerConfig {
  readonly global: GlobalConfig;
  readonly templates: readonly string[];
  readonly route: Route;
  readonly inhibit_rules: readonly InhibitRule[];
  readonly receivers: readonly ReceiverConfig[];
  readonly time_intervals: readonly TimeInterval[];
}

export interface GlobalConfig {
  readonly resolve_timeout: string;
}

export interface Route {
  readonly receiver?: string;
  /** Each as `label="value"`, with `=`, `!=`, `=~` or `!~`; an alert must satisfy all. Default: every alert. */
  readonly matchers?: readonly string[];
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  /** Whether later siblings are tried as well. Default: false. */
  readonly continue?: boolean;
  /** Not inherited by children, unlike receiver, grouping and timings. */
  readonly mute_time_intervals?: readonly string[];
  /** Not inherited by children, unlike receiver, grouping and timings. */
  readonly active_time_intervals?: readonly string[];
  readonly routes?: readonly Route[];
}

export interface InhibitRule {
  readonly name: string;
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  /** Labels whose values must agree; one that is missing on both sides agrees too. */
  readonly equal?: readonly string[];
}

export interface TimeInterval {
  readonly name: string;
  readonly time_intervals: readonly TimeSpan[];
}

/** All that is given must hold. Ranges are inclusive, but the end of a time range. */
export interface TimeSpan {
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[];
  /** `monday` or `monday:friday`. */
  readonly weekdays?: readonly string[];
  /** `1` or `1:7`; negative days count from the end of the month. */
  readonly days_of_month?: readonly string[];
  /** `1:3` or `january:march`. */
  readonly months?: readonly string[];
  readonly years?: readonly string[];
  /** IANA time zone. Default: UTC. */
  readonly location?: string;
}

/** A receiver: its name, and a list of entries for each channel, such as `slack_configs`. */
export interface ReceiverConfig {
  readonly name: string;
  readonly [list: `${string}_configs`]: readonly ChannelConfig[];
}

/** Labels of one alert, `alertname` among them. */
export type Labels = Readonly<Record<string, string>>;
