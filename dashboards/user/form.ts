import { createHash } from 'node:crypto';
import { parse } from 'node:path';
import { isObject, type Json, objects, panelsOf, textOf } from './json.ts';

/** A dashboard as Grafana's files have it, taken out of whatever it came in. */
export interface Classic {
  readonly model: Json;
  /** Answers to its inputs that came along, by name. */
  readonly answers: Readonly<Record<string, string>>;
}

/**
 * Finds the model in a file: as it is, in an answer of Grafana's API or of grafana.com's, in the body of an import, or in a
 * resource whose schema is the classic one. What it is instead is said where there is none.
 */
export function classicModel(json: Json): Classic | string {
  const { apiVersion, kind, spec, metadata } = json;
  if (isObject(spec) && (kind !== undefined || apiVersion !== undefined)) {
    if (isNewSchema(spec, apiVersion) || (apiVersion === undefined && !hasPanels(spec))) return NEW_SCHEMA;
    const uid = textOf(spec.uid) ?? (isObject(metadata) ? textOf(metadata.name) : undefined);
    return { model: { ...spec, ...(uid !== undefined && { uid }) }, answers: {} };
  }
  if (isNewSchema(json, apiVersion)) return NEW_SCHEMA;
  const isModel = 'panels' in json || 'rows' in json;
  for (const key of ['dashboard', 'json'] as const) {
    const inner = json[key];
    if (!isModel && isObject(inner)) {
      if (isObject(inner.spec) || isNewSchema(inner, undefined)) return NEW_SCHEMA;
      return { model: inner, answers: answersOf(json) };
    }
  }
  if (!isModel && isObject(json.model) && typeof json.name === 'string')
    return 'this is a library panel, and a dashboard is expected: unlink it in its dashboard, and export that';
  if (!isModel && typeof json.message === 'string')
    return `this is an answer of Grafana’s that holds no dashboard (“${json.message.slice(0, 100)}”): export it again`;
  return { model: json, answers: {} };
}

const NEW_SCHEMA =
  'this is a Grafana resource (schema v2), and files are provisioned as classic models: export it as "Classic"';

/** The new schema has panels by name, and says apart where they lie. */
function isNewSchema(spec: Json, apiVersion: unknown): boolean {
  if (typeof apiVersion === 'string' && /\/v2/.test(apiVersion)) return true;
  return isObject(spec.elements) || isObject(spec.layout);
}

/** What an import was told. */
function answersOf({ inputs }: Json): Record<string, string> {
  return Object.fromEntries(
    objects(inputs).flatMap(({ name, value }) =>
      typeof name === 'string' && typeof value === 'string' && value !== '' ? [[name, value]] : [],
    ),
  );
}

const MAX_UID = 40;

/**
 * The uid of a dashboard that has none, as before Grafana 5 and in many downloads: from the name of its file, so that links
 * to it stay as long as the file is called so.
 */
export function uidOfFile(shown: string): string {
  const name = parse(shown).name;
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-zA-Z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase();
  if (slug !== '' && slug.length <= MAX_UID) return slug;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${slug.slice(0, MAX_UID - 9) || 'dashboard'}-${hash}`;
}

/** Whether there is anything to show: panels, or the rows that held them before Grafana 5. */
export const hasPanels = (model: Json): boolean => Array.isArray(model.panels) || Array.isArray(model.rows);

/**
 * The model with the panels that it shares with other dashboards put in, as far as it brings them: an export for sharing
 * has them in `__elements`, older answers of the API in the panel. What it does not bring is told.
 */
export function withLibraryPanels(model: Json): { readonly model: Json; readonly problems: string[] } {
  const problems: string[] = [];
  if (!panelsOf(model).some((panel) => isObject(panel.libraryPanel))) return { model, problems };
  const elements = new Map(
    [
      ...objects(model.__elements),
      ...(isObject(model.__elements) ? objects(Object.values(model.__elements)) : []),
    ].map((element) => [element.uid, element.model]),
  );
  const resolved = (panel: Json): Json => {
    const inner = Array.isArray(panel.panels) ? { panels: objects(panel.panels).map(resolved) } : {};
    const { libraryPanel, ...own } = panel;
    if (!isObject(libraryPanel)) return { ...panel, ...inner };
    const shared = elements.get(libraryPanel.uid) ?? libraryPanel.model;
    if (isObject(shared)) return { ...shared, ...own, type: shared.type, ...inner };
    if (typeof own.type === 'string' && own.type !== 'library-panel-ref' && Array.isArray(own.targets))
      return { ...own, ...inner };
    const name = String(libraryPanel.name ?? libraryPanel.uid);
    problems.push(
      `panel ${String(panel.id ?? '')} is the library panel '${name}', which no file brings: choose “Unlink library panel” in its menu in Grafana, save, and export the dashboard again`,
    );
    return panel;
  };
  const rows = Array.isArray(model.rows)
    ? { rows: objects(model.rows).map((row) => ({ ...row, panels: objects(row.panels).map(resolved) })) }
    : {};
  const panels = Array.isArray(model.panels) ? { panels: objects(model.panels).map(resolved) } : {};
  return { model: { ...model, ...panels, ...rows }, problems };
}
