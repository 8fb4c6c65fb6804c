import { createHash } from 'node:crypto';
import { stackParts, workloadsOf } from '../../components/stack-parts.ts';
import { alertLabels } from '../../notifications/index.ts';
import { describe } from '../../operations/review/describe.ts';
import type { Version } from '../../operations/review/version.ts';
import { policiesSettings } from '../../policies/index.ts';
import { addressing, replicasOf } from '../../stack/addressing.ts';
import { checkedStack } from '../../stack/checked.ts';
import { drafted } from '../../stack/draft.ts';
import { filesByPath, type RenderedFiles, renderFiles } from '../../stack/files.ts';
import { policyFindings } from '../../stack/policies.ts';
import type { Settings } from '../../stack/settings/index.ts';
import { secretValues } from '../../stack/settings/secrets.ts';
import { sizedWorkloads } from '../../stack/sizes.ts';
import type { TransformedStack } from '../../stack/transformation.ts';
import { readUserFiles } from '../../stack/user-files.ts';
import { command, STACK_OPTION } from '../arguments.ts';
import { ROOT } from '../project.ts';
import { readSettings } from '../stack-file/settings.ts';
import { encryptedValues, readStackFile } from '../stack-file/stack-file.ts';

export default command({
  name: 'describe',
  summary: 'print as JSON what this version declares, without any secret: what `make diff` compares',
  options: STACK_OPTION,
  run: async ({ stack }) => {
    process.stdout.write(JSON.stringify(await describeStack(stack)));
    return 0;
  },
});

/**
 * What the code of this checkout declares for a stack, after promtool and amtool took it. Nothing is decrypted.
 * @throws SettingsError, RulesError, DashboardsError, NotificationsError, CheckError where it does not build.
 */
export async function describeStack(stack: string): Promise<Version> {
  return await describeChecked(readSettings({ stack }), ROOT, encryptedValues(readStackFile(stack)));
}

/** The encrypted form of each secret by its key. What is told of it is a hash. */
type Encrypted = Readonly<Record<string, string>>;

/** The same for settings that were read. `root` is the project's folder, absolute. */
export async function describeChecked(
  settings: Settings,
  root: string,
  encrypted: Encrypted = {},
): Promise<Version> {
  const { files, plan } = await checkedStack(settings, addressing(settings, root), root);
  return describeStackOf(plan, files, root, encrypted);
}

/** The same without promtool and amtool, and without a transform. `root` is the project's folder, absolute. */
export function describeSettings(settings: Settings, root: string, encrypted: Encrypted = {}): Version {
  const [platform, replicas] = [addressing(settings, root), replicasOf(settings)];
  const files = renderFiles({ settings, platform, replicas, user: readUserFiles(settings, root) });
  return describeStackOf(drafted(settings, files, root), files, root, encrypted);
}

function describeStackOf(
  plan: TransformedStack,
  files: RenderedFiles,
  root: string,
  encrypted: Encrypted,
): Version {
  const { settings, transformation } = plan;
  return describe({
    stack: settings.stack,
    platform: settings.platform,
    files: filesByPath(files),
    rules: files.ruleSet,
    workloads: sizedWorkloads(settings, workloadsOf(stackParts(plan))),
    findings: policyFindings(plan, files),
    advice: files.warnings,
    root,
    secrets: secretValues(settings),
    declared: {
      production: settings.production,
      silences: settings.notifications.silences,
      policies: settings.policies,
      secrets: Object.fromEntries(
        Object.entries(encrypted).map(([key, text]) => [
          key,
          createHash('sha256').update(text).digest('hex').slice(0, 16),
        ]),
      ),
      labelSets: alertLabels(files.ruleSet.alerts),
      metrics: Object.fromEntries(
        Object.entries(files.ruleSet.metrics).map(([name, metric]) => [name, JSON.stringify(metric)]),
      ),
      transform: transformation?.changes ?? {},
      strict: policyFindings(plan, files, policiesSettings.parse({})),
    },
  });
}
