import { isAbsence, walk } from '../../../../lib/promql/ast.ts';
import { parse } from '../../../../lib/promql/parse.ts';
import { ask, replay } from '../replay.ts';
import { keyOf } from '../server.ts';
import { boundariesOf, type Explain, type Explanation, type Unmatched } from '../verify.ts';
import type { Trial } from './trial.ts';

/** Differences that are looked at one by one: each costs queries. */
const LOOKED_AT = 20;

/** What the history showed a little before each evaluation: samples keep the time at which their scrape began. */
export function late({ server, rule, expr, stretches, step, points }: Trial, share: number): Explain {
  return async (open) => {
    if (open.length > LOOKED_AT) return undefined;
    const early = Math.round(rule.interval * share);
    const memory = rule.hold.for + rule.hold.keepFiringFor + 4 * rule.interval;
    const near = open.flatMap(({ at }) =>
      stretches
        .map((stretch) => ({
          ...stretch,
          from: Math.max(stretch.from, at - memory),
          to: Math.min(stretch.to, at + 4 * rule.interval),
        }))
        .filter(({ from, to }) => from < to),
    );
    const answers = await Promise.all(near.map((part) => ask(server, expr, [part], step, points, early)));
    const boundaries = answers.flatMap((each) => boundariesOf(replay(each, rule).series.values(), step));
    return {
      cause: 'late-sample',
      boundaries,
      tolerance: Math.max(step, rule.interval),
      evidence: () => `as the history was ${early / 1000} s before each evaluation, both agree`,
    };
  };
}

export function gap({ server, expr, rule }: Trial): Explain {
  return async (open) => {
    const parts = [...walk(parse(expr))];
    // That nothing is there is what these ask for: it tells of no loss.
    const asked = parts.filter((part) => part.kind === 'call' && isAbsence(part.name));
    const selectors = new Set(
      parts
        .filter(
          ({ kind, from }) =>
            kind === 'selector' && !asked.some((call) => from > call.from && from < call.to),
        )
        .map(({ from, to }) => expr.slice(from, to)),
    );
    const missing = new Map<Unmatched, string>();
    for (const difference of open.slice(0, LOOKED_AT)) {
      for (const selector of selectors) {
        const at = difference.edge === 'start' ? difference.at : difference.at - rule.interval;
        const found = await server.instant(`count(${selector})`, at);
        if (found.length === 0) missing.set(difference, selector);
      }
    }
    const evidence: Explanation['evidence'] = (difference) => {
      const selector = missing.get(difference);
      return selector && `no samples of ${selector} at that time`;
    };
    return { cause: 'gap', tolerance: 0, evidence };
  };
}

/** Whoever asks at other instants may see what is shorter than the time between two evaluations, or miss it. */
export function offset({ stretches, step, rule, recorded, replay }: Trial): Explain {
  return async () => ({
    cause: 'evaluation-offset',
    tolerance: 0,
    evidence: ({ labels, at, seenBy }) => {
      if (step !== rule.interval)
        return `asked every ${step / 1000} s, and the rule is evaluated every ${rule.interval / 1000} s`;
      const { series } = seenBy === 'server' ? recorded : replay;
      const own = series
        .get(keyOf(labels))
        ?.episodes.find(({ activeAt, lastAt }) => activeAt <= at && lastAt + step >= at);
      const isShort = own?.firingAt !== undefined && own.lastAt - own.firingAt < 2 * step;
      const seen = stretches.find(({ from, to }) => at > from && at <= to)?.seen ?? false;
      return isShort && !seen ? 'nothing tells at which instants the rule was evaluated' : undefined;
    },
  });
}
