import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INCIDENT_NAMES, type IncidentName } from '../../demo/incidents.ts';
import { parseEndpoint } from '../../lib/endpoint.ts';
import { type Preview, startPreview } from '../../preview/server.ts';
import { launch } from '../../preview/shoot/browser.ts';
import { openDashboard } from '../../preview/shoot/capture.ts';
import { fromCode } from '../../preview/sources.ts';
import { type Reading, readOverview, STATES, WHERE_TO_LOOK } from '../incidents/reader.ts';
import { momentOf, samples } from './overview/incidents.ts';
import { chromiumProblem } from './preview/chromium.ts';
import { type RunningPrometheus, startPrometheus } from './preview/prometheus.ts';

/** A reader is given nothing but the overview, while all is well and during each incident alone. */
const SHOTS = join(import.meta.dirname, '..', '..', '.test-output', 'overview');
const SHOWN_MS = 30 * 60_000;

const problem = chromiumProblem();
if (problem) console.warn(`The reader’s test in a browser is skipped: ${problem}`);

describe.skipIf(problem)('a reader of the overview', () => {
  let prometheus: RunningPrometheus;
  let preview: Preview;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    prometheus = await startPrometheus(samples());
    preview = await startPreview({ prometheus: parseEndpoint(prometheus.url), dashboards: fromCode() });
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await preview?.close();
    await prometheus?.stop();
  });

  async function read(incident?: IncidentName, lasting = false): Promise<Reading> {
    const to = momentOf(incident && { incident, lasting }) * 1000;
    const view = { theme: 'dark' as const, from: to - SHOWN_MS, to, width: 1600 };
    const { page, shown } = await openDashboard(browser, preview.url, 'system-overview', view);
    try {
      expect(shown.errors).toEqual([]);
      await page.screenshot({
        path: join(SHOTS, `${incident ?? 'healthy'}${lasting ? '-lasting' : ''}.png`),
      });
      return await readOverview(page);
    } finally {
      await page.close();
    }
  }

  test('it is what opens first where that is asked for, whatever the order of the files', async () => {
    const { name, load } = fromCode();
    const reversed = { name, load: async () => (await load()).toReversed() };
    const other = await startPreview({
      prometheus: parseEndpoint(prometheus.url),
      dashboards: reversed,
      home: 'system-overview',
    });
    const page = await browser.newPage();
    try {
      await page.goto(`${other.url}/?kiosk`);
      expect(page.url()).toBe(`${other.url}/d/system-overview?kiosk`);
    } finally {
      await page.close();
      await other.close();
    }
  });

  test('while all is well, it says so and sends nobody anywhere', async () => {
    expect(await read()).toEqual({ verdict: 'HEALTHY', unwell: [], nothing: 'Nothing: all is well' });
  });

  test.each(INCIDENT_NAMES)(
    'during %s it says what is wrong, and which dashboard to open',
    async (incident) => {
      const expected = WHERE_TO_LOOK[incident];
      expect(await read(incident)).toEqual({
        verdict: expected.state === 'Warning' ? 'WARNING' : 'CRITICAL',
        unwell: [expected],
        nothing: '',
      });
    },
  );

  test.each(INCIDENT_NAMES)(
    'after %s has lasted, its cause still stands above what followed from it',
    async (incident) => {
      const { state, what, lookAt } = WHERE_TO_LOOK[incident];
      const { unwell } = await read(incident, true);
      expect(unwell[0]).toMatchObject({ what, lookAt });
      expect(STATES.indexOf(unwell[0]?.state ?? '')).toBeLessThanOrEqual(STATES.indexOf(state));
    },
  );
});
