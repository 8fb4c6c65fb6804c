import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

test('nothing outside the tests knows of their providers', () => {
  const outside = readdirSync(ROOT, { withFileTypes: true })
    .filter(({ name }) => !['node_modules', 'test', 'bench'].includes(name) && !name.startsWith('.'))
    .flatMap((entry) =>
      entry.isFile()
        ? [entry.name]
        : readdirSync(join(ROOT, entry.name), { recursive: true, encoding: 'utf8' }).map((file) =>
            join(entry.name, file),
          ),
    )
    .filter((file) => /\.(ts|js|sh|ya?ml|json)$|Makefile$/.test(file) && !file.includes('node_modules'));
  const knowing = outside.filter((file) =>
    /test\/providers|pulumi-resource-/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  // Its list names what can be built.
  expect(knowing).toStrictEqual(['tools/versions.ts']);
});
