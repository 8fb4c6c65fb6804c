import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remove, set, setSecret } from '../../../lib/setting-commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'make '));
/** As the project’s own hands them on. */
const MAKEFILE = `export STACK NAME VALUE
set unset secret:
\t@printf '%s|%s|%s|%s' $@ "$$STACK" "$$NAME" "$$VALUE"
`;

beforeAll(() => writeFileSync(join(folder, 'Makefile'), MAKEFILE));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A `make` that runs this test hands on flags that make the inner one say which folder it enters. */
const { MAKEFLAGS: _flags, MAKELEVEL: _level, MFLAGS: _mflags, ...env } = process.env;
const said = (command: string) => execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', env });

test.each([
  ['services[0].interval', '2m30s'],
  ['dashboards.inputs["DS_${x}"]', 'a $labels.b $(c) $$'],
  ['notifications.silences[0].matchers[1]', 'severity!="none" # "x" \\ y'],
])('a command that is printed reaches its target as it was meant: %s', (key, value) => {
  expect(said(set(key, value, 'prod'))).toBe(`set|prod|${key}|${value}`);
  expect(said(remove(key, 'prod'))).toBe(`unset|prod|${key}|`);
  expect(said(setSecret(key, 'prod'))).toBe(`secret|prod|${key}|`);
});

test('without a stack it names none', () => {
  expect(set('a', 'b', undefined)).toBe("make set NAME='a' VALUE='b'");
  expect(remove('a', undefined)).toBe("make unset NAME='a'");
});
