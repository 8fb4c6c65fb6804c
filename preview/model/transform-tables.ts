import type { Cell, Field, Frame } from './frame.ts';
import { calcTitle, reduce } from './reduce.ts';

// biome-ignore lint/suspicious/noExplicitAny: each transformation has options of its own
type Options = Record<string, any>;
type Row = Map<string, Cell>;

const nameOf = (field: Field) => field.legend ?? field.name;

function rowsOf(frame: Frame): Row[] {
  const length = frame.fields[0]?.values.length ?? 0;
  return Array.from({ length }, (_, i) => new Map(frame.fields.map((f) => [nameOf(f), f.values[i] ?? null])));
}

/** One frame of rows; columns keep the type, labels and options of the field that first had the name. */
function fromRows(refId: string, rows: readonly Row[], fields: readonly Field[]): Frame {
  const columns = new Map<string, Field>();
  for (const field of fields) if (!columns.has(nameOf(field))) columns.set(nameOf(field), field);
  return {
    refId,
    fields: [...columns].map(([name, field]) => ({
      ...field,
      values: rows.map((row) => row.get(name) ?? null),
    })),
  };
}

/** Rows that agree in every column both have become one row. */
export function merge(frames: readonly Frame[]): Frame[] {
  if (frames.length < 2) return [...frames];
  const fields = frames.flatMap((frame) => frame.fields);
  const shared = [...new Set(fields.map(nameOf))].filter((name) =>
    frames.every((frame) => frame.fields.some((f) => nameOf(f) === name)),
  );
  const merged = new Map<string, Row[]>();
  for (const frame of frames) {
    for (const row of rowsOf(frame)) {
      const key = JSON.stringify(shared.map((name) => row.get(name) ?? null));
      const group = merged.get(key) ?? [];
      const fits = group.find((other) =>
        [...row].every(([name, value]) => !other.has(name) || other.get(name) === value),
      );
      if (fits) for (const [name, value] of row) fits.set(name, value);
      else group.push(row);
      merged.set(key, group);
    }
  }
  return [fromRows(frames[0]?.refId ?? 'A', [...merged.values()].flat(), fields)];
}

/** Labels as columns beside the value (or, in rows mode, as a table of label and value). */
export function labelsToFields(frames: readonly Frame[], options: Options): Frame[] {
  const keep: string[] | undefined = options.keepLabels;
  const wanted = (labels: Field['labels']) =>
    Object.entries(labels ?? {}).filter(([key]) => !keep || keep.includes(key));
  if (options.mode === 'rows') {
    return frames.map((frame) => {
      const pairs = wanted(frame.fields.find((f) => f.labels)?.labels);
      const column = (name: string, at: 0 | 1): Field => ({
        name,
        type: 'string',
        values: pairs.map((p) => p[at]),
        config: {},
      });
      return { refId: frame.refId, fields: [column('label', 0), column('value', 1)] };
    });
  }
  const spread = frames.map((frame): Frame => {
    const length = frame.fields[0]?.values.length ?? 0;
    const labelled = frame.fields.filter((f) => f.labels);
    const pairs = new Map(labelled.flatMap((f) => wanted(f.labels)));
    const named: string | undefined = options.valueLabel
      ? labelled[0]?.labels?.[options.valueLabel]
      : undefined;
    if (options.valueLabel) pairs.delete(options.valueLabel);
    const [time, ...values] = frame.fields;
    return {
      refId: frame.refId,
      fields: [
        ...(time ? [time] : []),
        ...[...pairs].map(
          ([name, value]): Field => ({
            name,
            type: 'string',
            values: Array<Cell>(length).fill(value),
            config: {},
          }),
        ),
        ...values.map((f) => ({ ...f, name: named ?? f.name, labels: undefined, legend: undefined })),
      ],
    };
  });
  return merge(spread);
}

