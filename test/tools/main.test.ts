import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../../tools/run.ts';
import { TOOL_NAMES } from '../../tools/versions.ts';
import { Surroundings } from './surroundings.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'tools', 'main.ts');

let here: Surroundings;
let program: string;
beforeEach(async () => {
  here = await Surroundings.open();
  program = join(here.cache, 'bin', 'node_exporter');
  await mkdir(join(here.cache, 'bin'));
  await writeFile(program, '#!/bin/sh\necho node_exporter, version 1.11.9\n');
  await chmod(program, 0o755);
});
afterEach(() => here.close());

const main = (...args: string[]) =>
  run(process.execPath, [MAIN, ...args], { env: { ...here.env, PATH: join(here.cache, 'bin') } });

it('prints a table', async () => {
  const { ok, output } = await main('node_exporter');
  expect(ok).toBe(true);
  expect(output).toMatch(
    /^tool +version +from +path *\nnode_exporter +1\.11\.9 +PATH +\/.*\/bin\/node_exporter *\n$/,
  );
});

it('prints JSON, with null for an optional tool that cannot be had', async () => {
  await here.server.stop();
  const { ok, output } = await main('--json', 'node_exporter', 'grafana');
  expect(ok).toBe(true);
  expect(JSON.parse(output.slice(0, output.lastIndexOf('}') + 1))).toEqual({
    node_exporter: { path: program, version: '1.11.9', how: 'PATH' },
    grafana: null,
  });
  expect(output).toContain("– grafana left out: publisher's release: 127.0.0.1:");
});

it('fails with each way that was tried', async () => {
  await here.server.stop();
  const { ok, output } = await main('prometheus');
  expect(ok).toBe(false);
  expect(output).toMatch(
    /prometheus cannot be had\. Tried:\n {4}PATH: no prometheus\n {4}publisher's release: .*ECONNREFUSED\)\n {4}Go module: Go is not installed .*\n {2}To mend it: install Go/,
  );
});

it('explains itself, and refuses a name that it does not know', async () => {
  const help = await main('--help');
  expect(help.ok).toBe(true);
  for (const name of TOOL_NAMES) expect(help.output).toContain(name);
  const unknown = await main('prometeus');
  expect(unknown.ok).toBe(false);
  expect(unknown.output).toContain('unknown tool prometeus; there are: pulumi, prometheus,');
});
