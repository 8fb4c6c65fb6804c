import * as pulumi from '@pulumi/pulumi';
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { planStack } from './program/plan.ts';
import { monitoring } from './program/program.ts';
import { configOf, parseSettings } from './settings/index.ts';

/** Runs under plain `pulumi up`; `make up` runs the same program through the Automation API. */
export default async function program(): ReturnType<PulumiFn> {
  const stack = pulumi.getStack();
  const settings = parseSettings(configOf(pulumi.runtime.allConfig(), pulumi.getProject()), { stack });
  const { silences } = settings.notifications;
  if (silences.length > 0) {
    void pulumi.log.info(
      `Silences (${silences.length}) are put into Alertmanager by: make silences STACK=${stack}`,
    );
  }
  return await monitoring(await planStack(settings, import.meta.dirname))();
}
