import { expect, test } from 'vitest';
import { choosePassphrase } from '../../../cli/passphrase.ts';

const PROD = { stack: 'prod', machineOnly: false };

test('a stack whose secrets a key service encrypts needs no passphrase', async () => {
  const secretsProvider = 'awskms://alias/pulumi?region=eu-central-1';
  expect(await choosePassphrase({ ...PROD, secretsProvider }, {})).toEqual({ env: {} });
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
