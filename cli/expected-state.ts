import { PROBE_JOBS } from '../catalogue/services.ts';
import { topology } from '../components/topology.ts';
import type { Addressing } from '../platforms/workload.ts';
import { replicasOf } from '../stack/addressing.ts';
import { declaredRules } from '../stack/files.ts';
import type { Settings } from '../stack/settings/index.ts';
import { readUserFiles } from '../stack/user-files.ts';

/** What a stack's Prometheus must have, whatever it says that it has. */
export interface Expected {
  /** Jobs with a target that is known before anything is discovered, and those of services. */
  readonly jobs: readonly string[];
  /** Names of alerts and of recorded series. */
  readonly rules: readonly string[];
}

/**
 * What a stack's settings and files declare.
 * @param root the project's folder, absolute.
 * @throws RulesError, SettingsError
 */
export function expectedOf(settings: Settings, platform: Addressing, root: string): Expected {
  // Whether the demo runs is not in the file: `make monitor` leaves it out, and with it the target that only it has.
  const { jobs, probes } = topology({ ...settings, demoEnabled: false }, platform, replicasOf(settings));
  const { alerts, recordings } = declaredRules(settings, readUserFiles(settings, root));
  const kinds = Object.keys(PROBE_JOBS) as (keyof typeof PROBE_JOBS)[];
  return {
    jobs: [
      ...jobs.filter(({ targets, found }) => targets.length > 0 || found !== undefined).map(({ job }) => job),
      ...kinds.filter((kind) => probes[kind].length > 0).map((kind) => PROBE_JOBS[kind]),
    ],
    rules: [...new Set([...alerts.map(({ name }) => name), ...recordings.map(({ record }) => record)])],
  };
}

const NAMED = 3;

/** What of the expected is not there: how much, and the first few by name; undefined where all is. */
export function missing(
  expected: readonly string[],
  found: Iterable<string>,
): { readonly share: string; readonly names: string } | undefined {
  const there = new Set(found);
  const absent = expected.filter((name) => !there.has(name));
  if (absent.length === 0) return undefined;
  const named = absent.slice(0, NAMED).join(', ');
  const more = absent.length - NAMED;
  return {
    share: `${absent.length} of ${expected.length}`,
    names: more > 0 ? `${named} and ${more} more` : named,
  };
}

/** Why rules or targets may be missing, and what mends it. */
export function selection(
  { operator, kubernetes: { namespace }, stack }: Settings,
  selectors: string,
): string {
  if (operator === undefined) return `make up STACK=${stack} loads what is declared`;
  const labels = Object.entries(operator.labels).map(([name, value]) => `${name}=${value}`);
  return (
    `In the operator's Prometheus of namespace ${operator.namespace}, ${selectors} must take in namespace ${namespace} and the ` +
    `labels of the setting kubernetes.operator.labels, which are ${labels.join(', ') || 'none'}`
  );
}
