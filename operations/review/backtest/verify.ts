import { minute } from '../../reports/format.ts';
import type { Labels } from '../../reports/prometheus.ts';
import type { AlertSeries } from './recorded.ts';
import { keyOf } from './server.ts';

/** Why a server recorded otherwise than the backtest says. */
export const CAUSES = {
  restart: 'Prometheus was down or had forgotten what was pending',
  'missed-evaluation': 'the rule was not evaluated at that time',
  'rule-changed': 'another version of the rule ran',
  'late-sample': 'a sample was stored only after the evaluation that it belongs to',
  gap: 'the history has no samples of what the rule reads',
  'evaluation-offset': 'the rule was evaluated at other instants than were asked for',
  unexplained: 'no cause found',
} as const;
export type Cause = keyof typeof CAUSES;

/** A moment at which an alert began or ceased to fire, in milliseconds of Unix time. */
export interface Boundary {
  readonly labels: Labels;
  readonly edge: 'start' | 'end';
  readonly at: number;
}

export interface Difference extends Boundary {
  readonly seenBy: 'server' | 'backtest';
  readonly cause: Cause;
  /** What tells the cause. */
  readonly evidence: string;
}

/** How a backtest agrees with what the server recorded. */
export interface Agreement {
  /** Starts and ends that both have at the same instant. */
  readonly exact: number;
  /** Further ones that lie at most an evaluation apart. */
  readonly within: number;
  readonly differences: readonly Difference[];
}

/** A moment that only one of the two has. */
export type Unmatched = Boundary & Pick<Difference, 'seenBy'>;

/** An explanation: what the backtest would have said, had it known something. */
export interface Explanation {
  readonly cause: Cause;
  readonly evidence: (difference: Unmatched) => string | undefined;
  /** Undefined where the evidence alone decides. */
  readonly boundaries?: readonly Boundary[];
  /** How far apart two moments are still one. */
  readonly tolerance: number;
}

/** Makes an explanation for what the ones before it left open. Undefined where there is none to make. */
export type Explain = (open: readonly Unmatched[]) => Promise<Explanation | undefined>;

/** Starts and ends of firing. */
export function boundariesOf(series: Iterable<AlertSeries>, step: number): readonly Boundary[] {
  return [...series]
    .flatMap(({ labels, episodes }) =>
      episodes.flatMap(({ firingAt, lastAt }): Boundary[] =>
        firingAt === undefined
          ? []
          : [
              { labels, edge: 'start', at: firingAt },
              { labels, edge: 'end', at: lastAt + step },
            ],
      ),
    )
    .sort((a, b) => a.at - b.at);
}

export interface Matched {
  readonly exact: number;
  readonly within: number;
  readonly unmatched: readonly Unmatched[];
}

/**
 * Pairs what the server recorded with what the backtest says; each moment is used once. What lies at the edges of
 * the period is not judged: its other half may lie outside.
 */
export function match(
  server: readonly Boundary[],
  backtest: readonly Boundary[],
  tolerance: number,
  { from, to }: { readonly from: number; readonly to: number },
): Matched {
  const inside = ({ at }: Boundary) => at > from + tolerance && at < to - tolerance;
  const sides = ({ labels, edge }: Boundary) => `${edge} ${keyOf(labels)}`;
  const recorded = Map.groupBy(server, sides);
  const replayed = Map.groupBy(backtest, sides);
  let exact = 0;
  let within = 0;
  const unmatched: Unmatched[] = [];
  for (const key of new Set([...recorded.keys(), ...replayed.keys()])) {
    const left = [...(recorded.get(key) ?? [])];
    const right = [...(replayed.get(key) ?? [])];
    for (let a = left[0], b = right[0]; a !== undefined || b !== undefined; a = left[0], b = right[0]) {
      if (a !== undefined && b !== undefined && Math.abs(a.at - b.at) <= tolerance) {
        if (inside(b) && a.at === b.at) exact += 1;
        else if (inside(b)) within += 1;
        left.shift();
        right.shift();
      } else if (b === undefined || (a !== undefined && a.at < b.at)) {
        unmatched.push({ ...(left.shift() as Boundary), seenBy: 'server' });
      } else {
        unmatched.push({ ...(right.shift() as Boundary), seenBy: 'backtest' });
      }
    }
  }
  return { exact, within, unmatched: unmatched.filter(inside).sort((a, b) => a.at - b.at) };
}

/**
 * Names the first explanation under which the backtest says what the server recorded; what only a cause in the
 * list could tell is left unexplained.
 */
export async function explained(
  unmatched: readonly Unmatched[],
  explanations: readonly Explain[],
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  let open = unmatched;
  for (const explanation of explanations) {
    if (open.length === 0) break;
    const known = await explanation(open);
    if (known === undefined) continue;
    const told = open.flatMap((each) => {
      const evidence = holdsFor(known, each) ? known.evidence(each) : undefined;
      return evidence === undefined ? [] : [{ each, evidence }];
    });
    found.push(...told.map(({ each, evidence }) => ({ ...each, cause: known.cause, evidence })));
    const done = new Set(told.map(({ each }) => each));
    open = open.filter((each) => !done.has(each));
  }
  return [
    ...found,
    ...open.map((each) => ({ ...each, cause: 'unexplained' as const, evidence: CAUSES.unexplained })),
  ].sort((a, b) => a.at - b.at);
}

function holdsFor({ boundaries, tolerance }: Explanation, { labels, edge, at, seenBy }: Unmatched): boolean {
  if (boundaries === undefined) return true;
  const key = keyOf(labels);
  const there = boundaries.some(
    (other) => other.edge === edge && Math.abs(other.at - at) <= tolerance && keyOf(other.labels) === key,
  );
  return there === (seenBy === 'server');
}

/** An instant for a person, to the second. */
export const clock = (ms: number): string =>
  `${minute(ms / 1000)}:${new Date(ms).toISOString().slice(17, 19)} UTC`;
