import * as pulumi from '@pulumi/pulumi';
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { planStack } from './program/plan.ts';
import { monitoring } from './program/program.ts';
import { configOf, parseSettings } from './settings/index.ts';

/** Runs under plain `pulumi up`; `make up` runs the same program through the Automation API. */
export default async function program(): ReturnType<PulumiFn> {
  const stack = pulumi.getStack();
  const settings = parseSettings(configOf(pulumi.runtime.allConfig(), pulumi.getProject()), { stack });
  return await monitoring(await planStack(settings, import.meta.dirname))();
}
