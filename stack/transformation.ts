import type { MonitoringStackArgs } from '../components/stack-parts.ts';
import type { Transform } from '../platforms/workload.ts';
import type { readInputs } from '../policies/resources/inputs.ts';

/** What a transform makes of a stack. */
export interface Transformation {
  /** Name of its file. */
  readonly file: string;
  readonly transform: Transform;
  /** What the resources say before and after it, as policies read them. */
  readonly before: readonly ReturnType<typeof readInputs>[];
  readonly after: readonly ReturnType<typeof readInputs>[];
  /** What it changes: old and new value, by type, name and path of an input. Nothing of it is known to the engine alone. */
  readonly changes: Readonly<Record<string, string>>;
  /** What of it has no effect, a sentence each. */
  readonly notes: readonly string[];
}

/** A stack that a transform may change. */
export interface TransformedStack extends MonitoringStackArgs {
  /** Default: there is none. */
  readonly transformation?: Transformation;
}
