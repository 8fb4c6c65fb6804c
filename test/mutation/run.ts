import { isAlert } from '../../rules/alert.ts';
import { buildRules } from '../../rules/index.ts';
import { renderSloTests, renderTests } from '../../rules/tests.ts';
import { ensureTools } from '../../tools/install.ts';
import { EQUIVALENTS } from './equivalents.ts';
import { suitesOf, survivors } from './judge.ts';
import { mutantsOf, type Rule, ruleId } from './mutants.ts';

/** SLOs of one kind share a generator: one of each kind stands for all. */
const SLO_OF_EACH_KIND = ['inference-availability', 'stream-lag'];
const only = process.argv.slice(2);

const chosen = (rule: Rule): boolean => {
  if (only.length > 0) return only.includes(isAlert(rule) ? rule.name : rule.record);
  const slo = rule.labels?.slo;
  return slo === undefined || SLO_OF_EACH_KIND.includes(slo);
};

const set = buildRules();
const { promtool } = await ensureTools(['promtool']);
const mutants = set.groups.flatMap(({ rules }) => rules.filter(chosen).flatMap(mutantsOf));
const candidates = mutants.filter((mutant) => !EQUIVALENTS.some(({ matches }) => matches(mutant)));
const alive = await survivors(
  promtool,
  candidates,
  suitesOf({ ...renderTests(set), ...renderSloTests(set) }),
  console.log,
);
for (const { rule, kind, change } of alive) console.log(`survived: ${ruleId(rule)}, ${kind}: ${change}`);
console.log(
  `mutants: ${candidates.length - alive.length} killed, ${mutants.length - candidates.length} equivalent, ${alive.length} survived`,
);
process.exitCode = alive.length > 0 ? 1 : 0;
