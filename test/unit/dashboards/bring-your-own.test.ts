import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { buildDashboards, DashboardsError, ownDashboards } from '../../../dashboards/index.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/bring-your-own.md'), 'utf8');
const section = page.slice(page.indexOf('\n## Dashboards\n')).split(/\n## (?!Dashboards)/)[0] ?? '';

const blocks = (language: string): string[] =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text as string);
const files = Object.fromEntries(
  [...section.matchAll(/`(dashboards\.d\/[^`]+)`:\n\n```json\n(.*?)```/gs)].map(([, path, text]) => [
    path,
    text,
  ]),
) as Record<string, string>;
const [refused, told] = blocks('text') as [string, string];

const made = (inputs: Record<string, string>) =>
  ownDashboards({ files, taken: buildDashboards(), inputs, stack: 'local' });

test('the examples on the page are refused and told of in the words on the page', () => {
  expect(Object.keys(files)).toEqual(['dashboards.d/orders.json', 'dashboards.d/team/latency.json']);
  expect(() => made({})).toThrow(new DashboardsError([refused.trim()]));
  const { config } = load(blocks('yaml')[0] ?? '') as { config: Record<string, unknown> };
  const { dashboards } = parseSettings(
    { dashboards: config['feature-store-monitoring:dashboards'] },
    { stack: 'local' },
  );
  const own = made(dashboards.inputs);
  expect(own.warnings).toEqual([told.trim()]);
  expect(own.dashboards.map(({ uid }) => uid)).toEqual(['orders', 'latency']);
  expect(JSON.stringify(own.dashboards)).not.toMatch(/DS_PROMETHEUS|P1809F7CD0C75ACF3/);
});
