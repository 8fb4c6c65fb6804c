import { stripVTControlCharacters } from 'node:util';
import { wrongPassphrase } from './passphrase.ts';

/** The engine refused or a resource failed; the message says so in our words, and has what it said without noise. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** What the SDK wraps around what the engine said: its exit code, empty outputs, the command line, stacks. */
const NOISE = [
  /^code: -?\d+$/,
  /^Command failed with exit code \d+/,
  /^\s+at .*[:(].*\)?$/,
  /^(update|preview|destroy|refresh) failed$/,
  /^error: (update|preview|destroy|refresh) failed$/,
  /^Resolution note:\s*$/,
];

/** What the engine said, without what the SDK and its command line put around it; each line once. */
export function plainWords(raw: string): string {
  const lines = stripVTControlCharacters(raw)
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*(stderr|stdout|err\?): ?/, '')
        .replace(/^(Error: |error: )+/, '')
        .trimEnd(),
    )
    .filter((line) => line.trim() !== '' && !NOISE.some((noise) => noise.test(line)));
  return [...new Set(lines)].slice(0, MOST_LINES).join('\n');
}

const MOST_LINES = 30;

/** What is known of an error: a sentence of ours, which stands for the engine's words or before them. */
interface Known {
  readonly says: RegExp;
  readonly sentence: (stack: string) => string;
  /** Whether the engine's own words would add nothing but confusion. */
  readonly alone?: boolean;
}

const KNOWN: readonly Known[] = [
  {
    says: /the stack is currently locked by|Another update is currently in progress/,
    sentence: (stack) =>
      `Stack "${stack}" is being changed by another run, or was left locked by one that was killed; nothing was changed.\n` +
      `Wait for it to end. If it has gone: make unlock STACK=${stack}`,
    alone: true,
  },
  {
    says: /incorrect passphrase|passphrase must be set with|message authentication failed/,
    sentence: (stack) => wrongPassphrase(stack, ['use here']),
    alone: true,
  },
  {
    says: /could not deserialize|unexpected end of JSON input|snapshot integrity failure|unmarshalling (deployment|checkpoint)|reading checkpoint/i,
    sentence: (stack) =>
      `The engine cannot read the state of stack "${stack}". docs/state.md says where it keeps backups, and how to put one back.`,
  },
  {
    says: /PULUMI_ACCESS_TOKEN must be set|invalid access token|not logged in/i,
    sentence: () =>
      'The place where the state is kept asks for a login: set PULUMI_ACCESS_TOKEN, or keep the state elsewhere by PULUMI_BACKEND_URL.',
  },
  {
    says: /no space left on device/i,
    sentence: () => 'The disk is full. Free some space (df -h .), then run the same command again.',
  },
  {
    says: /No connection established|Failed to connect to proxy/,
    sentence: () =>
      'The engine and the program did not find each other on this machine. If a proxy is set, exempt loopback: export no_proxy=localhost,127.0.0.1',
  },
  {
    says: /plugin .*(not found|no resource plugin)|could not find (latest version|.* plugin)|failed to (download|install) plugin/i,
    sentence: () =>
      'A provider is missing on this machine. To install every program of the project: make tools',
  },
];

/**
 * An error of the engine as a person reads it: a sentence of ours, then what the engine said.
 * @param failed what was being done, such as `make up`.
 */
export function engineError(raw: string, stack: string, failed: string): EngineError {
  const said = plainWords(raw);
  const known = KNOWN.find(({ says }) => says.test(raw));
  if (known?.alone) return new EngineError(known.sentence(stack));
  if (known !== undefined) return new EngineError(`${known.sentence(stack)}\n${said}`.trim());
  return new EngineError(
    [
      `${failed} could not finish:`,
      said,
      'Mend what is named here, then run the same command again: it goes on from there.',
    ]
      .filter((part) => part !== '')
      .join('\n'),
  );
}
