import { load } from 'js-yaml';
import {
  alertmanagerClient,
  type ExistingSilence,
  type SilenceMatcher,
} from '../../lib/alertmanager-client.ts';
import type { Endpoint } from '../../lib/endpoint.ts';
import { compileExpression } from '../../lib/re2.ts';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import type { Labels } from './prometheus.ts';

export interface Silence {
  readonly matchers: readonly SilenceMatcher[];
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
}

/** What an Alertmanager knows of the past: its configuration as it is now, and silences of the last days. */
export interface AlertmanagerState {
  readonly config: AlertmanagerConfig;
  readonly silences: readonly Silence[];
}

/** Asks an Alertmanager. @returns undefined where it does not answer: a report then does without it. */
export async function alertmanagerAt(endpoint: Endpoint): Promise<AlertmanagerState | undefined> {
  const client = alertmanagerClient(endpoint);
  try {
    const config = readConfig(await client.config());
    return { config, silences: (await client.silences()).map(toSilence) };
  } catch {
    return undefined;
  }
}

/** Alertmanager's configuration as it prints it, with what it leaves out where nothing was set. */
export function readConfig(yaml: string): AlertmanagerConfig {
  const config = load(yaml) as Partial<AlertmanagerConfig>;
  return {
    global: { resolve_timeout: '5m' },
    route: {},
    ...config,
    templates: config.templates ?? [],
    inhibit_rules: config.inhibit_rules ?? [],
    receivers: config.receivers ?? [],
    time_intervals: config.time_intervals ?? [],
  };
}

const toSilence = ({ matchers, startsAt, endsAt }: ExistingSilence): Silence => ({
  matchers,
  from: Date.parse(startsAt) / 1000,
  to: Date.parse(endsAt) / 1000,
});

/** Whether a silence covers an alert with these labels at some time of a period. */
export function silences({ matchers, from, to }: Silence, labels: Labels, start: number, end: number) {
  return (
    from <= end &&
    to > start &&
    matchers.every(({ name, value, isRegex, isEqual }) => {
      const found = labels[name] ?? '';
      return (isRegex ? compileExpression(value).test(found) : found === value) === isEqual;
    })
  );
}
