import { createRequire } from 'node:module';
import type { Dashboard as GrafanaDashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type * as JsoncParser from 'jsonc-parser';
import type { Dashboard } from './dashboard.ts';
import { ALERTMANAGER_DATA_SOURCE, calledHere, DATA_SOURCE, EXTERNAL_DATA_SOURCES } from './datasource.ts';
import { DashboardsError } from './errors.ts';
import { MAX_DASHBOARD_BYTES } from './files.ts';

/** Grafana's limits of a uid: 40 characters of these. */
const UID = /^[a-zA-Z0-9_-]{1,40}$/;
/** Names under which Grafana knows data sources of its own. */
const BUILT_IN_SOURCES = ['-- Grafana --', '-- Mixed --', '-- Dashboard --', 'grafana', '__expr__'];
const OUR_SOURCES: readonly string[] = [
  ...[DATA_SOURCE.uid, DATA_SOURCE.name, ALERTMANAGER_DATA_SOURCE.uid],
  ...[EXTERNAL_DATA_SOURCES.prometheus.uid, EXTERNAL_DATA_SOURCES.alertmanager.uid],
];

/** What the user's own dashboards are made from. */
export interface OwnDashboardsOptions {
  /** Text of each file by its path, as messages name it. */
  readonly files: Readonly<Record<string, string>>;
  /** The dashboards that are there already: neither their uids nor, in one folder, their titles are free. */
  readonly taken: readonly Dashboard[];
}

/** The user's own dashboards, and what they should know of them. */
export interface OwnDashboards {
  readonly dashboards: readonly Dashboard[];
  /** What may be wrong with them, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * The user's own dashboards, from the text of their files. Pure.
 * @throws DashboardsError with every mistake of every file.
 */
export function ownDashboards({ files, taken }: OwnDashboardsOptions): OwnDashboards {
  const problems: string[] = [];
  const dashboards: Dashboard[] = [];
  for (const [shown, text] of Object.entries(files)) {
    const dashboard = readExtraDashboard(shown, text, [...taken, ...dashboards]);
    if (Array.isArray(dashboard)) problems.push(...dashboard);
    else dashboards.push(dashboard);
  }
  if (problems.length > 0) throw new DashboardsError(problems);
  return { dashboards, warnings: [] };
}

/** One file as a dashboard, or what is wrong with it. `shown` is the path that messages name. Pure. */
export function readExtraDashboard(
  shown: string,
  text: string,
  taken: readonly Dashboard[],
): Dashboard | string[] {
  const json = parseJson(shown, text);
  if (typeof json === 'string') return [json];
  const problems = [...shapeProblems(json), ...takenProblems(json, taken)];
  if (problems.length > 0) return problems.map((problem) => `${shown}: ${problem}`);
  const { uid, title } = json as { uid: string; title: string };
  // Grafana gives each dashboard a number of its own: one from elsewhere may be another dashboard's here.
  const model = { ...json, id: null } as unknown as GrafanaDashboard;
  // What a person calls a file may be no name for one everywhere: a ConfigMap takes no space.
  return { uid, title, folder: 'extra', fileName: `${uid}.json`, source: shown, json: model, panels: [] };
}

function parseJson(shown: string, text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text, calledHere);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    return `${shown}: a dashboard is a JSON object, this is ${Array.isArray(value) ? 'an array' : JSON.stringify(value)}`;
  } catch {
    const { line, column, what } = locate(text);
    return `${shown}:${line}:${column}: broken JSON: ${what}; export the dashboard again, or mend the file there`;
  }
}

/** Where the first mistake is. The parser that knows is loaded only once there is one. */
function locate(text: string): { line: number; column: number; what: string } {
  const { parse, printParseErrorCode } = createRequire(import.meta.url)('jsonc-parser') as typeof JsoncParser;
  const errors: JsoncParser.ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const offset = errors[0]?.offset ?? text.length;
  const before = text.slice(0, offset).split('\n');
  const code = errors[0] ? printParseErrorCode(errors[0].error) : 'UnexpectedEnd';
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    what: code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase(),
  };
}

function shapeProblems(json: Record<string, unknown>): string[] {
  if ('spec' in json && 'kind' in json) {
    return [
      'this is a Grafana resource (schema v2), and files are provisioned as classic models: export it as "Classic"',
    ];
  }
  const problems: string[] = [];
  if (typeof json.uid !== 'string' || !UID.test(json.uid)) {
    problems.push(`uid is ${JSON.stringify(json.uid)}; allowed are 1 to 40 letters, digits, '-' and '_'`);
  }
  if (typeof json.title !== 'string' || json.title.trim() === '') {
    problems.push(`title is ${JSON.stringify(json.title)}; a dashboard needs one`);
  }
  if (!Array.isArray(json.panels)) problems.push('panels is missing; a dashboard has a list of panels');
  if (Array.isArray(json.__inputs) && json.__inputs.length > 0) {
    problems.push(
      `it asks for inputs (__inputs) that provisioning cannot answer: export it without "Export for sharing externally"`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(json));
  if (bytes > MAX_DASHBOARD_BYTES) {
    problems.push(
      `it has ${bytes} bytes without white space; at most ${MAX_DASHBOARD_BYTES} are allowed: move panels to a second dashboard`,
    );
  }
  for (const uid of unknownSources(json)) {
    problems.push(
      `data source '${uid}' is not provisioned; known are ${OUR_SOURCES.map((known) => `'${known}'`).join(', ')} and variables such as '\${datasource}'`,
    );
  }
  return problems;
}

function takenProblems(json: Record<string, unknown>, taken: readonly Dashboard[]): string[] {
  const problems: string[] = [];
  const sameUid = taken.find(({ uid }) => uid === json.uid);
  if (sameUid) {
    problems.push(`uid '${sameUid.uid}' is taken by ${nameOf(sameUid)}; give this one a uid of its own`);
  }
  const sameTitle = taken.find(({ title, folder }) => folder === 'extra' && title === json.title);
  if (sameTitle) {
    problems.push(`title '${sameTitle.title}' is taken by ${nameOf(sameTitle)} in the same folder`);
  }
  return problems;
}

function nameOf({ title, source }: Dashboard): string {
  return source === undefined ? `the built-in dashboard '${title}'` : `'${title}' (${source})`;
}

/** Data sources that a model names and that nothing provisions. */
function unknownSources(json: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'datasource') add(inner);
        visit(inner);
      }
    }
  };
  const add = (source: unknown): void => {
    const uid = typeof source === 'string' ? source : (source as { uid?: unknown } | null)?.uid;
    if (typeof uid !== 'string' || uid.startsWith('$')) return;
    if (!OUR_SOURCES.includes(uid) && !BUILT_IN_SOURCES.includes(uid)) found.add(uid);
  };
  visit(json);
  return found;
}
