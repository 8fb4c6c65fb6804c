import { dirname, normalize } from 'node:path';
import type { Dashboard as GrafanaDashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { METRICS } from '../../catalogue/index.ts';
import type { Vocabulary } from '../../rules/promql-check.ts';
import { RECORDED } from '../../rules/recorded.ts';
import type { Dashboard } from '../dashboard.ts';
import { DashboardsError } from '../errors.ts';
import { MAX_DASHBOARD_BYTES } from '../files.ts';
import { adviceOn } from './advice.ts';
import { classicModel, hasPanels, uidOfFile, withLibraryPanels } from './form.ts';
import { type Answers, fillInputs } from './inputs.ts';
import { type Json, parseJson, textOf } from './json.ts';
import { type ParsedQuery, parseQueries, unknownMetrics } from './queries.ts';
import { emptySourceVariables, openInputs, sourceProblems } from './sources.ts';

/** What the user's own dashboards are made from. */
export interface OwnDashboardsOptions {
  /** Text of each file by its path, as messages name it. */
  readonly files: Readonly<Record<string, string>>;
  /** Folder that all of them are in: what is in a folder below is in one of Grafana's. Default: `dashboards.d`. */
  readonly root?: string;
  /** The dashboards that are there already: neither their uids nor, in one folder, their titles are free. */
  readonly taken: readonly Dashboard[];
  /** Answers to what files ask for: `dashboards.inputs`. Default: none. */
  readonly inputs?: Answers;
  /** Metrics and recorded series that are known. Default: those of the catalogue and of the rules that ship. */
  readonly vocabulary?: Vocabulary;
  /** The stack that commands in messages name. Default: none. */
  readonly stack?: string;
}

/** The user's own dashboards, and what they should know of them. */
export interface OwnDashboards {
  readonly dashboards: readonly Dashboard[];
  /** What may be wrong with them, a sentence each. */
  readonly warnings: readonly string[];
}

/** A file that became a dashboard. */
interface Read {
  readonly dashboard: Dashboard;
  readonly queries: readonly ParsedQuery[];
  readonly remarks: readonly string[];
  readonly used: readonly string[];
}

const DEFAULT_VOCABULARY: Vocabulary = { metrics: METRICS, recorded: RECORDED };

/**
 * The user's own dashboards, from the text of their files. What Grafana could not show is refused; what may be wrong comes
 * back as warnings. Pure.
 * @throws DashboardsError with every mistake of every file.
 */
export function ownDashboards(options: OwnDashboardsOptions): OwnDashboards {
  const { files, taken, inputs = {}, vocabulary = DEFAULT_VOCABULARY } = options;
  const problems: string[] = [];
  const read: (Read & { readonly shown: string })[] = [];
  for (const [shown, text] of Object.entries(files)) {
    const result = readFile(shown, text, [...taken, ...read.map(({ dashboard }) => dashboard)], options);
    if (Array.isArray(result)) problems.push(...result);
    else read.push({ ...result, shown });
  }
  if (problems.length > 0) throw new DashboardsError(problems);
  const dashboards = read.map(({ dashboard }) => dashboard);
  const all = [...taken, ...dashboards];
  const warnings = read.flatMap(({ dashboard, queries, remarks, shown }) => {
    const unknown = unknownMetrics(queries, vocabulary);
    return [
      ...remarks,
      ...(unknown === undefined ? [] : [unknown]),
      ...adviceOn(dashboard, queries, { vocabulary, all }),
    ].map((remark) => `${shown}: ${remark}.`);
  });
  const used = new Set(read.flatMap((each) => each.used));
  const idle = Object.keys(inputs)
    .filter((name) => !used.has(name))
    .map((name) => `dashboards.inputs.${name} answers nothing: no file of your own asks for it.`);
  return { dashboards, warnings: [...warnings, ...idle] };
}

/** One file as a dashboard, or what is wrong with it. */
function readFile(
  shown: string,
  text: string,
  taken: readonly Dashboard[],
  { inputs = {}, stack, root = 'dashboards.d' }: OwnDashboardsOptions,
): Read | string[] {
  const json = parseJson(shown, text);
  if (typeof json === 'string') return [json];
  const classic = classicModel(json);
  if (typeof classic === 'string') return [`${shown}: ${classic}`];
  const shared = withLibraryPanels(classic.model);
  const filled = fillInputs(shared.model, {
    settings: inputs,
    came: classic.answers,
    ...(stack !== undefined && { stack }),
  });
  const hasUid = filled.model.uid !== undefined && filled.model.uid !== null && filled.model.uid !== '';
  const uid = hasUid ? filled.model.uid : uidOfFile(shown);
  // Grafana gives each dashboard a number of its own: one from elsewhere may be another dashboard's here.
  const model: Json = { ...filled.model, uid, id: null };
  const [folder, base] = [dirname(normalize(shown)), normalize(`${root}/`)];
  const within = folder.startsWith(base) ? folder.slice(base.length) : undefined;
  const { parsed, problems: broken } = parseQueries(model);
  const asked = filled.problems.length > 0;
  const problems = [
    ...shapeProblems(model),
    ...takenProblems(model, taken, within),
    ...shared.problems,
    ...filled.problems,
    // What an input would have answered is asked for once.
    ...(asked ? [] : sourceProblems(model, Object.values(inputs), stack)),
    ...(asked ? [] : openInputs(model, stack)),
    ...(asked ? [] : broken),
  ];
  if (problems.length > 0) return problems.map((problem) => `${shown}: ${problem}`);
  const dashboard: Dashboard = {
    uid: uid as string,
    title: model.title as string,
    folder: 'extra',
    ...(within !== undefined && { within }),
    // What a person calls a file may be no name for one everywhere: a ConfigMap takes no space.
    fileName: `${uid}.json`,
    source: shown,
    json: model as unknown as GrafanaDashboard,
    panels: [],
  };
  const remarks = [
    ...(hasUid ? [] : [`it has no uid, and gets '${uid}' from the name of the file`]),
    ...emptySourceVariables(model),
  ];
  return { dashboard, queries: parsed, remarks, used: filled.used };
}

/** Grafana's limits of a uid: 40 characters of these. */
const UID = /^[a-zA-Z0-9_-]{1,40}$/;

function shapeProblems(model: Json): string[] {
  const problems: string[] = [];
  if (typeof model.uid !== 'string' || !UID.test(model.uid))
    problems.push(`uid is ${given(model.uid)}; allowed are 1 to 40 letters, digits, '-' and '_'`);
  if (textOf(model.title) === undefined || String(model.title).trim() === '')
    problems.push(`title is ${given(model.title)}; a dashboard needs one`);
  if (!hasPanels(model)) problems.push('panels is missing; a dashboard has a list of panels');
  const bytes = Buffer.byteLength(JSON.stringify(model));
  if (bytes > MAX_DASHBOARD_BYTES)
    problems.push(
      `it has ${bytes} bytes without white space; at most ${MAX_DASHBOARD_BYTES} are allowed: move panels to a second dashboard`,
    );
  return problems;
}

function takenProblems(model: Json, taken: readonly Dashboard[], within: string | undefined): string[] {
  const problems: string[] = [];
  // Files are called like uids, and not every file system tells capitals apart.
  const sameUid = taken.find(({ uid }) => uid.toLowerCase() === String(model.uid).toLowerCase());
  if (sameUid)
    problems.push(`uid '${sameUid.uid}' is taken by ${nameOf(sameUid)}; give this one a uid of its own`);
  const sameTitle = taken.find(
    (each) => each.folder === 'extra' && each.within === within && each.title === model.title,
  );
  if (sameTitle)
    problems.push(`title '${sameTitle.title}' is taken by ${nameOf(sameTitle)} in the same folder`);
  return problems;
}

function nameOf({ title, source }: Dashboard): string {
  return source === undefined ? `the built-in dashboard '${title}'` : `'${title}' (${source})`;
}

/** A value as the file has it. */
const given = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
