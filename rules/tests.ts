import type { RecordingProof } from './alert.ts';
import { BUILT_IN, type RuleSet } from './index.ts';
import { renderRecordingTests } from './proof/recordings.ts';
import { renderSloTests } from './proof/slo.ts';
import { renderTests } from './proof/tests.ts';
import { countedAsSums } from './slo/direct.ts';
import { UNKNOWN_SAMPLE } from './slo/sample.ts';

export { RECORDING_PROOFS, renderRecordingTests } from './proof/recordings.ts';
export { renderSloTests } from './proof/slo.ts';
export { renderSloAlertTests } from './proof/slo-alerts.ts';
export { renderBudgetTests } from './proof/slo-budget.ts';
export { casesOf, renderTests } from './proof/tests.ts';

/** Tests of what a user wrote, in settings or `rules.d/`, by file name: the same that shipped rules and SLOs get. */
export function renderOwnTests(declared: RuleSet): Record<string, string> {
  const set = countedAsSums(declared);
  const alerts = set.alerts.filter(({ origin }) => origin !== BUILT_IN);
  const slos = set.slos.filter(({ origin, sample }) => origin !== BUILT_IN && sample !== UNKNOWN_SAMPLE);
  return {
    ...renderRecordingTests(set, ownProofs(set)),
    ...renderTests(set, new Set(alerts.map(({ name }) => name))),
    ...renderSloTests(set, slos),
  };
}

/** Cases by name of the series that a user's rules record. */
function ownProofs({ recordings }: RuleSet): Record<string, readonly RecordingProof[]> {
  const own = Map.groupBy(
    recordings.filter(({ origin, proofs = [] }) => origin !== undefined && proofs.length > 0),
    ({ record }) => record,
  );
  return Object.fromEntries(
    [...own].map(([record, rules]) => [record, rules.flatMap(({ proofs = [] }) => proofs)]),
  );
}
