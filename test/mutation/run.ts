import { isAlert } from '../../rules/alert.ts';
import { campaign, RULES } from './campaign.ts';
import { ruleId } from './mutants.ts';

/** Mutates the rules that are named, or all: `node test/mutation/run.ts [ALERT or recorded series …]`. */
const named = process.argv.slice(2);
const chosen = RULES.filter(
  (rule) => named.length === 0 || named.includes(isAlert(rule) ? rule.name : rule.record),
);
if (chosen.length === 0) {
  console.error(`${named.join(', ')}: no alert or recorded series has that name`);
  process.exit(2);
}
const verdicts = await campaign(chosen, console.log);
for (const { rule, alive } of verdicts)
  for (const { kind, change } of alive) console.log(`survived: ${ruleId(rule)}, ${kind}: ${change}`);
const total = (of: (verdict: (typeof verdicts)[number]) => number) =>
  verdicts.reduce((sum, verdict) => sum + of(verdict), 0);
const alive = total((verdict) => verdict.alive.length);
console.log(
  `mutants: ${total(({ killed }) => killed)} killed, ${total(({ equivalent }) => equivalent)} equivalent, ${alive} survived`,
);
process.exitCode = alive > 0 ? 1 : 0;
