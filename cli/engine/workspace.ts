import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { LocalWorkspace, type PulumiFn, type Stack } from '@pulumi/pulumi/automation/index.js';
import { dump, load } from 'js-yaml';
import { PROJECT, ROOT, stateFolder } from '../project.ts';
import { readStackFile } from '../stack-file/stack-file.ts';
import { engineError } from './engine-error.ts';
import { checkState, saltOfState } from './engine-state.ts';
import { passphraseOf } from './passphrase.ts';
import { statePlace } from './state-place.ts';

export interface WorkspaceOptions {
  readonly stack: string;
  /** Absolute path of the Pulumi executable. */
  readonly pulumi: string;
  readonly program: PulumiFn;
  /**
   * Keep the stack's salt and passphrase under `.monitoring/`, so that a stack of this machine alone leaves no
   * trace in git. Otherwise the stack's file is Pulumi's own, and the passphrase is asked for.
   */
  readonly machineOnly: boolean;
}

/** Opens a stack in the engine, and makes it on first use. No account is needed: see {@link statePlace}. */
export async function openStack(options: WorkspaceOptions): Promise<Stack> {
  const { stack, program, machineOnly } = options;
  // The Automation API takes the engine from PATH.
  process.env.PATH = `${dirname(options.pulumi)}${delimiter}${process.env.PATH ?? ''}`;
  const workDir = machineOnly ? machineWorkspace(stack) : ROOT;
  const { url } = statePlace(stack);
  checkState(stack, url);
  const { env } = await passphraseOf({
    stack,
    machineOnly,
    url,
    secretsProvider: readStackFile(stack).content.secretsprovider,
    salts: [saltIn(join(workDir, `Pulumi.${stack}.yaml`)), saltOfState(stack, url)].filter(
      (salt) => salt !== undefined,
    ),
  });
  // The engine inherits what this process has, and one passphrase is enough for it.
  for (const name of ['PULUMI_CONFIG_PASSPHRASE', 'PULUMI_CONFIG_PASSPHRASE_FILE']) delete process.env[name];
  const opening = LocalWorkspace.createOrSelectStack(
    { stackName: stack, projectName: PROJECT, program },
    {
      workDir,
      envVars: {
        PULUMI_BACKEND_URL: url,
        PULUMI_SKIP_UPDATE_CHECK: '1',
        // The provider for local processes is a Node program: it runs on the Node that runs this one.
        FSM_NODE: process.execPath,
        ...env,
      },
    },
  );
  return await opening.catch(asOurs(stack, `Opening stack "${stack}" in the engine`));
}

/**
 * Turns an error of the engine into one for a person: for `.catch`.
 * @param doing what could not be finished.
 */
export function asOurs(stack: string, doing: string): (error: unknown) => never {
  return (error) => {
    throw Object.assign(engineError((error as Error).message, stack, doing), { cause: error });
  };
}

/**
 * A workspace of its own for a stack of this machine: the project's and the stack's files as they stand, and
 * the salt that the engine adds to the latter.
 */
function machineWorkspace(stack: string): string {
  const folder = join(stateFolder(stack), 'workspace');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(folder, 'Pulumi.yaml'),
    dump({
      name: PROJECT,
      runtime: 'nodejs',
      plugins: { providers: [{ name: 'local', path: join(ROOT, 'platforms', 'local', 'provider') }] },
    }),
  );
  const copy = join(folder, `Pulumi.${stack}.yaml`);
  const salt = saltIn(copy);
  writeFileSync(
    copy,
    dump({ ...(salt === undefined ? {} : { encryptionsalt: salt }), ...readStackFile(stack).content }),
  );
  chmodSync(copy, 0o600);
  return folder;
}

/** `encryptionsalt` of a stack's file; undefined where there is none. */
function saltIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const content = load(readFileSync(file, 'utf8')) as { readonly encryptionsalt?: unknown } | null;
  return typeof content?.encryptionsalt === 'string' ? content.encryptionsalt : undefined;
}
