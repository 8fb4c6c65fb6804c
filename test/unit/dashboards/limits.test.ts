import { expect, test } from 'vitest';
import { buildDashboards } from '../../../dashboards/index.ts';
import { LIMITS, limitsOf } from '../../../dashboards/limits.ts';
import { buildRules } from '../../../rules/index.ts';

const rules = buildRules();

test('every limit is the threshold of an alert that there is', () => {
  const missing = Object.entries(limitsOf(rules.alerts)).filter(([, value]) => value === undefined);
  expect(missing).toEqual([]);
});

function thresholdsOf(alerts: typeof rules.alerts, title: string) {
  const panel = buildDashboards({ rules: { ...rules, alerts } })
    .flatMap(({ json }) => json.panels ?? [])
    .find((candidate) => candidate.title === title);
  return panel && 'fieldConfig' in panel ? panel.fieldConfig?.defaults.thresholds?.steps : undefined;
}

test('a threshold that the stack sets moves the colours with it', () => {
  const alerts = rules.alerts.map((alert) =>
    alert.name === 'ModelDrift' ? { ...alert, threshold: { ...alert.threshold, value: 0.4 } } : alert,
  );
  expect(thresholdsOf(alerts, 'Largest drift of a model')).toEqual([
    { value: null, color: 'green' },
    { value: 0.4, color: 'red' },
  ]);
});

const MARKER = 0.123456;
const shown: readonly string[] = Object.values(LIMITS);
const paging = rules.alerts.filter(({ name, severity }) => severity === 'critical' && shown.includes(name));

test.each(paging.map(({ name }) => name))('what %s pages is red, wherever it is shown', (name) => {
  const alerts = rules.alerts.map((alert) =>
    alert.name === name ? { ...alert, threshold: { ...alert.threshold, value: MARKER } } : alert,
  );
  const colors = buildDashboards({ rules: { ...rules, alerts } })
    .flatMap(({ json }) => json.panels ?? [])
    .flatMap((panel) => ('fieldConfig' in panel ? [panel.fieldConfig?.defaults.thresholds?.steps ?? []] : []))
    .flatMap((steps) => {
      const at = steps.findIndex(({ value }) => value === MARKER);
      const above = alerts.find((alert) => alert.name === name)?.threshold.direction === 'above';
      return at === -1 ? [] : [steps[above ? at : at - 1]?.color];
    });
  expect(colors.length).toBeGreaterThan(0);
  expect(colors.filter((color) => color !== 'red' && color !== 'dark-red')).toEqual([]);
});

test('an alert that is switched off colours nothing', () => {
  const alerts = rules.alerts.filter(({ name }) => name !== 'ModelDrift');
  expect(thresholdsOf(alerts, 'Largest drift of a model')).toEqual([{ value: null, color: 'green' }]);
});

test.each(rules.slos.map(({ name }) => name))('a stack without the SLO %s has its dashboards', (name) => {
  const without = buildRules({ settings: { slos: { [name]: { off: true } } } });
  expect(buildDashboards({ rules: without }).length).toBe(buildDashboards({ rules }).length);
});

test('a level whose SLO is off is good as soon as it is not bad', () => {
  const without = buildRules({ settings: { slos: { 'cache-hit-rate': { off: true } } } });
  const panels = buildDashboards({ rules: without }).flatMap(({ json }) => json.panels ?? []);
  const panel = panels.find(({ title }) => title === 'Cache hit rate');
  const steps = panel && 'fieldConfig' in panel ? panel.fieldConfig?.defaults.thresholds?.steps : undefined;
  expect(steps).toEqual([
    { value: null, color: 'red' },
    { value: 0.7, color: 'green' },
  ]);
});
