import { load } from 'js-yaml';
import { compileExpression } from '../../lib/re2.ts';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import type { Labels } from './prometheus.ts';

export interface Silence {
  readonly matchers: readonly {
    readonly name: string;
    readonly value: string;
    readonly isRegex: boolean;
    readonly isEqual: boolean;
  }[];
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
}

/** What an Alertmanager knows of the past: its configuration as it is now, and silences of the last days. */
export interface AlertmanagerState {
  readonly config: AlertmanagerConfig;
  readonly silences: readonly Silence[];
}

interface RawSilence {
  readonly matchers: Silence['matchers'];
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Asks an Alertmanager. @returns undefined where it does not answer: a report then does without it. */
export async function alertmanagerAt(base: string): Promise<AlertmanagerState | undefined> {
  const url = base.replace(/\/+$/, '');
  const ask = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}/api/v2/${path}`, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
    return (await answer.json()) as T;
  };
  try {
    const status = await ask<{ config: { original: string } }>('status');
    const silences = await ask<RawSilence[]>('silences');
    return { config: readConfig(status.config.original), silences: silences.map(toSilence) };
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

const toSilence = ({ matchers, startsAt, endsAt }: RawSilence): Silence => ({
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
