import { alertPolicies } from './alerts.ts';
import { costPolicies } from './cost.ts';
import { declaredPolicies } from './declared.ts';
import { inhibitionPolicies } from './inhibition.ts';
import { pagePolicies } from './pages.ts';
import type { Policy } from './policy.ts';
import { routingPolicies } from './routing.ts';
import { silencePolicies } from './silences.ts';
import { storagePolicies } from './storage.ts';
import { thresholdPolicies } from './thresholds.ts';
import { windowPolicies } from './windows.ts';
import { workloadPolicies } from './workloads.ts';

/** Every policy there is. */
export const POLICIES: readonly Policy[] = [
  ...alertPolicies,
  ...thresholdPolicies,
  ...declaredPolicies,
  ...routingPolicies,
  ...inhibitionPolicies,
  ...silencePolicies,
  ...windowPolicies,
  ...workloadPolicies,
  ...pagePolicies,
  ...costPolicies,
  ...storagePolicies,
];
