import { describe, expect, test } from 'vitest';
import { newAlert } from '../../../cli/scaffold/alert.ts';
import { newDashboard } from '../../../cli/scaffold/dashboard.ts';
import { readerOf } from '../../../cli/scaffold/scaffold.ts';

const read = readerOf(new URL('../../..', import.meta.url).pathname);
const nothing = () => undefined;

describe('make new-alert', () => {
  test('touches the file of the service and its runbook page alone', () => {
    const { files } = newAlert('P99TooHigh', 'ml-pipeline', read);
    expect(Object.keys(files)).toEqual(['rules/alerts/ml-pipeline.ts', 'runbooks/p99-too-high.md']);
  });

  test.each([
    [undefined, 'ml-pipeline', read, /NAME= is no name of an alert.*make new-alert NAME=CheckoutSlow/],
    ['slow', 'ml-pipeline', read, /NAME=slow is no name of an alert/],
    ['Slow', 'ml-pipelin', read, /SERVICE=ml-pipelin has no file of alerts; did you mean ml-pipeline\?/],
    ['ModelDrift', 'ml-pipeline', read, /ModelDrift is in rules\/alerts\/ml-pipeline.ts already/],
    ['Slow', 'ml-pipeline', nothing, /does not end with its list of alerts/],
    ['WatermarkStalled', 'ml-pipeline', read, /runbooks\/watermark-stalled.md is there already/],
  ] as const)('refuses %s of %s', (name, service, reader, message) => {
    expect(() => newAlert(name, service, reader)).toThrow(message);
  });
});

describe('make new-dashboard', () => {
  test('touches its file, the two lists and the page', () => {
    expect(Object.keys(newDashboard('a-first', read).files)).toEqual([
      'dashboards/a-first.ts',
      'catalogue/dashboards.ts',
      'dashboards/index.ts',
      'docs/dashboards.md',
    ]);
  });

  test.each([
    [undefined, read, /NAME= is no uid of a dashboard/],
    ['Shipping', read, /NAME=Shipping is no uid/],
    ['slos', read, /dashboards\/slos.ts is there already/],
    ['shipping', nothing, /add “.*” there by hand/],
  ] as const)('refuses %s', (name, reader, message) => {
    expect(() => newDashboard(name, reader)).toThrow(message);
  });
});
