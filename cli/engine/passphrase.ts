import { createDecipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { UsageError } from '../arguments.ts';
import { ROOT, stateFolder } from '../project.ts';
import { forgetCommand } from './engine-state.ts';

/** No passphrase at hand is the one that a stack was made with. */
export class PassphraseError extends Error {
  override readonly name = 'PassphraseError';
}

export interface Encrypted {
  readonly stack: string;
  /** Whether it is of this machine alone: its passphrase is made here. */
  readonly machineOnly: boolean;
  /** Where its state is: a service encrypts by itself. Default: a folder. */
  readonly url?: string;
  /** `secretsprovider` of the stack's file, such as `awskms://alias/pulumi`. Default: the backend's own. */
  readonly secretsProvider?: unknown;
  /**
   * `encryptionsalt` of the stack's file and of its state: the engine keeps there what tells the right passphrase from
   * others. Default: none, the stack is new.
   */
  readonly salts?: readonly string[];
}

/** The passphrase that a stack is opened with. */
export interface Chosen {
  /** Variables for the engine; it looks at no others. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it comes from, such as `PULUMI_CONFIG_PASSPHRASE`. Default: there is none, or the engine knows. */
  readonly origin?: string;
  /** What a person should know of the choice. */
  readonly note?: string;
}

interface Candidate {
  readonly origin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly read: () => string;
}

/** What was chosen, so that a command that opens its stack twice asks, and tells, once. */
const chosen = new Map<string, Promise<Chosen>>();

/** As {@link choosePassphrase}, once a process and stack; the choice is told and kept. */
export function passphraseOf(encrypted: Encrypted): Promise<Chosen> {
  const { stack } = encrypted;
  const choice = chosen.get(stack) ?? choosePassphrase(encrypted).then((found) => remember(stack, found));
  chosen.set(stack, choice);
  return choice;
}

/**
 * Chooses what the engine decrypts a stack's secrets with: nothing where a key service does; a file made on first use
 * for a stack of this machine; the caller's own variables for any other; a prompt where there is a terminal. Where the
 * stack exists, whichever of them it was made with.
 * @throws UsageError where there is none.
 * @throws PassphraseError where none is the stack's.
 */
export async function choosePassphrase(encrypted: Encrypted, env = process.env): Promise<Chosen> {
  const { stack, machineOnly, url, secretsProvider, salts = [] } = encrypted;
  // The others, `passphrase` and `default`, are no URLs.
  if (String(secretsProvider).includes('://')) return { env: {} };
  const given = fromVariables(env);
  // A stack that was of this machine alone until a secret came into its file keeps the passphrase.
  const own = ownCandidates(stack, machineOnly && salts.length === 0);
  const candidates = machineOnly || given.length === 0 ? [...own, ...given] : [...given, ...own];
  if (salts.length === 0 && candidates[0] !== undefined) return taken(candidates[0], given, stack);
  // Its own file is used in silence: the engine itself notices whether it is right.
  if (candidates.length === 1 && own[0] !== undefined) return taken(own[0], given, stack);
  for (const candidate of candidates)
    if (await fitsAll(candidate.read(), salts)) return taken(candidate, given, stack);
  if (candidates.length > 0) throw new PassphraseError(wrongPassphrase(stack, candidates.map(nameOf)));
  if (machineOnly) throw new PassphraseError(wrongPassphrase(stack, []));
  if (url?.startsWith('https://')) return { env: {} };
  if (process.stdin.isTTY) return await asked(stack, salts);
  throw new UsageError(
    `The secrets of stack "${stack}" are encrypted with a passphrase. Give it by a file: ` +
      `export PULUMI_CONFIG_PASSPHRASE_FILE=<path>${lastTime(stack).replace(' ', '\n')}`,
  );
}

/** What a person reads whose passphrase is wrong or lost. @param tried where the passphrases came from. */
export function wrongPassphrase(stack: string, tried: readonly string[]): string {
  const made = lastTime(stack);
  return [
    tried.length === 0
      ? `The passphrase of stack "${stack}" is lost: ${relative(ROOT, ownFile(stack))} is gone, and no variable gives another.`
      : `The passphrase in ${tried.join(' and in ')} is not the one that stack "${stack}" was made with.`,
    ...(made === '' ? [] : [made.trim()]),
    'Give the right one by a file: export PULUMI_CONFIG_PASSPHRASE_FILE=<path>',
    `If it is lost for good, what it encrypted cannot be read by anyone. What runs can still be stopped: make down STACK=${stack}`,
    `To start over: ${forgetCommand(stack)}, then: make up STACK=${stack}. See docs/state.md.`,
  ].join('\n');
}

function taken(candidate: Candidate, given: readonly Candidate[], stack: string): Chosen {
  const ignored = given.filter((other) => other !== candidate);
  const note =
    ignored.length === 0
      ? undefined
      : `${ignored.map(nameOf).join(' and ')} ${ignored.length === 1 ? 'is' : 'are'} not used: the passphrase of ` +
        `stack "${stack}" is in ${candidate.origin}.`;
  return { env: candidate.env, origin: candidate.origin, ...(note === undefined ? {} : { note }) };
}

const nameOf = ({ origin }: Candidate) => origin;

/** Pulumi takes the first of the two; here the second counts as well where the first is of something else. */
function fromVariables(env: NodeJS.ProcessEnv): readonly Candidate[] {
  const { PULUMI_CONFIG_PASSPHRASE: word, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  return [
    ...(word === undefined
      ? []
      : [
          {
            origin: 'PULUMI_CONFIG_PASSPHRASE',
            env: { PULUMI_CONFIG_PASSPHRASE: word },
            read: () => word,
          },
        ]),
    ...(file ? [fileCandidate(`PULUMI_CONFIG_PASSPHRASE_FILE (${file})`, file)] : []),
  ];
}

function fileCandidate(origin: string, file: string): Candidate {
  return {
    origin,
    env: { PULUMI_CONFIG_PASSPHRASE_FILE: file },
    // Blanks around it are no part of it: the engine trims the file's text.
    read: () => {
      try {
        return readFileSync(file, 'utf8').trim();
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
        throw new UsageError(`${origin}: ${why}. Name another: export PULUMI_CONFIG_PASSPHRASE_FILE=<path>`);
      }
    },
  };
}

const ownFile = (stack: string) => join(stateFolder(stack), 'passphrase');

/**
 * The stack's own passphrase, and the next one where a run was killed while it changed it.
 * @param make whether to make one where there is none.
 */
function ownCandidates(stack: string, make: boolean): readonly Candidate[] {
  const file = ownFile(stack);
  if (make && !existsSync(file)) writePrivate(file, randomBytes(32).toString('base64url'));
  return [file, `${file}.next`]
    .filter((path) => existsSync(path))
    .map((path) => fileCandidate(relative(ROOT, path), path));
}

/** Whole or not at all: a run that is killed leaves no empty passphrase. */
export function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const derive = promisify(pbkdf2);
/** Of Pulumi's passphrases: PBKDF2 with SHA-256 (`NewSymmetricCrypterFromPassphrase` in sdk/go/common/resource/config). */
const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
/** Of AES-GCM: Go puts the tag behind the text. */
const TAG_BYTES = 16;
/** What is encrypted beside a salt, so that a passphrase can be tried. */
const KNOWN_WORD = 'pulumi';

/**
 * Whether a passphrase is the one that a salt was made with. Takes about half a second of a core, by design.
 * @param salt as in a stack's file: `v1:<salt>:v1:<nonce>:<encrypted word>`, Base64 each. One of another form fits
 * every passphrase: the engine has to say.
 */
export async function fits(passphrase: string, salt: string): Promise<boolean> {
  const [, seed, , nonce, text] = salt.split(':').map((part) => Buffer.from(part, 'base64'));
  if (!/^v1:[^:]+:v1:[^:]+:[^:]+$/.test(salt) || !seed || !nonce || !text) return true;
  const key = await derive(passphrase, seed, ITERATIONS, KEY_BYTES, 'sha256');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAuthTag(text.subarray(-TAG_BYTES));
  try {
    const word = decipher.update(text.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    return word === KNOWN_WORD;
  } catch {
    return false;
  }
}

async function fitsAll(passphrase: string, salts: readonly string[]): Promise<boolean> {
  const found = await Promise.all([...new Set(salts)].map((salt) => fits(passphrase, salt)));
  return found.every(Boolean);
}

interface Kept {
  readonly origin: string;
  readonly at: string;
}

const keptFile = (stack: string) => join(stateFolder(stack), 'passphrase.json');

/** Tells what a person should know of a choice, and keeps where the passphrase came from. */
function remember(stack: string, choice: Chosen): Chosen {
  const { origin, note } = choice;
  if (note !== undefined) console.error(note);
  if (origin === undefined) return choice;
  if (kept(stack)?.origin !== origin) keepOrigin(stack, origin);
  return choice;
}

/** Keeps where a stack's passphrase came from: its origin alone, never itself. */
export function keepOrigin(stack: string, origin: string): void {
  writePrivate(
    keptFile(stack),
    `${JSON.stringify({ origin, at: new Date().toISOString() } satisfies Kept)}\n`,
  );
}

function kept(stack: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(keptFile(stack), 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

function lastTime(stack: string): string {
  const found = kept(stack);
  return found === undefined
    ? ''
    : ` On this machine it was last opened with the one from ${found.origin} (${found.at}).`;
}

async function asked(stack: string, salts: readonly string[]): Promise<Chosen> {
  const answer = await ask(`Passphrase of stack "${stack}" (not shown): `);
  if (!(await fitsAll(answer, salts))) throw new PassphraseError(wrongPassphrase(stack, ['your answer']));
  return { env: { PULUMI_CONFIG_PASSPHRASE: answer }, origin: 'the terminal' };
}

/** Asks a person at the terminal; what is typed is not shown. */
export async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
