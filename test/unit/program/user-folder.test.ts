import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../../components/stack-parts.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES, readUserFiles } from '../../../stack/user-files.ts';
import { readUserFolder } from '../../../stack/user-folder.ts';
import { filesWithoutPulumi } from '../../../stack/without-pulumi.ts';
import { planned } from './planned.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'user-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array = 'x: 1'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const read = () =>
  readUserFolder({
    path: join(root, 'rules.d'),
    shown: 'rules.d',
    endings: ['.yaml', '.yml', '.rules'],
    holds: 'rules',
  });

test('a folder that is not there holds nothing', () => {
  expect(read()).toEqual({ files: {}, unread: [], problems: [] });
});

test('folders in the folder are read, and endings in capitals', () => {
  for (const path of ['b.yaml', 'a.YML', 'team/shop/Own.Rules', 'linked-to/c.yaml'])
    put(`rules.d/${path}`, path);
  put('elsewhere/d.yaml', 'd');
  symlinkSync(join(root, 'elsewhere'), join(root, 'rules.d', 'link'));
  symlinkSync(join(root, 'elsewhere', 'd.yaml'), join(root, 'rules.d', 'z.yaml'));
  expect(read()).toEqual({
    files: {
      'rules.d/a.YML': 'a.YML',
      'rules.d/b.yaml': 'b.yaml',
      'rules.d/link/d.yaml': 'd',
      'rules.d/linked-to/c.yaml': 'linked-to/c.yaml',
      'rules.d/team/shop/Own.Rules': 'team/shop/Own.Rules',
      'rules.d/z.yaml': 'd',
    },
    unread: [],
    problems: [],
  });
});

describe('what is not read is told, with the reason', () => {
  test.each([
    ['notes.txt', 'rules are in files that end in .yaml, .yml or .rules'],
    ['noending', 'rules are in files that end in .yaml, .yml or .rules'],
    ['.hidden.yaml', 'its name begins with a dot'],
    ['._own.yaml', 'macOS keeps notes about another file in it'],
    ['.own.yaml.swp', 'it is what an editor keeps while it has a file open'],
    ['#own.yaml#', 'it is what an editor keeps while it has a file open'],
    ['own.yaml~', 'it is a backup'],
    ['own.yaml.bak', 'it is a backup'],
    ['~$own.yaml', 'it is the lock of an editor'],
    ['team/notes.md', 'rules are in files that end in .yaml, .yml or .rules'],
  ])('%s', (name, reason) => {
    put(`rules.d/${name}`);
    expect(read()).toEqual({ files: {}, problems: [], unread: [`rules.d/${name} is not read: ${reason}.`] });
  });

  test('an editor’s lock, which is a link to nothing', () => {
    put('rules.d/own.yaml');
    symlinkSync('user@host.123:1700000000', join(root, 'rules.d', '.#own.yaml'));
    expect(read().unread).toEqual(['rules.d/.#own.yaml is not read: it is the lock of an editor.']);
    expect(Object.keys(read().files)).toEqual(['rules.d/own.yaml']);
  });

  test('a folder that is called like a file', () => {
    mkdirSync(join(root, 'rules.d', 'x.yaml'), { recursive: true });
    expect(read().unread).toEqual([
      'rules.d/x.yaml is not read: it is a folder, though its name ends like that of a file, and it holds no rules.',
    ]);
    put('rules.d/x.yaml/own.yaml');
    expect(read()).toMatchObject({ unread: [], files: { 'rules.d/x.yaml/own.yaml': 'x: 1' } });
  });

  test('a named pipe, which would block whoever reads it, a device, and a socket', async () => {
    mkdirSync(join(root, 'rules.d'));
    execFileSync('mkfifo', [join(root, 'rules.d', 'pipe.yaml')]);
    symlinkSync('/dev/zero', join(root, 'rules.d', 'zero.yaml'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'rules.d', 's.yaml'), resolve));
    expect(read()).toEqual({
      files: {},
      problems: [],
      unread: [
        'rules.d/pipe.yaml is not read: it is a named pipe.',
        'rules.d/s.yaml is not read: it is a socket.',
        'rules.d/zero.yaml is not read: it is a device.',
      ],
    });
    await new Promise((resolve) => server.close(resolve));
  });

  test('a link to a folder that it lies in', () => {
    mkdirSync(join(root, 'rules.d', 'team'), { recursive: true });
    symlinkSync('..', join(root, 'rules.d', 'team', 'up'));
    expect(read().unread).toEqual(['rules.d/team/up is not read: it is a link to a folder that it lies in.']);
  });

  test('what everybody has in a folder is not worth a word', () => {
    for (const name of ['.gitkeep', '.gitignore', '.DS_Store', 'README.md']) put(`rules.d/${name}`);
    expect(read()).toEqual({ files: {}, unread: [], problems: [] });
  });
});

