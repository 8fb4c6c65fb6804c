import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decryptedTexts, hiding, withoutSecrets } from '../../../cli/redact.ts';
import { SECRET_PLACEHOLDER } from '../../../lib/secret-placeholder.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

test('what was decrypted is found wherever it stands', () => {
  expect(
    decryptedTexts(
      {
        platform: 'docker',
        redis: { address: SECRET_PLACEHOLDER, off: false },
        discovery: SECRET_PLACEHOLDER,
        services: [{ name: 'a', token: SECRET_PLACEHOLDER }],
      },
      {
        platform: 'docker',
        redis: { address: 'rediss://u:p@r:6380', off: false },
        discovery: { http: [{ url: 'https://a.example.org', port: 8080 }] },
        services: [{ name: 'a', token: 't0ken' }],
      },
    ),
  ).toEqual(['rediss://u:p@r:6380', 'https://a.example.org', '8080', 't0ken']);
});

test.each([
  ['discovery', { http: [{ name: 'a', url: 'ftp://reader:hunter2/x@y@sd.example.org/t0ken' }] }],
  ['grafana', { mode: 'external', url: 'https://reader:hunter2@g.example.org/?t0ken', auth: 'x' }],
  ['redis', { address: 'redis://reader:hunter2@' }],
  ['rules', { runbookBaseUrl: `hunter2 "t0ken" ${'x'.repeat(200)}` }],
])('a refusal of %s says nothing of what was decrypted', async (key, open) => {
  const secrets = decryptedTexts({ [key]: SECRET_PLACEHOLDER }, { [key]: open });
  const error = await hiding(secrets, () => parseSettings({ [key]: open }, { stack: 'try' })).then(
    () => new Error('it was taken'),
    (thrown: Error) => thrown,
  );
  expect(error.message).toContain(key);
  expect(`${error.message}${error.stack}`).not.toMatch(/hunter2|t0ken|sd\.example/);
});

test('no secret of four characters or more is left in any text', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 4, maxLength: 200 })), fc.string(), (secrets, between) => {
      const text = secrets.map((secret) => between + JSON.stringify(secret) + secret).join(between);
      const left = withoutSecrets(text, secrets);
      for (const secret of secrets) expect(left).not.toContain(secret);
    }),
  );
});

test('an error that is none of ours comes as it is', async () => {
  await expect(hiding(['abcd'], () => Promise.reject('abcd'))).rejects.toBe('abcd');
  await expect(hiding([], () => Promise.reject(new Error('abcd')))).rejects.toThrow('abcd');
});
