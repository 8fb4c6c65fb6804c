import { seconds } from '../../lib/promql/parse.ts';
import type { Recording, RuleGroup } from '../alert.ts';
import { dependencies } from '../excerpt.ts';
import type { RuleSet } from '../index.ts';
import { renderGroups, yaml } from '../render.ts';
import { FEATURE_PROOFS } from './recorded/features.ts';
import { INFERENCE_PROOFS } from './recorded/inference-api.ts';
import { MACHINE_PROOFS } from './recorded/machines.ts';
import { PLATFORM_PROOFS } from './recorded/platform.ts';
import type { RecordingProof, Yield } from './recorded/proof.ts';
import { STREAM_PROOFS } from './recorded/streams.ts';
import { layOut, START } from './series.ts';

/** What each recorded series is, by name; those of SLOs have proofs of their own. */
export const RECORDING_PROOFS: Readonly<Record<string, readonly RecordingProof[]>> = {
  ...PLATFORM_PROOFS,
  ...INFERENCE_PROOFS,
  ...FEATURE_PROOFS,
  ...STREAM_PROOFS,
  ...MACHINE_PROOFS,
};

const INTERVAL = 15;
/** To how many decimal places values are compared: floating point is equal but for noise. */
const PLACES = 7;

/** Tests of what recording rules make of metrics, by file name. */
export function renderRecordingTests(
  set: RuleSet,
  proofsOf: Readonly<Record<string, readonly RecordingProof[]>> = RECORDING_PROOFS,
): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [record, proofs] of Object.entries(proofsOf)) {
    const groups = groupsOf(set, record);
    const name = record.replaceAll(':', '-');
    files[`${name}.rules.yaml`] = renderGroups(groups);
    files[`${name}.test.yaml`] = yaml({
      rule_files: [`${name}.rules.yaml`],
      evaluation_interval: `${INTERVAL}s`,
      group_eval_order: groups.map((group) => group.name),
      tests: proofs.map((proof) => ({
        name: `${record}: ${proof.name}`,
        interval: `${INTERVAL}s`,
        start_timestamp: START,
        input_series: layOut(proof.phases, INTERVAL),
        promql_expr_test: [
          {
            expr: `round(${record}, 1e-${PLACES})`,
            eval_time: `${proof.phases.reduce((sum, { lasts }) => sum + seconds(lasts), 0)}s`,
            exp_samples: proof.yields.map(({ labels = {}, value }: Yield) => ({
              labels: `{${Object.entries(labels)
                .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
                .join(', ')}}`,
              value: Math.round(value * 10 ** PLACES) / 10 ** PLACES,
            })),
          },
        ],
      })),
    });
  }
  return files;
}

/** The rules that record a series, and what they read. */
function groupsOf(set: RuleSet, record: string): RuleGroup[] {
  const own = set.recordings.filter((rule) => rule.record === record);
  const kept = new Set<Recording>(own.flatMap((rule) => [...dependencies(set, rule), rule]));
  return set.groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => 'record' in rule && kept.has(rule)) }))
    .filter((group) => group.rules.length > 0);
}
