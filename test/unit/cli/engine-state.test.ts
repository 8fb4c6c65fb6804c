import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EngineFolder, engineFolder } from '../../../cli/engine/engine-folder.ts';
import { checkState, listsNothing, saltOfState } from '../../../cli/engine/engine-state.ts';

const SALT = 'v1:a:v1:b:c';
const WHOLE = JSON.stringify({
  version: 3,
  checkpoint: { stack: 'x', latest: { secrets_providers: { type: 'passphrase', state: { salt: SALT } } } },
});

let url: string;
let folder: EngineFolder;

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'state '));
  url = pathToFileURL(root).href;
  folder = engineFolder('local', url) as EngineFolder;
});
afterEach(() => rmSync(join(folder.state, '../../../..'), { recursive: true, force: true }));

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

test('a state that is whole, or not there yet, is fine', () => {
  checkState('local', url);
  write(folder.state, WHOLE);
  checkState('local', url);
  expect(saltOfState('local', url)).toBe(SALT);
  expect(saltOfState('local', 's3://bucket')).toBeUndefined();
});

test.each(['', '\n', WHOLE.slice(0, 40), 'null', '[]', '{}', '\0\0\0\0'])(
  'one that was cut off names its backup and the command that puts it back: %j',
  (text) => {
    write(folder.state, text);
    write(folder.previous, WHOLE);
    expect(() => checkState('local', url)).toThrow(`  cp '${folder.previous}' '${folder.state}'`);
  },
);

test('one that is gone or new lists nothing; one that cannot be read, or is elsewhere, may list any', () => {
  expect(listsNothing('local', url)).toBe(true);
  const listing = (...resources: object[]) => JSON.stringify({ checkpoint: { latest: { resources } } });
  const found = [WHOLE, listing({}), listing({}, {}), WHOLE.slice(0, 40), ''].map((text) => {
    write(folder.state, text);
    return listsNothing('local', url);
  });
  expect(found).toEqual([true, true, false, false, false]);
  expect(listsNothing('local', 's3://bucket')).toBe(false);
});

test('attributes that a kill cut off are dropped, since the engine reads no file that has such', () => {
  write(folder.state, WHOLE);
  const broken = [folder.state, folder.previous, folder.meta].map((file) => write(`${file}.attrs`, ''));
  checkState('local', url);
  expect(broken.filter(existsSync)).toEqual([]);
  const whole = write(`${folder.state}.attrs`, '{"md5":"kA=="}\n');
  checkState('local', url);
  expect(existsSync(whole)).toBe(true);
});

test('the newest backup that is whole is named where the last state is broken too', () => {
  write(folder.state, '');
  write(folder.previous, '{');
  write(join(folder.backups, 'local.1000.json'), WHOLE);
  const newer = write(join(folder.backups, 'local.2000.json'), WHOLE);
  write(join(folder.backups, 'local.3000.json'), '');
  expect(() => checkState('local', url)).toThrow(`cp '${newer}'`);
});

test('without a backup it says how to start over', () => {
  write(folder.state, '');
  expect(() => checkState('local', url)).toThrow(
    /There is no backup of it that is whole\.\n.*make down STACK=local ARGS=--forget, then: make up STACK=local/,
  );
});
