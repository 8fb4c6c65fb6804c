import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { choosePassphrase, fits } from '../../../cli/engine/passphrase.ts';

const PROD = { stack: 'prod', machineOnly: false };

test('a stack whose secrets a key service encrypts needs no passphrase', async () => {
  const secretsProvider = 'awskms://alias/pulumi?region=eu-central-1';
  expect(await choosePassphrase({ ...PROD, secretsProvider }, {})).toEqual({ env: {} });
});

test('nor does one whose state is in a service, which encrypts by itself', async () => {
  expect(await choosePassphrase({ ...PROD, url: 'https://api.pulumi.com' }, {})).toEqual({ env: {} });
});

test.each([undefined, 'passphrase', 'default'])(
  'one without a terminal is told how to give it (%s)',
  async (named) => {
    const encrypted = named === undefined ? PROD : { ...PROD, secretsProvider: named };
    await expect(choosePassphrase(encrypted, {})).rejects.toThrow(
      'encrypted with a passphrase. Give it by a file: export PULUMI_CONFIG_PASSPHRASE_FILE=<path>',
    );
  },
);

test.each([{ PULUMI_CONFIG_PASSPHRASE: '' }, { PULUMI_CONFIG_PASSPHRASE_FILE: '/run/secrets/passphrase' }])(
  'the caller’s own variables are handed on: %j',
  async (env) => {
    expect((await choosePassphrase(PROD, env)).env).toEqual(env);
  },
);

/** Made by Pulumi 3.259 with the passphrase `correct horse`. */
const SALT = 'v1:vT9mXYFLL9Q=:v1:14rba1UEm7k47Daf:qY14gl6UwuuhvBK7W3ZLLs9uYt//xQ==';

test('a passphrase is told from another by the engine’s own salt', async () => {
  expect(await fits('correct horse', SALT)).toBe(true);
  expect(await fits('battery staple', SALT)).toBe(false);
  expect(await fits('', SALT)).toBe(false);
});

test('one of another project is refused before anything changes, with what can still be done', async () => {
  const wrong = choosePassphrase({ ...PROD, salts: [SALT] }, { PULUMI_CONFIG_PASSPHRASE: 'another' });
  await expect(wrong).rejects.toThrow(
    /^The passphrase in PULUMI_CONFIG_PASSPHRASE is not the one that stack "prod" was made with\..*make down STACK=prod.*--forget/s,
  );
});

test('of two that are given, the one that the stack was made with is taken, and that is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'passphrase-'));
  const file = join(folder, 'right');
  writeFileSync(file, 'correct horse\n');
  const env = { PULUMI_CONFIG_PASSPHRASE: 'another', PULUMI_CONFIG_PASSPHRASE_FILE: file };
  expect(await choosePassphrase({ ...PROD, salts: [SALT, SALT] }, env)).toEqual({
    env: { PULUMI_CONFIG_PASSPHRASE_FILE: file },
    origin: `PULUMI_CONFIG_PASSPHRASE_FILE (${file})`,
    note: `PULUMI_CONFIG_PASSPHRASE is not used: the passphrase of stack "prod" is in PULUMI_CONFIG_PASSPHRASE_FILE (${file}).`,
  });
  rmSync(folder, { recursive: true });
});

test('a file that is not there is named', async () => {
  const env = { PULUMI_CONFIG_PASSPHRASE_FILE: '/nowhere/x' };
  await expect(choosePassphrase({ ...PROD, salts: [SALT] }, env)).rejects.toThrow(
    'PULUMI_CONFIG_PASSPHRASE_FILE (/nowhere/x): there is no such file.',
  );
});

test('a stack of this machine whose passphrase is gone says so', async () => {
  const lost = choosePassphrase({ stack: 'no-such-stack', machineOnly: true, salts: [SALT] }, {});
  await expect(lost).rejects.toThrow(/^The passphrase of stack "no-such-stack" is lost: .*is gone/);
});
