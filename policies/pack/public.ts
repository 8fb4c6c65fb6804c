import type { Policies } from '@pulumi/policy';
import { SECRET_PLACEHOLDER } from '../../lib/secret-placeholder.ts';
import { inArguments } from '../../stack/argument-errors.ts';
import { declaredRules } from '../../stack/files.ts';
import { hideInputs } from '../../stack/secret-inputs.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import type { StackSettings } from '../../stack/stack-settings.ts';
import { NO_USER_FILES, readUserFiles } from '../../stack/user-files.ts';
import { crossGuardPolicies } from './policies.ts';

/** The policies of a stack, for a policy pack of your own. */
export interface MonitoringPoliciesOptions {
  /** Name of the Pulumi stack: `pulumi.getStack()`. */
  readonly stack: string;
  /** What the `MonitoringStack` is given, without its transform. Default: every default, on Kubernetes. */
  readonly settings?: StackSettings;
  /** Name of the `MonitoringStack` in the program: resources with other names are not judged. Default: all are. */
  readonly name?: string;
  /** Folder with `rules.d/`, absolute. Default: there is none. */
  readonly folder?: string;
}

/**
 * Every policy that the project's own pack has, for CrossGuard. Secrets of the settings are not needed.
 * @throws pulumi.RunError with everything that is wrong with the settings or rules.
 */
export function monitoringPolicies(options: MonitoringPoliciesOptions): Policies {
  const { stack, settings: given = { platform: 'kubernetes' }, name, folder } = options;
  const prefix = name === undefined ? '' : `${name}-`;
  return inArguments('settings', stack, () => {
    const { hidden } = hideInputs(
      { ...given, grafana: { adminPassword: SECRET_PLACEHOLDER, ...given.grafana } },
      'settings',
    );
    const settings = parseSettings(hidden, { stack, file: 'settings' });
    const user = folder === undefined ? NO_USER_FILES : readUserFiles(settings, folder);
    return crossGuardPolicies({ settings, rules: declaredRules(settings, user) }, { prefix });
  });
}
