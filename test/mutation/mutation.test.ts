import { beforeAll, expect, test } from 'vitest';
import { campaign, RULES, type Verdict } from './campaign.ts';
import { EQUIVALENTS } from './equivalents.ts';
import { mutantsOf, type Rule, ruleId } from './mutants.ts';

let verdicts: ReadonlyMap<Rule, Verdict>;

beforeAll(async () => {
  const found = await campaign(RULES, console.log);
  verdicts = new Map(found.map((verdict) => [verdict.rule, verdict]));
  const total = (of: (verdict: Verdict) => number) => found.reduce((sum, verdict) => sum + of(verdict), 0);
  console.log(
    `${total(({ killed }) => killed)} mutants killed, ${total(({ equivalent }) => equivalent)} equivalent, ${total(({ alive }) => alive.length)} alive`,
  );
});

test.each(RULES.map((rule) => ({ id: ruleId(rule), rule })))(
  'no mistake in $id goes unnoticed',
  ({ rule }) => {
    expect(verdicts.get(rule)?.alive.map(({ kind, change }) => `${kind}: ${change}`)).toEqual([]);
  },
);

test.each(EQUIVALENTS.map((equivalent) => ({ reason: equivalent.reason, equivalent })))(
  'there are mutants of which is said: $reason',
  ({ equivalent }) => {
    expect(RULES.flatMap(mutantsOf).filter(equivalent.matches)).not.toEqual([]);
  },
);
