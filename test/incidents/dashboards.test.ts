import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDashboards, type PanelMeta } from '../../dashboards/index.ts';
import { INCIDENT_NAMES, INCIDENTS, type Incident, type IncidentName } from '../../demo/incidents.ts';
import { parseEndpoint } from '../../lib/endpoint.ts';
import type { PanelState, QueryState } from '../../preview/model/state.ts';
import { type Preview, startPreview } from '../../preview/server.ts';
import { launch } from '../../preview/shoot/browser.ts';
import { openDashboard } from '../../preview/shoot/capture.ts';
import { fromCode } from '../../preview/sources.ts';
import { buildRules } from '../../rules/index.ts';
import { AFTERMATH_MS, excusedIn } from './expectations.ts';
import { movements } from './movement.ts';
import type { Recording, Sighting } from './play.ts';
import { type Reading, readOverview, STATES, WHERE_TO_LOOK } from './reader.ts';
import { type Answer, RECORDING, RecordedPrometheus, recorded } from './recorded.ts';
import { HEALTHY_SECONDS } from './schedule.ts';

/** Every panel of every dashboard over the recorded incidents, evaluated by today's rules. */
let recording: Recording;
let prometheus: RecordedPrometheus;
/** What fired because the machine was busy with something else. */
let excused: readonly Sighting[];
let preview: Preview;
let browser: Browser;

const DASHBOARDS = buildDashboards();
const PANELS = DASHBOARDS.flatMap(({ panels }) => panels);
/** What a dashboard shows of the time before an instant, and what its page is of. */
const SHOWN_MS = 15 * 60_000;
const WIDTH = 1600;
const shots = join(RECORDING, '..', 'incidents');
/** What is remarked of a range query alone: queries of one instant are asked over a range here. */
const OF_RANGES = /sort is ineffective/;
/** Panels in the healthy period, by dashboard and id. */
const healthy = new Map<string, PanelState>();
/** The overview in the healthy period, as somebody reads it. */
let readHealthy: Reading | undefined;
const key = (uid: string, id: number) => `${uid} ${id}`;
const healthyEnd = () => recording.ready + HEALTHY_SECONDS * 1000;

const SERVICE_OF_ALERT = new Map(buildRules().alerts.map(({ name, labels }) => [name, labels.service]));
const alertsOf = (incident: IncidentName): readonly string[] => {
  const { alerts, may = [] }: Incident = INCIDENTS[incident];
  return [...alerts, ...may];
};

async function shoot(uid: string, to: number, name: string) {
  const view = { theme: 'dark' as const, from: to - SHOWN_MS, to, width: WIDTH };
  const { page, shown } = await openDashboard(browser, preview.url, uid, view);
  try {
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    return { shown, read: uid === 'system-overview' ? await readOverview(page) : undefined };
  } finally {
    await page.close();
  }
}

beforeAll(async () => {
  const evaluated = await recorded();
  recording = evaluated.recording;
  prometheus = await RecordedPrometheus.start();
  excused = await excusedIn(recording, evaluated.replayed.alerts, prometheus);
  preview = await startPreview({ prometheus: parseEndpoint(prometheus.url), dashboards: fromCode() });
  browser = await launch();
  mkdirSync(shots, { recursive: true });
  for (const { uid } of DASHBOARDS) {
    const { shown, read } = await shoot(uid, healthyEnd(), `healthy-${uid}`);
    expect(shown.errors).toEqual([]);
    readHealthy ??= read;
    for (const panel of shown.panels) healthy.set(key(uid, panel.id), panel);
  }
});

afterAll(async () => {
  await browser?.close();
  await preview?.close();
  await prometheus?.stop();
});

const NOTHING: Answer = { result: [], remarks: [] };

function stateOf({ dashboard, id, title }: PanelMeta): PanelState {
  const state = healthy.get(key(dashboard, id));
  if (state === undefined) throw new Error(`${dashboard} did not draw “${title}”`);
  return state;
}

/** The period in which an incident was on, and a little after, since scrapes and rules take their time. */
function during(incident: string): [from: number, to: number] {
  const played = recording.played.find((one) => one.incident === incident);
  if (played === undefined) throw new Error(`${incident} was not played`);
  return [played.on, (played.off ?? recording.recovered) + 15_000];
}

const answers = new Map<string, Promise<Answer>>();
function ask(query: QueryState, from: number, to: number): Promise<Answer> {
  const about = `${from} ${to} ${query.expr}`;
  const answer = answers.get(about) ?? prometheus.range(query.expr, from, to);
  answers.set(about, answer);
  return answer;
}