describe('what was meant to be read and cannot be is refused', () => {
  test('a link to nothing, and one to itself', () => {
    mkdirSync(join(root, 'rules.d'));
    symlinkSync('gone.yaml', join(root, 'rules.d', 'own.yaml'));
    symlinkSync('self.yaml', join(root, 'rules.d', 'self.yaml'));
    expect(read().problems).toEqual([
      "rules.d/own.yaml cannot be read: it is a link to nothing. Mend it, or remove it: rm 'rules.d/own.yaml'",
      "rules.d/self.yaml cannot be read: it is a link that leads back to itself. Mend it, or remove it: rm 'rules.d/self.yaml'",
    ]);
  });

  test('a huge file, without reading it', () => {
    put('rules.d/own.yaml');
    truncateSync(join(root, 'rules.d', 'own.yaml'), 2 ** 40);
    expect(read().problems).toEqual([
      'rules.d/own.yaml has 1099511627776 bytes; at most 16777216 are read. Take it apart, or move it out of the folder.',
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('a file and a folder that one may not read', () => {
    put('rules.d/own.yaml');
    put('rules.d/team/own.yaml');
    chmodSync(join(root, 'rules.d/own.yaml'), 0);
    chmodSync(join(root, 'rules.d/team'), 0);
    expect(read().problems).toEqual([
      'rules.d/own.yaml cannot be read: you may not read it (permission denied).',
      'rules.d/team cannot be read: you may not read it (permission denied).',
    ]);
    chmodSync(join(root, 'rules.d/team'), 0o700);
  });

  test('a file where the folder should be, and a folder that is a link to nothing', () => {
    put('rules.d');
    expect(read().problems).toEqual([
      'rules.d is a file, and a folder of rules is expected: move it away, then mkdir rules.d',
    ]);
    rmSync(join(root, 'rules.d'));
    symlinkSync('gone', join(root, 'rules.d'));
    expect(read().problems).toEqual([
      'rules.d is a link to nothing: point it at a folder, or remove it: rm rules.d',
    ]);
  });
});

describe('any encoding that an editor writes', () => {
  const TEXT = '{"title": "Bestellungen – übrig", "emoji": "📦"}';
  const utf16 = (big: boolean) => {
    const bytes = Buffer.from(TEXT, 'utf16le');
    return big ? bytes.swap16() : bytes;
  };
  const encoded: Record<string, Uint8Array> = {
    'UTF-8': Buffer.from(TEXT),
    'UTF-8 with a byte order mark': Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(TEXT)]),
    'UTF-16, little endian': Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(false)]),
    'UTF-16, big endian': Buffer.concat([Buffer.from([0xfe, 0xff]), utf16(true)]),
    'UTF-16 without a byte order mark': utf16(false),
    'UTF-16, big endian, without one': utf16(true),
  };

  test.each(Object.keys(encoded))('%s', (name) => {
    put('rules.d/own.yaml', encoded[name]);
    expect(read()).toEqual({ files: { 'rules.d/own.yaml': TEXT }, unread: [], problems: [] });
  });

  test.each([
    [
      'Latin-1',
      Buffer.from('ok: 1\ntitle: für\n', 'latin1'),
      'it is not UTF-8 (line 2, “title: f�r”): save it as UTF-8',
    ],
    [
      'UTF-32',
      Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]),
      'it is UTF-32 or no text at all: save it as UTF-8',
    ],
    [
      'half a character',
      Buffer.from([0xff, 0xfe, 0x3d, 0xd8]),
      'it begins like UTF-16 and is not: save it as UTF-8',
    ],
  ])('%s is refused with what to do', (_, bytes, problem) => {
    put('rules.d/own.yaml', bytes);
    expect(read().problems).toEqual([`rules.d/own.yaml cannot be read: ${problem}.`]);
  });

  test('no bytes make it throw, and none go missing without a word', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        put('rules.d/own.yaml', bytes);
        const { files, unread, problems } = read();
        expect(Object.keys(files).length + unread.length + problems.length).toBe(1);
      }),
      { numRuns: 200 },
    );
  });
});

