import { dirname } from 'node:path';
import pc from 'picocolors';
import { sentence } from '../lib/sentence.ts';
import { UsageError } from './arguments.ts';

/** Errors whose message says everything: what is wrong, where, and how to mend it. */
const SELF_EXPLAINING = new Set([
  'PageError',
  'SettingsError',
  'UserFilesError',
  'ToolsError',
  'RulesError',
  'PortsError',
  'DashboardsError',
  'EngineError',
  'StateError',
  'LockedError',
  'PassphraseError',
  'KubectlError',
  'OwnershipError',
  'DockerError',
  'RegistryError',
  'CheckError',
  'PolicyError',
  'TransformError',
  'ComposeError',
  'PreviewError',
  'AlertmanagerError',
  'PrometheusError',
  'NoAnswerError',
  'EndpointError',
  'NotificationsError',
  'ReportError',
  'LocalPlatformError',
  'CompareError',
]);

/** Whether errors are shown with their stacks: `DEBUG=1`. */
export const DEBUG = !['', '0', 'false'].includes(process.env.DEBUG ?? '');

/**
 * What a person reads of an error: its message where that was written for them, a sentence of ours for what the system
 * said, and for the rest that it is a bug.
 * @param debug whether to add the stack: `DEBUG=1`.
 */
export function explain(error: unknown, debug = DEBUG): string {
  const sentence = pc.red(sentenceOf(error));
  if (!debug || !(error instanceof Error)) return sentence;
  return [sentence, ...causesOf(error).map(({ stack, message }) => stack ?? message)].join('\n');
}

function sentenceOf(error: unknown): string {
  if (error instanceof Error && (error instanceof UsageError || SELF_EXPLAINING.has(error.name)))
    return sentence(error.message);
  for (const cause of causesOf(error)) {
    const found = systemSentence(cause) ?? memorySentence(cause);
    if (found !== undefined) return found;
  }
  return bugSentence(error);
}

/** The error, what caused it, and what it gathers, outermost first. */
function causesOf(error: unknown): readonly Error[] {
  const found: Error[] = [];
  const queue = [error];
  for (const one of queue) {
    if (!(one instanceof Error) || found.includes(one)) continue;
    found.push(one);
    queue.push(one.cause, ...(one instanceof AggregateError ? one.errors : []));
  }
  return found;
}

type SystemError = NodeJS.ErrnoException & {
  readonly dest?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
};

const again = 'then run the same command again.';

/** What the operating system answers, by its code (errno(3)). */
const SYSTEM: Readonly<Record<string, (error: SystemError) => string>> = {
  ENOSPC: (error) => `The disk is full: ${deed(error)}. Free some space (df -h ${place(error)}), ${again}`,
  EDQUOT: (error) => `Your disk quota is used up: ${deed(error)}. Free some space, ${again}`,
  EROFS: (error) => `The file system can only be read: ${deed(error)}. Mount it writable, ${again}`,
  EIO: (error) => `The disk answered with an error of its own: ${deed(error)}. See dmesg.`,
  EACCES: denied,
  EPERM: denied,
  ENOENT: missing,
  ENOTDIR: (error) => `${deed(error)}: something on that path is a file, not a folder. Move it, ${again}`,
  EISDIR: (error) =>
    `${deed(error)}: ${error.path ?? 'what is there'} is a folder, not a file. Move it, ${again}`,
  EEXIST: (error) => `${deed(error)}: it is there already. Move it, ${again}`,
  ELOOP: (error) => `${deed(error)}: its symbolic links lead in a circle. Remove one, ${again}`,
  ENAMETOOLONG: (error) => `${deed(error)}: the name is longer than the file system allows.`,
  ENOTEMPTY: (error) => `${deed(error)}: another program writes there. Stop it, ${again}`,
  EMFILE: (error) => `Too many files are open: ${deed(error)}. Raise the limit (ulimit -n 4096), ${again}`,
  ENFILE: (error) => `Too many files are open on this machine: ${deed(error)}. Stop some programs, ${again}`,
  EAGAIN: (error) => `${deed(error)}: the system has no process or memory left. Stop some programs, ${again}`,
  ENOMEM: (error) => `The machine is out of memory: ${deed(error)}. Stop some programs, ${again}`,
  EPIPE: () => 'The program that this one was writing to ended before it had read everything.',
  ERR_SOCKET_BAD_PORT: ({ message }) =>
    `A port is out of range: ports go from 1 to 65535 (${message.replace(/\.$/, '')}). Set another one.`,
  EADDRINUSE: ({ port }) =>
    `Port ${port ?? ''} is taken by another program. Stop it, or choose another port, ${again}`.replace(
      'Port  is',
      'The port is',
    ),
  EADDRNOTAVAIL: ({ address, port }) =>
    `${address ?? 'The address'}${port === undefined ? '' : `:${port}`} is not an address of this machine. Choose another one.`,
  ECONNREFUSED: (error) =>
    `${peer(error)} refuses connections: no program listens there. Start it, or correct the address.`,
  ECONNRESET: (error) =>
    `${peer(error)} closed the connection before it had answered. Try again; its own log says why.`,
  ETIMEDOUT: (error) => `${peer(error)} does not answer. Check the address, and any firewall in between.`,
  UND_ERR_CONNECT_TIMEOUT: (error) =>
    `${peer(error)} does not answer. Check the address, and any firewall in between.`,
  EHOSTUNREACH: (error) => `There is no way from this machine to ${peer(error)}. Check the network.`,
  ENETUNREACH: (error) => `There is no way from this machine to ${peer(error)}. Check the network.`,
  ENOTFOUND: ({ hostname }) =>
    `No such host is known: ${hostname ?? 'its name is wrong'}. Correct the name, or ask another name server.`,
  EAI_AGAIN: ({ hostname }) =>
    `The name server does not answer for ${hostname ?? 'a host'}. Check the network, ${again}`,
};

