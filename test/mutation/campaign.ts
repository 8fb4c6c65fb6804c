import { isAlert } from '../../rules/alert.ts';
import { buildRules } from '../../rules/index.ts';
import {
  renderBudgetTests,
  renderRecordingTests,
  renderSloAlertTests,
  renderSloTests,
  renderTests,
} from '../../rules/tests.ts';
import { ensureTools } from '../../tools/install.ts';
import { EQUIVALENTS } from './equivalents.ts';
import { suitesOf, survivors } from './judge.ts';
import { type Mutant, mutantsOf, type Rule } from './mutants.ts';

/** SLOs of one kind share a generator: one of each kind stands for all. */
const SLO_OF_EACH_KIND = ['inference-availability', 'stream-lag'];
/** What an SLO brings along itself: these rules of every SLO are altered. */
const OF_ONE_SLO = /^slo:((bad|total):rate1m|slice_bad:bool|probe_failed:bool|probe_weight:rate1d)$/;

const set = buildRules();

/** The rules that are altered. */
export const RULES: readonly Rule[] = set.groups
  .flatMap(({ rules }) => rules)
  .filter((rule) => {
    const slo = rule.labels?.slo;
    return (
      slo === undefined || SLO_OF_EACH_KIND.includes(slo) || (!isAlert(rule) && OF_ONE_SLO.test(rule.record))
    );
  });

/** What became of the mutants of a rule. */
export interface Verdict {
  readonly rule: Rule;
  readonly killed: number;
  readonly equivalent: number;
  readonly alive: readonly Mutant[];
}

/** Alters rules one mistake at a time, and sees which mistakes their own tests let live. */
export async function campaign(
  rules: readonly Rule[],
  say: (progress: string) => void,
): Promise<readonly Verdict[]> {
  const { promtool } = await ensureTools(['promtool']);
  const tests = {
    // Cheapest first: most mutants die of those.
    ...renderSloAlertTests(set),
    ...renderTests(set),
    ...renderRecordingTests(set),
    ...renderSloTests(set),
    ...renderBudgetTests(set),
  };
  const mutants = rules.flatMap(mutantsOf);
  const candidates = mutants.filter((mutant) => !EQUIVALENTS.some(({ matches }) => matches(mutant)));
  const alive = await survivors(promtool, candidates, suitesOf(tests), say);
  const of = (all: readonly Mutant[], rule: Rule) => all.filter((mutant) => mutant.rule === rule);
  return rules.map((rule) => ({
    rule,
    killed: of(candidates, rule).length - of(alive, rule).length,
    equivalent: of(mutants, rule).length - of(candidates, rule).length,
    alive: of(alive, rule),
  }));
}
