import { BUILT_IN, type RuleSet } from './index.ts';
import { renderSloTests } from './proof/slo.ts';
import { renderTests } from './proof/tests.ts';

export { RECORDING_PROOFS, renderRecordingTests } from './proof/recordings.ts';
export { renderSloTests } from './proof/slo.ts';
export { renderBudgetTests } from './proof/slo-budget.ts';
export { casesOf, renderTests } from './proof/tests.ts';

/** Tests of what a user wrote, in settings or `rules.d/`, by file name: the same that shipped alerts and SLOs get. */
export function renderOwnTests(set: RuleSet): Record<string, string> {
  const alerts = set.alerts.filter(({ origin }) => origin !== BUILT_IN);
  const slos = set.slos.filter(({ origin }) => origin !== BUILT_IN);
  return {
    ...renderTests(set, new Set(alerts.map(({ name }) => name))),
    ...renderSloTests(set, slos),
  };
}
