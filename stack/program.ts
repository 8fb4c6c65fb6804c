import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { MonitoringStack } from '../components/monitoring-stack.ts';
import type { Plan } from './plan.ts';

/**
 * The program: everything was validated and rendered into the plan before the engine hears of the first
 * resource. `index.ts` runs it under plain `pulumi up`, the commands through the Automation API.
 */
export function monitoring(plan: Plan): PulumiFn {
  return async () => {
    const stack = new MonitoringStack('monitoring', plan);
    return { urls: stack.urls };
  };
}
