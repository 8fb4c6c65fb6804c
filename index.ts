import * as pulumi from '@pulumi/pulumi';
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { checkOwnership } from './stack/cluster.ts';
import { planStack } from './stack/plan.ts';
import { monitoring } from './stack/program.ts';
import { configOf, parseSettings } from './stack/settings/index.ts';

/** Runs under plain `pulumi up`; `make up` runs the same program through the Automation API. */
export default async function program(): ReturnType<PulumiFn> {
  const stack = pulumi.getStack();
  const config = pulumi.runtime.allConfig();
  const project = pulumi.getProject();
  const settings = parseSettings(configOf(config, project), {
    stack,
    plain: configOf(unencrypted(config), project),
  });
  const { silences } = settings.notifications;
  if (silences.length > 0) {
    void pulumi.log.info(
      `Silences (${silences.length}) are put into Alertmanager by: make silences STACK=${stack}`,
    );
  }
  const plan = await planStack(settings, import.meta.dirname);
  await checkOwnership(plan, import.meta.dirname);
  for (const line of plan.warnings) void pulumi.log.warn(line);
  return await monitoring(plan)();
}

/**
 * What the engine calls no secret. It tells by group, in the variable that it hands to every program: a group that
 * holds one encrypted value counts as a whole, which `make` looks into.
 */
function unencrypted(config: Readonly<Record<string, string>>): Record<string, string> {
  const told = process.env.PULUMI_CONFIG_SECRET_KEYS;
  if (!told) return {};
  const encrypted = JSON.parse(told) as readonly string[];
  return Object.fromEntries(Object.entries(config).filter(([key]) => !encrypted.includes(key)));
}