/** Columns side by side, matched by a field (by default the time). */
export function joinByField(frames: readonly Frame[], options: Options): Frame[] {
  const by = (frame: Frame) =>
    frame.fields.find((f) =>
      options.byField ? nameOf(f) === options.byField || f.name === options.byField : f.type === 'time',
    );
  const joinable = frames.filter(by);
  const keys = joinable.map((frame) => by(frame)?.values ?? []);
  let all = [...new Set(keys.flat())];
  if (options.mode === 'inner') all = all.filter((key) => keys.every((values) => values.includes(key)));
  if (all.every((key) => typeof key === 'number')) all.sort((a, b) => Number(a) - Number(b));
  const first = joinable[0] && by(joinable[0]);
  if (!first) return [];
  const columns = joinable.flatMap((frame, i) => {
    const at = new Map((keys[i] ?? []).map((key, row) => [key, row]));
    return frame.fields
      .filter((f) => f !== by(frame))
      .map((f): Field => ({ ...f, values: all.map((key) => f.values[at.get(key) ?? -1] ?? null) }));
  });
  const repeated = (name: string) => columns.filter((f) => nameOf(f) === name).length > 1;
  const named = columns.map((f, i) => (repeated(nameOf(f)) ? { ...f, name: `${nameOf(f)} ${i + 1}` } : f));
  return [{ refId: joinable[0]?.refId ?? 'A', fields: [{ ...first, values: all }, ...named] }];
}

/** A row a group, with calculations of the other columns. */
export function groupBy(frames: readonly Frame[], options: Options): Frame[] {
  const rules: Record<string, { operation?: string; aggregations?: string[] }> = options.fields ?? {};
  return frames.map((frame) => {
    const keys = frame.fields.filter((f) => rules[nameOf(f)]?.operation === 'groupby');
    if (keys.length === 0) return frame;
    const groups = new Map<string, number[]>();
    (keys[0]?.values ?? []).forEach((_value, i) => {
      const key = JSON.stringify(keys.map((f) => f.values[i] ?? null));
      groups.set(key, [...(groups.get(key) ?? []), i]);
    });
    const rows = [...groups.values()];
    return {
      refId: frame.refId,
      fields: [
        ...keys.map((f) => ({ ...f, values: rows.map((row) => f.values[row[0] ?? 0] ?? null) })),
        ...frame.fields.flatMap((f) =>
          rules[nameOf(f)]?.operation === 'aggregate'
            ? (rules[nameOf(f)]?.aggregations ?? []).map(
                (calc): Field => ({
                  ...f,
                  name: `${nameOf(f)} (${calc})`,
                  legend: undefined,
                  type: f.type === 'string' ? 'string' : 'number',
                  values: rows.map((row) =>
                    reduce(
                      row.map((i) => f.values[i] ?? null),
                      calc,
                    ),
                  ),
                }),
              )
            : [],
        ),
      ],
    };
  });
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** A new column from two others (`binary`) or from all numbers of a row (`reduceRow`). */
export function calculateField(frames: readonly Frame[], options: Options): Frame[] {
  const [frame] = frames.length > 1 ? joinByField(frames, {}) : frames;
  if (!frame) return [];
  const length = frame.fields[0]?.values.length ?? 0;
  const column = (name: string) => frame.fields.find((f) => nameOf(f) === name || f.name === name);
  const operand = (side: unknown): ((i: number) => number) => {
    // A side is a name, a number, or (newer dashboards) { fixed } or { matcher }.
    const text =
      typeof side === 'object' && side !== null
        ? ((side as Options).fixed ?? (side as Options).matcher?.options)
        : side;
    const found = column(String(text));
    return (i) => (found ? Number(found.values[i] ?? Number.NaN) : Number(text));
  };
  let values: Cell[] = [];
  let name: string = options.alias ?? '';
  if (options.mode === 'binary') {
    const { left, right, operator = '+' } = options.binary ?? {};
    const [a, b] = [operand(left), operand(right)];
    values = Array.from({ length }, (_, i) => OPERATORS[operator]?.(a(i), b(i)) ?? null);
    name ||= `${left} ${operator} ${right}`;
  } else {
    const calc: string = options.reduce?.reducer ?? 'sum';
    const include: string[] | undefined = options.reduce?.include;
    const fields = frame.fields.filter(
      (f) => f.type === 'number' && (!include || include.includes(nameOf(f))),
    );
    values = Array.from({ length }, (_, i) =>
      reduce(
        fields.map((f) => f.values[i] ?? null),
        calc,
      ),
    );
    name ||= calcTitle(calc);
  }
  const result: Field = {
    name,
    type: 'number',
    values: values.map((v) => (Number.isNaN(v) ? null : v)),
    config: {},
  };
  const kept = options.replaceFields ? frame.fields.filter(({ type }) => type === 'time') : frame.fields;
  return [{ ...frame, fields: [...kept, result] }];
}
