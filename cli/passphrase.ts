import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from './arguments.ts';
import { stateFolder } from './project.ts';

export interface Encrypted {
  readonly stack: string;
  /** Whether it is of this machine alone: its passphrase is made here. */
  readonly machineOnly: boolean;
  /** `secretsprovider` of the stack's file, such as `awskms://alias/pulumi`. Default: the backend's own. */
  readonly secretsProvider?: unknown;
}

/** What was typed, so that a command that opens its stack twice asks once. */
const typed = new Map<string, Promise<string>>();

/**
 * What the engine needs to decrypt a stack's secrets: nothing where a key service does, a file made on first use for a
 * stack of this machine, the caller's own variables for any other, a prompt where there is a terminal.
 * @throws UsageError where there is neither.
 */
export async function passphraseEnvironment(
  { stack, machineOnly, secretsProvider }: Encrypted,
  env = process.env,
): Promise<Record<string, string>> {
  // The others, `passphrase` and `default`, are no URLs.
  if (String(secretsProvider).includes('://')) return {};
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined)
    return { PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE };
  if (env.PULUMI_CONFIG_PASSPHRASE_FILE)
    return { PULUMI_CONFIG_PASSPHRASE_FILE: env.PULUMI_CONFIG_PASSPHRASE_FILE };
  // A stack that was of this machine alone until a secret came into its file keeps the passphrase.
  if (machineOnly || existsSync(ownFile(stack)))
    return { PULUMI_CONFIG_PASSPHRASE_FILE: ownPassphrase(stack) };
  if (env.PULUMI_BACKEND_URL?.startsWith('https://')) return {};
  if (process.stdin.isTTY) {
    const answer = typed.get(stack) ?? ask(stack);
    typed.set(stack, answer);
    return { PULUMI_CONFIG_PASSPHRASE: await answer };
  }
  throw new UsageError(
    `The secrets of stack "${stack}" are encrypted with a passphrase. Give it by a file: ` +
      'export PULUMI_CONFIG_PASSPHRASE_FILE=<path>',
  );
}

const ownFile = (stack: string) => join(stateFolder(stack), 'passphrase');

function ownPassphrase(stack: string): string {
  const file = ownFile(stack);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  }
  return file;
}

async function ask(stack: string): Promise<string> {
  process.stderr.write(`Passphrase of stack "${stack}" (not shown): `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
