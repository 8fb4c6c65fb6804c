/** How something stands: `good`, `warn` (look into it), `bad` (act), `none` (no judgement, or no data). */
export type State = 'good' | 'warn' | 'bad' | 'none';

/** One field of a table; with a state it is coloured. */
export type Cell = string | { readonly text: string; readonly state: State };

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Said instead of a table without rows. */
  readonly empty?: string;
}

/** Unix time in seconds, and a value; null is a gap. */
export type Point = readonly [seconds: number, value: number | null];

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** A fit or a comparison is drawn dashed. Default: solid. */
  readonly dashed?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly unit: Unit;
  readonly kind: 'line' | 'bar';
  readonly lines: readonly Line[];
  /** A value that must not be passed, drawn across. Default: none. */
  readonly limit?: { readonly name: string; readonly value: number };
}

export type Unit = 'ratio' | 'seconds' | 'bytes' | 'count' | 'per_second';

export interface Section {
  readonly title: string;
  /** What the section shows and how it was computed, in a sentence or two. */
  readonly note?: string;
  readonly table?: Table;
  readonly charts?: readonly Chart[];
}

/** A report before anybody decided how it is shown. */
export interface Report {
  readonly title: string;
  /** The time it is about, for a person. */
  readonly period: string;
  readonly verdict: { readonly state: State; readonly text: string };
  readonly sections: readonly Section[];
  /** The numbers behind it, for `--json`. */
  readonly data: unknown;
}

export const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

const RANK: Readonly<Record<State, number>> = { none: 0, good: 1, warn: 2, bad: 3 };

/** The worst of several states; `none` where there are none. */
export const worst = (states: readonly State[]): State =>
  states.reduce<State>((a, b) => (RANK[b] > RANK[a] ? b : a), 'none');
