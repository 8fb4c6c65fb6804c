import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsDocument } from '../../../settings/document.ts';

test('docs/settings.md is what the schema says: vitest -u writes it anew', async () => {
  await expect(settingsDocument()).toMatchFileSnapshot(
    join(import.meta.dirname, '../../../docs/settings.md'),
  );
});
