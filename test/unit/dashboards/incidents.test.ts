import { expect, test } from 'vitest';
import { buildDashboards, INCIDENTS } from '../../../dashboards/index.ts';
import { INCIDENTS as DEMO_INCIDENTS } from '../../../demo/incidents.ts';

const dashboards = buildDashboards();
const panels = dashboards.flatMap((dashboard) => dashboard.panels);

test('dashboards know the incidents of the demo, and no others', () => {
  expect([...INCIDENTS].sort()).toEqual(Object.keys(DEMO_INCIDENTS).sort());
});

test.each(INCIDENTS)('%s shows on the overview and on a dashboard that explains it', (incident) => {
  const showing = panels.filter(({ shows }) => shows.includes(incident)).map(({ dashboard }) => dashboard);
  expect(showing).toContain('system-overview');
  expect(showing.filter((uid) => uid !== 'system-overview' && uid !== 'slos')).not.toHaveLength(0);
});

test('a panel that is empty when all is well is meant to show the incident that fills it', () => {
  const quiet = panels.filter(({ emptyWhenHealthy }) => emptyWhenHealthy);
  expect(quiet).not.toHaveLength(0);
  for (const { title, shows, emptyWhenHealthy } of quiet) {
    expect(shows, title).toContain(emptyWhenHealthy?.incident);
  }
});
