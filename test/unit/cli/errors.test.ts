import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { UsageError } from '../../../cli/arguments.ts';
import { explain } from '../../../cli/errors.ts';

const STACK = /^\s+at \S/m;
const said = (error: unknown, debug = false) => stripVTControlCharacters(explain(error, debug));

async function thrown(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}

/** Real errors of the system, as far as any machine can make them. */
const REAL: readonly [string, () => unknown, RegExp][] = [
  [
    'a missing file',
    () => readFileSync('/nowhere/x'),
    /^\/nowhere\/x cannot be opened: there is no such file/,
  ],
  ['a folder for a file', () => readFileSync('/'), /is a folder, not a file/],
  ['a file for a folder', () => mkdirSync('/dev/null/x'), /is a file, not a folder/],
  ['a full disk', () => writeFileSync('/dev/full', 'x'), /^The disk is full: .*df -h/],
  [
    'a missing program',
    () => execFileSync('no-such-program'),
    /^no-such-program is not installed, or not on PATH/,
  ],
  ['a port out of range', () => connect(99_999), /^A port is out of range: ports go from 1 to 65535/],
  ['a port to listen on', () => createServer().listen(99_999), /^A port is out of range/],
  [
    'nobody listens',
    () =>
      new Promise((_, reject) => {
        connect(9, '127.0.0.1').once('error', reject);
      }),
    /^127\.0\.0\.1:9 refuses connections/,
  ],
  ['the same behind fetch', () => fetch('http://127.0.0.1:9'), /refuses connections|is a bug/],
  [
    'depth',
    () => {
      const deep = (n: number): number => 1 + deep(n + 1);
      return deep(0);
    },
    /^A file is nested too deeply/,
  ],
  ['memory', () => 'x'.repeat(2 ** 30), /^There is not enough memory for it/],
];

test.each(REAL)('what the system says is told in a sentence: %s', async (_, work, sentence) => {
  const text = said(await thrown(work));
  expect(text).toMatch(sentence);
  expect(text).not.toMatch(STACK);
});

test.each([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  'EACCES',
  'EPERM',
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'ELOOP',
  'ENAMETOOLONG',
  'EMFILE',
  'ENFILE',
  'EAGAIN',
  'ENOMEM',
  'EPIPE',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
])('whatever else is known of it, %s is a whole sentence', (code) => {
  const bare = said(Object.assign(new Error(code), { code }));
  const text = said(Object.assign(new Error(code), { code, path: '/a b/c', syscall: 'open', port: 80 }));
  for (const sentence of [bare, text]) {
    expect(sentence).toMatch(/^\S.*\.$|: chmod \+x|: ls -ld/);
    expect(sentence).not.toMatch(/undefined|is a bug|\.\./);
  }
});

test('an unknown error is called a bug; DEBUG=1 shows where', () => {
  const error = new TypeError("Cannot read properties of undefined (reading 'x')");
  expect(said(error)).toMatch(/^This is a bug of the program.*TypeError: Cannot read.*\nDEBUG=1 before/);
  expect(said(error)).not.toMatch(STACK);
  expect(said(error, true)).toMatch(STACK);
  expect(said(new Error('a\n    at b (c.ts:1:2)'))).not.toMatch(STACK);
  expect(said('text')).toContain('text');
});

test('what was written for a person stays as it is, and has its stack where asked', () => {
  expect(said(new UsageError('Use it so'))).toBe('Use it so.');
  expect(said(new UsageError('Use it so'), true)).toMatch(STACK);
});
