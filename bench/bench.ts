/** What a bench measured, as one table. */
export interface Measured {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a reader has to know to read the numbers. Default: none. */
  readonly notes?: readonly string[];
}

export interface BenchOptions {
  /** Small data and few rounds: says whether the bench works, not how fast anything is. */
  readonly quick: boolean;
  /** Says what goes on, on standard error. */
  say(progress: string): void;
}

/** One bench: it measures and prints, and never judges. */
export interface Bench {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  run(options: BenchOptions): Promise<readonly Measured[]>;
}