function systemSentence(error: Error): string | undefined {
  const { code } = error as SystemError;
  return code === undefined ? undefined : SYSTEM[code]?.(error as SystemError);
}

/** What V8 says when something does not fit (messages of V8 13.6, Node 24). */
function memorySentence(error: Error): string | undefined {
  const { code } = error as SystemError;
  if (/^Maximum call stack size exceeded/.test(error.message))
    return (
      'A file is nested too deeply to be read. Look for thousands of brackets in a row in the files of ' +
      'rules.d, dashboards.d, targets.d and the stack’s own.'
    );
  if (
    code === 'ERR_WORKER_OUT_OF_MEMORY' ||
    code === 'ERR_STRING_TOO_LONG' ||
    /^(Array buffer allocation failed|Invalid (string|array|array buffer) length)/.test(error.message)
  )
    return `There is not enough memory for it (${error.message}). Stop some programs, or ask for less at a time, ${again}`;
  return undefined;
}

function bugSentence(error: unknown): string {
  const what =
    error instanceof Error ? `${error.name}: ${error.message.split(STACK_LINE)[0]?.trim()}` : String(error);
  return (
    `This is a bug of the program, not a mistake of yours: ${what}\n` +
    'DEBUG=1 before the same command shows where; please report it with that output.'
  );
}

/** The first line of a stack that somebody put into a message. */
const STACK_LINE = /\n\s+at \S/;

function denied(error: SystemError): string {
  if (error.syscall === 'kill')
    return 'A process belongs to another user, who alone may stop it. Run the same command as that user.';
  if (error.syscall?.startsWith('spawn'))
    return `${error.path ?? 'A program'} may not be run by this user: chmod +x ${error.path ?? '<it>'}`;
  if (error.syscall === 'listen' || error.syscall === 'bind')
    return `This user may not open port ${error.port ?? ''}: choose one from 1024 on.`;
  return `This user lacks the right: ${deed(error)}. Look at its owner and mode: ls -ld ${error.path ?? '<it>'}`;
}

function missing(error: SystemError): string {
  if (error.syscall?.startsWith('spawn'))
    return `${error.path ?? 'A program'} is not installed, or not on PATH. Install it, ${again}`;
  return `${deed(error)}: there is no such file or folder, or a link leads nowhere.`;
}

/** Which files may be written, by the names of system calls. */
const DEEDS: Readonly<Record<string, string>> = {
  open: 'cannot be opened',
  read: 'cannot be read',
  scandir: 'cannot be listed',
  stat: 'cannot be looked at',
  lstat: 'cannot be looked at',
  access: 'cannot be reached',
  mkdir: 'cannot be made',
  mkdtemp: 'cannot be made',
  write: 'cannot be written',
  rename: 'cannot be renamed',
  unlink: 'cannot be removed',
  rmdir: 'cannot be removed',
  rm: 'cannot be removed',
  copyfile: 'cannot be copied',
  cp: 'cannot be copied',
  chmod: 'cannot be given another mode',
  link: 'cannot be linked',
  symlink: 'cannot be linked',
};

function deed({ path, dest, syscall = '' }: SystemError): string {
  const subject = path ?? 'a file or the output';
  const to = dest === undefined ? '' : ` to ${dest}`;
  return `${subject} ${DEEDS[syscall] ?? 'cannot be used'}${to}`;
}

const place = ({ path }: SystemError) => (path === undefined ? '.' : dirname(path));

function peer({ address, hostname, port }: SystemError): string {
  const host = address ?? hostname;
  if (host === undefined) return 'The other side';
  return `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
}
