import type { Slo } from '../catalogue/slos.ts';
import type { Recording, ResolvedAlert, RuleGroup } from './alert.ts';
import type { RulesSettingsInput } from './settings.ts';

/** What the rules are built from. */
export interface RulesOptions {
  /** The stack's settings, checked here. Default: every default. */
  readonly settings?: RulesSettingsInput;
  /** The services watched. Default: those of the catalogue. */
  readonly services?: readonly WatchedService[];
  /** Content by file name of the user's own rule files (`rules.d/`). Default: none. */
  readonly userFiles?: Readonly<Record<string, string>>;
}

export interface WatchedService {
  readonly name: string;
  /** Default: the name. */
  readonly title?: string;
  /** Default: `platform`. */
  readonly team?: string;
}

/** An SLO after the stack's overrides. */
export type ResolvedSlo = Slo & { readonly name: string; readonly origin: string };

/** Every rule of a stack. */
export interface RuleSet {
  readonly groups: readonly RuleGroup[];
  readonly alerts: readonly ResolvedAlert[];
  readonly recordings: readonly Recording[];
  readonly slos: readonly ResolvedSlo[];
}

export * from './alert.ts';
export * from './recorded.ts';
export { type RulesSettings, type RulesSettingsInput, rulesSettings } from './settings.ts';

/** Builds every rule from the catalogue and a stack's settings. Pure; throws with every mistake found. */
export function buildRules(_options: RulesOptions = {}): RuleSet {
  return { groups: [], alerts: [], recordings: [], slos: [] };
}
