import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { buildDashboards } from '../../../dashboards/index.ts';
import { INCIDENT_NAMES } from '../../../demo/incidents.ts';
import { WHERE_TO_LOOK } from '../../incidents/reader.ts';

/** The page about the dashboards says what they are and what the overview says, and has a picture of each state. */
const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');
const PAGE = readFileSync(join(DOCS, 'dashboards.md'), 'utf8');
const pictures = [...PAGE.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => normalize(path));

test.each(buildDashboards().map(({ title, json }) => ({ title, question: json.description ?? '' })))(
  '$title stands there with its question',
  ({ title, question }) => {
    expect(PAGE).toMatch(
      new RegExp(`^\\| ${title} \\| \\w+ \\| ${question.replaceAll('?', '\\?')} \\|$`, 'm'),
    );
  },
);

test.each(INCIDENT_NAMES)('what the overview says during %s stands there', (incident) => {
  const { state, what, lookAt } = WHERE_TO_LOOK[incident];
  const healthy = state === 'Warning' ? 'warning' : 'critical';
  const where = `${lookAt}: ${what}${state === 'Down' ? ' is down' : ''}`;
  expect(PAGE).toContain(`| ${incident} | ${healthy} | ${where} |`);
});

test('there is a picture of every state, and no other', () => {
  expect(pictures.filter((path) => path.startsWith('images/overview/')).sort()).toEqual(
    ['healthy', ...INCIDENT_NAMES].map((state) => `images/overview/${state}.webp`).sort(),
  );
  const kept = readdirSync(join(DOCS, 'images'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(kept.sort()).toEqual(pictures.map((path) => join(DOCS, path)).sort());
});
