import {
  type Dirent,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { DecodeError, decodeText } from '../lib/decode-text.ts';
import { sentence } from '../lib/sentence.ts';

/** A folder that users put files into. */
export interface FolderOptions {
  /** Absolute path. */
  readonly path: string;
  /** How messages call it, such as `rules.d`. */
  readonly shown: string;
  /** Endings of the files that are read, in lower case: `['.yaml']`. Files are read whatever case theirs has. */
  readonly endings: readonly string[];
  /** What the files hold, for messages: `rules`. */
  readonly holds: string;
}

/** Files of users that cannot be read. Nothing has been touched when it is thrown. */
export class UserFilesError extends Error {
  override readonly name = 'UserFilesError';

  constructor(problems: readonly string[]) {
    super(
      `What lies in your folders cannot be read, and nothing was changed.\n${problems.map((problem) => `  - ${sentence(problem)}`).join('\n')}`,
    );
  }
}

/** What lies in a folder of a user's. */
export interface UserFolder {
  /** Text by path as messages name it, such as `rules.d/team/own.yaml`, in the order of the paths. */
  readonly files: Readonly<Record<string, string>>;
  /** What lies there and is not read, a sentence each. */
  readonly unread: readonly string[];
  /** What was meant to be read and cannot be, a sentence each. */
  readonly problems: readonly string[];
}

/** Largest file that is read, in bytes: a dashboard has 1 MiB at most, indented a few times as much. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Deepest folder that is looked into, and most entries: whoever points at a whole disk is told. */
const MAX_DEPTH = 8;
const MAX_ENTRIES = 5000;

/** What version control and desktops leave in any folder, and what people write to explain it. */
const EXPECTED =
  /^(\.git(keep|ignore|attributes)|\.keep|\.DS_Store|Thumbs\.db|desktop\.ini|README(\.\w+)?)$/i;

/** What editors leave beside a file, by the name of what it is. */
const LEFT_BEHIND: readonly (readonly [RegExp, string])[] = [
  [/^\.#|^\.~lock\.|^~\$/, 'it is the lock of an editor'],
  [/\.sw[a-p]$|^#.*#$/, 'it is what an editor keeps while it has a file open'],
  [/~$|\.(bak|orig|rej|old|backup|save)$/i, 'it is a backup'],
  [/^\._/, 'macOS keeps notes about another file in it'],
  [/^\./, 'its name begins with a dot'],
];

/**
 * Reads the files of a user's folder and of every folder in it. A folder that is not there holds none. Nothing that lies
 * there makes it throw: what is not read comes back as a sentence.
 */
export function readUserFolder(options: FolderOptions): UserFolder {
  const found = { files: {} as Record<string, string>, unread: [] as string[], problems: [] as string[] };
  const { shown, path } = options;
  const root = look(path);
  if (root === undefined) {
    if (isLink(path))
      found.problems.push(`${shown} is a link to nothing: point it at a folder, or remove it: rm ${shown}`);
    return found;
  }
  if (typeof root === 'string') found.problems.push(`${shown} cannot be looked at: ${root}.`);
  else if (root.isDirectory()) new Reader(options, found).folder(path, shown, []);
  else {
    found.problems.push(
      `${shown} is ${kindOf(root)}, and a folder of ${options.holds} is expected: move it away, then mkdir ${shown}`,
    );
  }
  return found;
}

class Reader {
  readonly #options: FolderOptions;
  readonly #found: { files: Record<string, string>; unread: string[]; problems: string[] };
  #entries = 0;

  constructor(
    options: FolderOptions,
    found: { files: Record<string, string>; unread: string[]; problems: string[] },
  ) {
    this.#options = options;
    this.#found = found;
  }

  /** @param above real paths of the folders that this one lies in: a link may lead back up. */
  folder(path: string, shown: string, above: readonly string[]): void {
    const listed = attempt(() => ({
      real: realpathSync(path),
      entries: readdirSync(path, { withFileTypes: true }).sort((one, other) =>
        one.name < other.name ? -1 : 1,
      ),
    }));
    if (typeof listed === 'string') {
      this.#found.problems.push(`${shown} cannot be read: ${listed}.`);
      return;
    }
    if (above.includes(listed.real)) {
      this.#found.unread.push(`${shown} is not read: it is a link to a folder that it lies in.`);
    } else if (above.length > MAX_DEPTH) {
      this.#found.problems.push(
        `${shown} lies ${above.length} folders deep; at most ${MAX_DEPTH} are looked into.`,
      );
    } else {
      for (const entry of listed.entries) this.#entry(entry, path, shown, [...above, listed.real]);
    }
  }

  #entry({ name }: Dirent, folder: string, shownFolder: string, above: readonly string[]): void {
    const path = join(folder, name);
    const shown = `${shownFolder}/${name}`;
    if (EXPECTED.test(name)) return;
    this.#entries++;
    if (this.#entries > MAX_ENTRIES) {
      if (this.#entries === MAX_ENTRIES + 1)
        this.#found.problems.push(
          `${this.#options.shown} holds more than ${MAX_ENTRIES} files: is it the right folder?`,
        );
      return;
    }
    const unread = (why: string) => this.#found.unread.push(`${shown} is not read: ${why}.`);
    const left = LEFT_BEHIND.find(([pattern]) => pattern.test(name));
    if (left) {
      unread(left[1]);
      return;
    }
    const stats = look(path);
    const { endings, holds } = this.#options;
    const wanted = endings.includes(extname(name).toLowerCase());
    if (stats === undefined || typeof stats === 'string') {
      const why = stats === undefined ? 'it is a link to nothing' : stats;
      if (wanted)
        this.#found.problems.push(`${shown} cannot be read: ${why}. Mend it, or remove it: rm '${shown}'`);
      else unread(why);
    } else if (stats.isDirectory()) {
      const before = Object.keys(this.#found.files).length + this.#found.problems.length;
      this.folder(path, shown, above);
      if (wanted && before === Object.keys(this.#found.files).length + this.#found.problems.length)
        unread(`it is a folder, though its name ends like that of a file, and it holds no ${holds}`);
    } else if (!stats.isFile()) unread(`it is ${kindOf(stats)}`);
    else if (!wanted) unread(`${holds} are in files that end in ${listOf(endings)}`);
    else this.#file(path, shown, stats.size);
  }

  #file(path: string, shown: string, size: number): void {
    if (size > MAX_BYTES) {
      this.#found.problems.push(
        `${shown} has ${size} bytes; at most ${MAX_BYTES} are read. Take it apart, or move it out of the folder.`,
      );
      return;
    }
    const text = attempt(() => ({ text: decodeText(readFileSync(path)) }));
    if (typeof text === 'string') this.#found.problems.push(`${shown} cannot be read: ${text}.`);
    else this.#found.files[shown] = text.text;
  }
}

/** What a path leads to; undefined where it leads to nothing, and why where it cannot be told. */
function look(path: string): Stats | string | undefined {
  const stats = attempt(() => ({ stats: statSync(path, { throwIfNoEntry: false }) }));
  return typeof stats === 'string' ? stats : stats.stats;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** What a person understands of what the system says. */
const SAID: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it (permission denied)',
  EPERM: 'you may not read it (operation not permitted)',
  ELOOP: 'it is a link that leads back to itself',
  ENOENT: 'it went away meanwhile',
  ENOTDIR: 'what it lies in is no folder',
  ENAMETOOLONG: 'its name is too long for this system',
  EMFILE: 'too many files are open on this machine',
};

function attempt<T extends object>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    const { code = '', message } = error as NodeJS.ErrnoException;
    return SAID[code] ?? `the system says ${code || message}`;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return 'a socket';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'a device';
  return stats.isDirectory() ? 'a folder' : 'a file';
}

function listOf(endings: readonly string[]): string {
  return endings.length === 1
    ? String(endings[0])
    : `${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}`;
}
