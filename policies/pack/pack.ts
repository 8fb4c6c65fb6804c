import { dirname } from 'node:path';
import policy from '@pulumi/policy';
import * as pulumi from '@pulumi/pulumi';
import { declaredRules } from '../../stack/files.ts';
import { configOf, parseSettings } from '../../stack/settings/index.ts';
import { readUserFiles } from '../../stack/user-files.ts';
import { crossGuardPolicies } from './policies.ts';

const root = dirname(dirname(import.meta.dirname));
const config = configOf(pulumi.runtime.allConfig(), pulumi.getProject());
const settings = parseSettings(config, { stack: pulumi.getStack() });
const rules = declaredRules(settings, readUserFiles(settings, root));

// The version is read from the `package.json` of the working folder, which is the caller's.
process.chdir(import.meta.dirname);
new policy.PolicyPack('feature-store-monitoring', { policies: crossGuardPolicies({ settings, rules }) });
