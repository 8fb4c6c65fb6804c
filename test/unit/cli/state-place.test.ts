import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { engineFolder } from '../../../cli/engine/engine-folder.ts';
import { aboutPlace, statePlace } from '../../../cli/engine/state-place.ts';
import { ROOT } from '../../../cli/project.ts';

let root: string;
let home: string;
let own: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'place '));
  home = join(root, 'home');
  own = pathToFileURL(join(root, '.monitoring', 'state')).href;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const login = (url: string, folder = join(home, '.pulumi')) =>
  write(join(folder, 'credentials.json'), JSON.stringify({ current: url, accounts: {} }));
const project = (text: string) => write(join(root, 'Pulumi.yaml'), text);
const find = (platform: unknown, env: NodeJS.ProcessEnv = {}) =>
  statePlace('prod', { root, platform, env: { HOME: home, ...env } });

/** A state that lists the stack itself and so many resources. */
const state = (resources: number) =>
  write(
    engineFolder('prod', own)?.state ?? '',
    JSON.stringify({ checkpoint: { latest: { resources: Array(resources + 1).fill({}) } } }),
  );

test('state is a folder of the project while nothing names another place', () => {
  expect(find('docker')).toEqual({ url: own, from: 'project' });
  login('');
  project('name: x\nbackend: {}\n');
  expect(find('kubernetes')).toEqual({ url: own, from: 'project' });
});

test('the engine’s order holds: the variable, then Pulumi.yaml, then the login', () => {
  login('s3://login');
  expect(find('docker')).toEqual({ url: 's3://login', from: 'pulumi login' });
  project('name: x\nbackend:\n  url: gs://project\n');
  expect(find('docker')).toEqual({ url: 'gs://project', from: 'Pulumi.yaml' });
  const PULUMI_BACKEND_URL = 'azblob://variable';
  expect(find('docker', { PULUMI_BACKEND_URL })).toEqual({
    url: 'azblob://variable',
    from: 'PULUMI_BACKEND_URL',
  });
  expect(find('docker', { PULUMI_BACKEND_URL: '' }).from).toBe('Pulumi.yaml');
});

test.each(['PULUMI_HOME', 'PULUMI_CREDENTIALS_PATH'])('the login is read where %s says', (name) => {
  const folder = join(root, 'elsewhere');
  login('s3://usual');
  login('s3://moved', folder);
  expect(find('docker', { [name]: folder }).url).toBe('s3://moved');
});

test('a stack of processes of this machine needs no login, and follows the variable alone', () => {
  login('https://api.pulumi.com');
  project('backend: { url: gs://project }\n');
  expect(find('local')).toEqual({ url: own, from: 'project' });
  expect(find('local', { PULUMI_BACKEND_URL: 's3://x' }).url).toBe('s3://x');
});

test('a stack whose file does not say its platform is looked for where the others are', () => {
  login('s3://login');
  expect(find(undefined).url).toBe('s3://login');
});

test('what the folder of the project lists stays there, and is not made a second time', () => {
  login('s3://login');
  state(0);
  expect(find('docker').url).toBe('s3://login');
  state(1);
  const place = find('docker');
  expect(place).toEqual({
    url: own,
    from: 'project',
    passedOver: { url: 's3://login', from: 'pulumi login' },
  });
  expect(aboutPlace({ stack: 'prod', production: true, platform: 'docker' }, place).warning).toMatch(
    /stays in \.monitoring\/state, which lists what runs, though pulumi login names s3:\/\/login/,
  );
});

test('a file that names a place and cannot be read is an error, not another place', () => {
  write(join(home, '.pulumi', 'credentials.json'), '{"current":');
  expect(() => find('docker')).toThrow(/credentials\.json says where state is kept, and cannot be read/);
  expect(find('local').from).toBe('project');
  project('backend: [\n');
  expect(() => find('docker')).toThrow(/Pulumi\.yaml says where state is kept, and cannot be read/);
});

test('where the state is elsewhere, that is told, without a password', () => {
  const prod = { stack: 'prod', production: true, platform: 'docker' } as const;
  const at = (url: string) => aboutPlace(prod, { url, from: 'PULUMI_BACKEND_URL' });
  expect(at('s3://team?region=eu')).toEqual({
    note: 'State of stack "prod": s3://team?region=eu (PULUMI_BACKEND_URL)',
  });
  expect(at('postgres://me:secret@db/states').note).toContain('postgres://***@db/states');
  expect(at(pathToFileURL(join(ROOT, 'own states')).href).note).toContain(': own states (');
});

test.each([
  { production: true, platform: 'kubernetes', warned: true },
  { production: true, platform: 'docker', warned: true },
  { production: true, platform: 'local', warned: false },
  { production: false, platform: 'kubernetes', warned: false },
] as const)('only production’s state that git ignores is warned of: %j', ({ warned, ...rest }) => {
  const said = aboutPlace({ stack: 'prod', ...rest }, { url: own, from: 'project' });
  expect(said.note).toBeUndefined();
  expect(said.warning ?? '').toMatch(warned ? /git ignores.*\(PULUMI_BACKEND_URL\): docs\/state\.md/ : /^$/);
});

test('the engine’s spellings of a folder are understood', () => {
  const at = (url: string) => engineFolder('prod', url)?.locks;
  const below = '.pulumi/locks/organization/feature-store-monitoring/prod';
  expect(at('file://~')).toBe(join(process.env.HOME ?? '', below));
  expect(at('file://~/states')).toBe(join(process.env.HOME ?? '', 'states', below));
  expect(at('file://.')).toBe(join(ROOT, below));
  expect(at('file://./states?no_tmp_dir=true')).toBe(join(ROOT, 'states', below));
  expect(at('file://../states')).toBe(join(ROOT, '..', 'states', below));
});