/** Services that were unwell for the machine's sake up to an instant. */
const busyBefore = (end: number) =>
  excused.filter(({ from }) => from <= end).map(({ labels }) => labels.service);

test('the overview says that all is well while it is', () => {
  const busy = busyBefore(healthyEnd());
  if (busy.length > 0) for (const { what } of readHealthy?.unwell ?? []) expect(busy).toContain(what);
  else expect(readHealthy).toEqual({ verdict: 'HEALTHY', unwell: [], nothing: 'Nothing: all is well' });
});

describe.each(DASHBOARDS.map(({ uid }) => uid))('%s', (uid) => {
  const panels = PANELS.filter(({ dashboard }) => dashboard === uid);

  test.each(panels.map(({ title, id }) => ({ title, id })))('$title', async ({ id }) => {
    const meta = panels.find((one) => one.id === id) as PanelMeta;
    const { status, queries, warnings, error } = stateOf(meta);
    expect(error).toBeUndefined();
    expect(warnings).toEqual([]);
    if (meta.emptyWhenHealthy === undefined) expect(status, 'two minutes after make up').toBe('data');
    const [from, to] = meta.emptyWhenHealthy
      ? during(meta.emptyWhenHealthy.incident)
      : [recording.ready, healthyEnd()];
    const results = await Promise.all(queries.map((query) => ask(query, from, to)));
    expect(
      results.some(({ result }) => result.length > 0),
      'has data',
    ).toBe(true);
    for (const [index, { result, remarks }] of results.entries()) {
      expect(
        remarks.filter((remark) => !OF_RANGES.test(remark)),
        meta.queries[index]?.expr,
      ).toEqual([]);
      const named = [...(meta.queries[index]?.legend ?? '').matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(
        ([, label]) => label ?? '',
      );
      for (const label of named)
        for (const { metric } of result)
          expect(Object.keys(metric), meta.queries[index]?.expr).toContain(label);
    }
  });
});

describe.each(INCIDENT_NAMES)('%s', (incident) => {
  const panels = PANELS.filter(({ shows }) => shows.includes(incident));

  test('is read off the overview: whether the system is healthy, and where to look next', async () => {
    const end = during(incident)[1] - 15_000;
    const { shown, read } = await shoot('system-overview', end, `${incident}-system-overview`);
    expect(shown.errors).toEqual([]);
    const { verdict, unwell = [] } = read ?? {};
    const expected = WHERE_TO_LOOK[incident];
    const line = unwell.find(({ what }) => what === expected.what);
    expect(line, JSON.stringify(unwell)).toMatchObject({ what: expected.what, lookAt: expected.lookAt });
    const rank = ({ state }: { readonly state: string }) => STATES.indexOf(state);
    expect(rank(line ?? expected)).toBeLessThanOrEqual(rank(expected));
    // The worst stands first, and the verdict is about it.
    expect(unwell.map(rank)).toEqual(unwell.map(rank).sort());
    expect(verdict).toBe(unwell[0]?.state === 'Warning' ? 'WARNING' : 'CRITICAL');
    const recent = recording.played.filter(
      ({ on, off = recording.recovered }) => on <= end && off + AFTERMATH_MS >= end,
    );
    // What is down because something else is stands below that.
    const faulty = recent.map((played) => WHERE_TO_LOOK[played.incident].what);
    const above = unwell.slice(
      0,
      unwell.findIndex(({ what }) => what === expected.what),
    );
    for (const { state, what } of above)
      if (state === 'Down') expect(faulty, JSON.stringify(unwell)).toContain(what);
    // Nobody is sent where nothing is wrong.
    const causes = [
      ...faulty,
      ...recent.flatMap((played) => alertsOf(played.incident).map((alert) => SERVICE_OF_ALERT.get(alert))),
    ];
    for (const { what } of unwell)
      expect([...causes, 'machines', ...busyBefore(end)], JSON.stringify(unwell)).toContain(what);
  });

  test.each(panels.map(({ dashboard, title, id }) => ({ dashboard, title, id })))(
    'is seen on $dashboard: $title',
    async ({ dashboard, id }) => {
      const meta = panels.find((one) => one.dashboard === dashboard && one.id === id) as PanelMeta;
      const [from, to] = during(incident);
      // What an incident fills need not be empty before on a busy machine; nor does it differ then.
      const filled = meta.emptyWhenHealthy?.incident === incident;
      const moved = await Promise.all(
        stateOf(meta).queries.map(async (query) =>
          movements(
            filled ? NOTHING : await ask(query, recording.ready, healthyEnd()),
            await ask(query, from, to),
          ),
        ),
      );
      expect(moved.flat(), 'moves beyond what it is when all is well').not.toEqual([]);
    },
  );
});
