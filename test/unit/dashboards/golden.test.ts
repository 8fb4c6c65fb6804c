import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildDashboards, renderDashboards } from '../../../dashboards/index.ts';
import { indented } from './indented.ts';

/** `make generate` writes the files anew. */
const GOLDEN = join(import.meta.dirname, 'golden');

const rendered = renderDashboards(buildDashboards());
const fileName = (path: string): string => path.replaceAll('/', '-');

test.each(Object.keys(rendered))('%s is as its golden file', async (path) => {
  await expect(indented(rendered[path] ?? '')).toMatchFileSnapshot(join(GOLDEN, fileName(path)));
});

test('no golden file is left of a dashboard that is gone', () => {
  const names = Object.keys(rendered).map(fileName);
  expect(readdirSync(GOLDEN).filter((name) => !names.includes(name))).toEqual([]);
});

test('rendering twice gives the same text', () => {
  expect(renderDashboards(buildDashboards())).toEqual(rendered);
});