test.each(['local', 'docker', 'kubernetes'])(
  'a folder of dashboards is where Grafana looks for it, on %s and as it is rendered',
  (platform) => {
    const dashboards = { 'dashboards.d/shop/a.json': JSON.stringify({ uid: 'a', title: 'A', panels: [] }) };
    const plan = planned({ platform, trial: true }, 'try', { ...NO_USER_FILES, dashboards });
    const grafana = workloadsOf(stackParts(plan)).find(({ name }) => name === 'grafana');
    const files = new Map(
      (grafana?.directories ?? []).flatMap(({ mount, files }) =>
        Object.entries(files).map(([path, content]) => [`${mount}/${path}`, String(content)] as const),
      ),
    );
    const [, provisioning = ''] = [...files].find(([path]) => path.endsWith('feature-store.yaml')) ?? [];
    const { providers } = load(provisioning) as {
      providers: { folder: string; folderUid: string; options: { path: string } }[];
    };
    const own = providers.find(({ folder }) => folder === 'shop');
    expect(own?.folderUid).toBe('feature-store-extra-shop');
    expect(own?.options.path).toMatch(/\/extra-shop$/);
    if (platform !== 'local') expect([...files.keys()]).toContain(`${own?.options.path}/a.json`);
    const rendered = Object.entries(filesWithoutPulumi(plan));
    if (platform === 'kubernetes')
      expect(rendered.some(([, text]) => text.includes('path: extra-shop/a.json'))).toBe(true);
    if (platform === 'docker')
      expect(rendered.some(([path]) => path.endsWith('/extra-shop/a.json'))).toBe(true);
  },
);

describe('one reader for all three folders', () => {
  const user = (config: object = {}) => readUserFiles(parseSettings(config, { stack: 'test' }), root);

  test('each reads folders in it, every encoding, and tells what it does not read', () => {
    const bom = (text: string) => `\uFEFF${text}`;
    put('rules.d/team/a.yaml', bom('alerts: []'));
    put('rules.d/own.rules', 'groups: []');
    put('dashboards.d/shop/d.JSON', bom('{}'));
    put('dashboards.d/notes.txt');
    put('targets.d/zone/switches.YML', bom('- targets: ["10.0.0.7:9100"]'));
    expect(user()).toEqual({
      rules: { 'rules.d/own.rules': 'groups: []', 'rules.d/team/a.yaml': 'alerts: []' },
      dashboards: { 'dashboards.d/shop/d.JSON': '{}' },
      targets: { switches: [{ targets: ['10.0.0.7:9100'] }] },
      unread: ['dashboards.d/notes.txt is not read: dashboards are in files that end in .json.'],
    });
  });

  test('a folder of dashboards cannot have the name of one that the stack has in Grafana', () => {
    put('dashboards.d/Feature Store: models/a.json', '{}');
    expect(() => user()).toThrow(
      /dashboards\.d\/Feature Store: models would be the folder “Feature Store: models” in Grafana, which is that of dashboards\.folders\.models: rename it, or set dashboards\.folders\.models\.title\.$/,
    );
    expect(user({ dashboards: { folders: { models: { title: 'Models' } } } }).unread).toEqual([]);
  });

  test('two files of targets in two folders cannot be one job', () => {
    for (const zone of ['a', 'b']) put(`targets.d/${zone}/switches.yaml`, '- targets: ["10.0.0.7:9100"]');
    expect(() => user()).toThrow(
      /switches\.yaml cannot be used, .*\n.*targets\.d\/b\/switches\.yaml: the job 'switches' has another file already: put them together\.$/,
    );
  });

  test('everything that cannot be read is told at once', () => {
    put('rules.d');
    mkdirSync(join(root, 'dashboards.d'));
    symlinkSync('gone', join(root, 'dashboards.d', 'orders.json'));
    expect(() => user()).toThrow(
      /What lies in your folders cannot be read, and nothing was changed\.\n {2}- rules\.d is a file.*\n {2}- dashboards\.d\/orders\.json cannot be read/,
    );
  });

  test('a folder that the settings name and that is not there is told', () => {
    expect(user({ dashboards: { extraDirectory: './boards/' } }).unread).toEqual([
      'dashboards.extraDirectory is ./boards/, and there is no such folder: mkdir ./boards/',
    ]);
    put('boards/a.json', '{}');
    expect(user({ dashboards: { extraDirectory: './boards/' } })).toMatchObject({
      dashboards: { 'boards/a.json': '{}' },
      unread: [],
    });
  });
});
