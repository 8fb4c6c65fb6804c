import { dirname } from 'node:path';
import policy from '@pulumi/policy';
import * as pulumi from '@pulumi/pulumi';
import { declaredRules } from '../../program/files.ts';
import { readUserFiles } from '../../program/user-files.ts';
import { configOf, parseSettings } from '../../settings/index.ts';
import { crossGuardPolicies } from './policies.ts';

const root = dirname(dirname(import.meta.dirname));
const config = configOf(pulumi.runtime.allConfig(), pulumi.getProject());
const settings = parseSettings(config, { stack: pulumi.getStack() });
const rules = declaredRules(settings, readUserFiles(settings, root));

// The version is read from the `package.json` of the working folder, which is the caller's.
process.chdir(import.meta.dirname);
new policy.PolicyPack('feature-store-monitoring', { policies: crossGuardPolicies({ settings, rules }) });
