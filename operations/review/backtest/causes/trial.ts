import type { Span } from '../firing-evidence.ts';
import type { Recorded, Stretch } from '../recorded.ts';
import type { Answers, Replay } from '../replay.ts';
import type { AlertRule } from '../rules.ts';
import type { RunningRule, Server } from '../server.ts';

/** What is known of a rule that ran, to hold its backtest against. Times are in milliseconds. */
export interface Trial {
  readonly server: Server;
  readonly rule: AlertRule;
  /** The expression that was asked, with recording rules in it where they were not recorded. */
  readonly expr: string;
  readonly period: Span;
  readonly stretches: readonly Stretch[];
  readonly step: number;
  readonly points: number;
  readonly answers: Answers;
  readonly replay: Replay;
  readonly recorded: Recorded;
  /** The rule as it runs now; undefined where it runs no longer. */
  readonly running: RunningRule | undefined;
  /** What the other version of the change says. */
  readonly other: Replay | undefined;
}
