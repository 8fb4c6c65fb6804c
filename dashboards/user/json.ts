import { createRequire } from 'node:module';
import type * as JsoncParser from 'jsonc-parser';
import { calledHere } from '../datasource.ts';

/** A JSON object of which nothing is known. */
export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of what may be a list of them. */
export const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** A text of what may be one. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Levels of lists and objects: no dashboard has a quarter of that. */
const MAX_DEPTH = 100;

/** Reads a file as a JSON object, with our data sources under the names that they have here; or says what is wrong. */
export function parseJson(shown: string, text: string): Json | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { line, column, what } = locate(text);
    return `${shown}:${line}:${column}: broken JSON: ${what}; export the dashboard again, or mend the file there`;
  }
  if (!isObject(value)) {
    const found = Array.isArray(value)
      ? `an array of ${value.length}: put each dashboard into a file of its own`
      : (JSON.stringify(value).slice(0, 60) ?? '');
    return `${shown}: a dashboard is a JSON object, this is ${found}`;
  }
  if (deeper(value, MAX_DEPTH))
    return `${shown}: it has more than ${MAX_DEPTH} levels of lists and objects, and is no dashboard`;
  return JSON.parse(text, calledHere) as Json;
}

/** Whether a value has more levels than that. It takes no recursion to find out: that is what is to be avoided. */
function deeper(value: object, levels: number): boolean {
  let level: object[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((each) =>
      Object.values(each).filter((inner): inner is object => typeof inner === 'object' && inner !== null),
    );
  }
  return false;
}

/** Where the first mistake is. The parser that knows is loaded only once there is one. */
function locate(text: string): { line: number; column: number; what: string } {
  const { createScanner, parse, printParseErrorCode } = createRequire(import.meta.url)(
    'jsonc-parser',
  ) as typeof JsoncParser;
  const errors: JsoncParser.ParseError[] = [];
  const options = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };
  try {
    parse(text, errors, options);
  } catch {
    // It goes down a call a level: of a million brackets it can only tell where they end.
    const scanner = createScanner(text, true);
    while (scanner.scan() <= 4);
    errors.push({ error: 1, offset: scanner.getTokenOffset(), length: 1 });
  }
  const offset = errors[0]?.offset ?? text.length;
  const before = text.slice(0, offset).split('\n');
  const code = errors[0] ? printParseErrorCode(errors[0].error) : 'UnexpectedEnd';
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    what: code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase(),
  };
}

/** Every panel, with those in rows: rows of today hold them while they are folded, rows before Grafana 5 always. */
export function panelsOf(json: Json): Json[] {
  const nested = (panel: Json): Json[] => [panel, ...objects(panel.panels).flatMap(nested)];
  return [...objects(json.rows).flatMap((row) => objects(row.panels)), ...objects(json.panels)].flatMap(
    nested,
  );
}

/** How messages call a panel. */
export function panelName(panel: Json): string {
  const title = textOf(panel.title)?.trim();
  return title ? `panel '${title}'` : `panel ${String(panel.id ?? 'without title and id')}`;
}

/** Calls back for each object and list in a value, the value itself first. */
export function visit(
  value: unknown,
  each: (value: Json, panel: Json | undefined) => void,
  panel?: Json,
): void {
  if (Array.isArray(value)) for (const inner of value) visit(inner, each, panel);
  else if (isObject(value)) {
    const around = 'gridPos' in value || 'targets' in value ? value : panel;
    each(value, around);
    for (const inner of Object.values(value)) visit(inner, each, around);
  }
}
