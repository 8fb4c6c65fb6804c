import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DASHBOARDS } from '../../../catalogue/dashboards.ts';
import { vocabulary } from '../../../rules/check.ts';
import { buildRules } from '../../../rules/index.ts';
import { checkExpression } from '../../../rules/promql-check.ts';
import { problemsOf } from '../../../runbooks/lint.ts';
import { OWN_SERVICE_PAGES } from '../../../runbooks/readme.ts';

const folder = new URL('../../../runbooks/', import.meta.url);
const set = buildRules();
const words = vocabulary(set);
const pages = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');
const read = (page: string): string => readFileSync(new URL(page, folder), 'utf8');
const alertsOf = (page: string) => set.alerts.filter((alert) => `${alert.runbook}.md` === page);
const makefile = readFileSync(new URL('../Makefile', folder), 'utf8');
const targets = [...makefile.matchAll(/^([a-z-]+):/gm)].map(([, target]) => target);
/** A silence of these is of no use, or raises the alarm outside. */
const WITHOUT_SILENCE = ['watchdog.md', 'alertmanager-down.md', 'alerts-not-delivered.md'];
const SECTIONS = ['What it means', 'Look at', 'Likely causes', 'Mend', 'Silence'];

test('every alert has its page, and every page its alert', () => {
  const needed = [...set.alerts.map((alert) => alert.runbook), ...Object.keys(OWN_SERVICE_PAGES)];
  expect(pages.sort()).toEqual([...new Set(needed.map((name) => `${name}.md`))].sort());
});

test('alerts of a service of one’s own lead to the pages for them', () => {
  const { alerts } = buildRules({ services: [{ name: 'checkout' }] });
  const own = alerts.filter((alert) => alert.service === 'checkout').map((alert) => alert.runbook);
  expect(own.sort()).toEqual(Object.keys(OWN_SERVICE_PAGES).sort());
});

test('the base URL is a setting, and the page follows it', () => {
  const { alerts } = buildRules({ settings: { runbookBaseUrl: 'https://example.org/runbooks/' } });
  for (const { annotations } of alerts) {
    const page = annotations.runbook_url?.replace('https://example.org/runbooks/', '');
    expect(pages).toContain(`${page}.md`);
  }
});

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('has every section, each with something in it', () => {
    const sections = text.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(SECTIONS);
    for (const section of sections) expect(section.split('\n').slice(1).join('').length).toBeGreaterThan(20);
  });

  test('names its alerts, and silences them where that helps', () => {
    for (const { name } of alertsOf(page)) {
      expect(text.split('\n')[0]).toContain(name);
      if (!WITHOUT_SILENCE.includes(page)) expect(text.split('amtool silence add')[1]).toContain(name);
    }
    if (WITHOUT_SILENCE.includes(page)) expect(text).not.toContain('amtool silence add');
  });

  test('has no step that harms unsaid', () => {
    expect(problemsOf(text)).toEqual([]);
  });

  test('its queries read what exists', () => {
    const queries = [...text.matchAll(/```promql\n([\s\S]*?)\n```/g)].map(([, query = '']) => query);
    expect(queries.length).toBeGreaterThan(0);
    expect(queries.flatMap((query) => checkExpression(query, words))).toEqual([]);
  });

  test('its commands exist, and say which stack they are about', () => {
    for (const [, demo, target = '', words = ''] of text.matchAll(
      /(in the demo )?`make ([a-z-]+)([^`]*)`/g,
    )) {
      expect(targets).toContain(target);
      // Without it they are about this machine's own stack, as it is with the demo.
      if (demo === undefined && target !== 'verify-metrics') expect(words).toMatch(/ STACK=prod$/);
    }
  });

  test('its dashboards and links exist', () => {
    const dashboards = [...text.matchAll(/\*\*([^*]+)\*\* \(`\/d\/([^`]+)`\)/g)];
    expect(dashboards.length).toBeGreaterThan(0);
    for (const [, title, uid = ''] of dashboards) expect(DASHBOARDS).toHaveProperty(uid, title);
    for (const [, link = ''] of text.matchAll(/\]\(([^)]+)\)/g)) expect(pages).toContain(link);
  });
});

test('panels that are named exist', async () => {
  const { buildDashboards } = await import('../../../dashboards/index.ts');
  const titles = new Set(
    buildDashboards({ rules: set }).flatMap(({ json }) =>
      [...JSON.stringify(json).matchAll(/"title":"((?:[^"\\]|\\.)*)"/g)].map(([, title]) => title),
    ),
  );
  for (const page of pages) {
    const look = read(page).split('## Look at')[1]?.split('```')[0] ?? '';
    for (const [, panel = ''] of look.matchAll(/“([^”]+)”/g))
      expect([page, titles.has(panel), panel]).toEqual([page, true, panel]);
  }
});

describe('harm is found', () => {
  const sh = (...lines: string[]) => `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
  const reset =
    'kafka-consumer-groups.sh --bootstrap-server b:9092 --group g --topic t:0 --reset-offsets --to-offset 5';
  test.each([
    [
      'an offset without its server',
      'Loses it: `kafka-consumer-groups.sh --reset-offsets --shift-by 1`',
      '--bootstrap-server',
    ],
    [
      'an offset of a whole topic',
      `**Loses it.** ${sh(reset.replace('t:0', 't'), '--execute')}`,
      'topic:partition',
    ],
    ['an offset without a dry run', `**Loses it.** ${sh(`${reset} --execute`)}`, '--dry-run'],
    ['an offset that is never set', `**Loses it.** ${sh(`${reset} --dry-run`)}`, '--execute'],
    ['whatever is checked out', 'Then `make up STACK=prod`.', 'which commit'],
    [
      'a whole alert',
      sh(`amtool silence add --comment '<why, and the ticket>' alertname=DiskHigh`),
      'one thing',
    ],
    [
      'a whole alert by pattern',
      sh(`amtool silence add --comment '<why, and the ticket>' 'alertname=~"A|B"'`),
      'one thing',
    ],
    ['an invented reason', sh(`amtool silence add --comment 'load test' alertname=A service=b`), 'reason'],
    ['a placeholder that a shell reads', sh('redis-cli -h <redis> ping'), 'placeholder'],
    ['retention without a word', 'Lower `prometheus.retention.size`.', 'says what is lost'],
    [
      'an old retention of Kafka',
      sh('kafka-configs.sh --alter --add-config retention.ms=1'),
      'says what is lost',
    ],
    ['an empty start', 'It may start empty.', 'says what is lost'],
    ['a restart of whatever it is', 'Leak: restart that process now.', 'says what is lost'],
    ['more load', 'Double the instances.', 'Redis'],
    ['flushing', 'Then `redis-cli flushall`.', 'says what is lost'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(`## Mend\n\n1. ${text}\n\n## Silence\n`).join('\n')).toContain(problem);
  });
});
