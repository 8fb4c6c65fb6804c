import type { Transformation } from './dashboard.ts';
import { type Cell, type Field, type Frame, rowCount } from './frame.ts';
import { calcTitle, reduce } from './reduce.ts';
import { calculateField, groupBy, joinByField, labelsToFields, merge } from './transform-tables.ts';

// biome-ignore lint/suspicious/noExplicitAny: each transformation has options of its own
type Options = Record<string, any>;
type Apply = (frames: readonly Frame[], options: Options) => Frame[];

const nameOf = (field: Field) => field.displayName ?? field.legend ?? field.name;

/** A pattern as Grafana stores it: `/…/flags`, or the bare body. */
export function pattern(text: string): RegExp {
  const [, body, flags] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  return new RegExp(body ?? text, flags);
}

const mapFields = (frames: readonly Frame[], map: (fields: Field[], frame: Frame) => Field[]): Frame[] =>
  frames.map((frame) => ({ ...frame, fields: map(frame.fields, frame) }));

/** The same rows of every column, by index. */
const pickRows = (frame: Frame, rows: readonly number[]): Frame => ({
  ...frame,
  fields: frame.fields.map((field) => ({ ...field, values: rows.map((i) => field.values[i] ?? null) })),
});

const indices = (frame: Frame) => Array.from({ length: rowCount(frame) }, (_, i) => i);

const organize: Apply = (
  frames,
  { excludeByName = {}, includeByName = {}, indexByName = {}, renameByName = {} },
) =>
  mapFields(frames, (fields) => {
    const only = Object.values(includeByName).some(Boolean);
    return fields
      .filter((f) => !excludeByName[nameOf(f)] && (!only || includeByName[nameOf(f)]))
      .map((field, i) => ({ field, order: indexByName[nameOf(field)] ?? 1000 + i }))
      .sort((a, b) => a.order - b.order)
      .map(({ field }) => {
        const name = renameByName[nameOf(field)];
        return name ? { ...field, name, legend: name } : field;
      });
  });

const filterFieldsByName: Apply = (frames, { include, exclude }) => {
  const hit = (f: Field, rule?: { names?: string[]; pattern?: string }) =>
    (rule?.names ?? []).includes(nameOf(f)) ||
    (rule?.pattern ? pattern(rule.pattern).test(nameOf(f)) : false);
  return mapFields(frames, (fields) =>
    fields.filter((f) => (include ? hit(f, include) : true) && !(exclude && hit(f, exclude))),
  );
};

function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** Rows by a column, as tables and `sortBy` order them. */
export function sortRows(frame: Frame, column: string, descending: boolean): Frame {
  const field = frame.fields.find((f) => nameOf(f) === column || f.name === column);
  if (!field) return frame;
  const rows = indices(frame).sort((a, b) => compare(field.values[a] ?? null, field.values[b] ?? null));
  return pickRows(frame, descending ? rows.reverse() : rows);
}

const reduceAll: Apply = (
  frames,
  { reducers = ['max'], mode = 'seriesToRows', labelsToFields: spread = false },
) => {
  const calcs: string[] = reducers;
  if (mode === 'reduceFields') {
    return mapFields(frames, (fields) =>
      fields
        .filter(({ type }) => type === 'number')
        .flatMap((f) =>
          calcs.map((calc) => ({
            ...f,
            name: calcs.length > 1 ? `${nameOf(f)} ${calcTitle(calc)}` : nameOf(f),
            values: [reduce(f.values, calc)],
          })),
        ),
    );
  }
  const numbers = frames.flatMap((frame) => frame.fields.filter(({ type }) => type === 'number'));
  const labels = spread ? [...new Set(numbers.flatMap((f) => Object.keys(f.labels ?? {})))] : [];
  const column = (name: string, type: Field['type'], values: Cell[]): Field => ({
    name,
    type,
    values,
    config: {},
  });
  return [
    {
      refId: frames[0]?.refId ?? 'A',
      fields: [
        column('Field', 'string', numbers.map(nameOf)),
        ...labels.map((label) =>
          column(
            label,
            'string',
            numbers.map((f) => f.labels?.[label] ?? null),
          ),
        ),
        ...calcs.map((calc) =>
          column(
            calcTitle(calc),
            'number',
            numbers.map((f) => reduce(f.values, calc)),
          ),
        ),
      ],
    },
  ];
};

const renameByRegex: Apply = (frames, { regex = '', renamePattern = '' }) =>
  mapFields(frames, (fields) =>
    fields.map((f) => {
      const name = nameOf(f).replace(pattern(regex), renamePattern);
      return name === nameOf(f) ? f : { ...f, name, legend: name };
    }),
  );

const TESTS: Readonly<Record<string, (value: Cell, options: Options) => boolean>> = {
  isNull: (v) => v === null,
  isNotNull: (v) => v !== null,
  equal: (v, o) => String(v) === String(o.value),
  notEqual: (v, o) => String(v) !== String(o.value),
  greater: (v, o) => Number(v) > Number(o.value),
  greaterOrEqual: (v, o) => Number(v) >= Number(o.value),
  lower: (v, o) => Number(v) < Number(o.value),
  lowerOrEqual: (v, o) => Number(v) <= Number(o.value),
  between: (v, o) => Number(v) >= Number(o.from) && Number(v) <= Number(o.to),
  regex: (v, o) => pattern(String(o.value)).test(String(v)),
  substring: (v, o) => String(v).toLowerCase().includes(String(o.value).toLowerCase()),
};

const filterByValue: Apply = (frames, { filters = [], type = 'include', match = 'any' }) =>
  frames.map((frame) => {
    const hits = (i: number) => {
      const results = (filters as { fieldName: string; config: { id: string; options?: Options } }[]).map(
        (filter) => {
          const field = frame.fields.find((f) => nameOf(f) === filter.fieldName);
          return field
            ? (TESTS[filter.config.id]?.(field.values[i] ?? null, filter.config.options ?? {}) ?? false)
            : false;
        },
      );
      return match === 'all' ? results.every(Boolean) : results.some(Boolean);
    };
    return pickRows(
      frame,
      indices(frame).filter((i) => hits(i) === (type === 'include')),
    );
  });

const convertFieldType: Apply = (frames, { conversions = [] }) =>
  mapFields(frames, (fields) =>
    fields.map((field) => {
      const target = (conversions as { targetField: string; destinationType: string }[]).find(
        (c) => c.targetField === nameOf(field),
      )?.destinationType;
      if (target === 'number')
        return { ...field, type: 'number', values: field.values.map((v) => (v === null ? v : Number(v))) };
      if (target === 'string')
        return { ...field, type: 'string', values: field.values.map((v) => (v === null ? v : String(v))) };
      if (target === 'time') return { ...field, type: 'time' };
      return field;
    }),
  );

const TRANSFORMATIONS: Readonly<Record<string, Apply>> = {
  organize,
  merge,
  labelsToFields,
  joinByField,
  seriesToColumns: joinByField,
  groupBy,
  calculateField,
  reduce: reduceAll,
  renameByRegex,
  filterFieldsByName,
  filterByRefId: (frames, { include, exclude }) =>
    frames.filter(
      ({ refId }) =>
        (include ? pattern(include).test(refId) : true) && !(exclude && pattern(exclude).test(refId)),
    ),
  sortBy: (frames, { sort = [] }) =>
    frames.map((frame) => (sort[0] ? sortRows(frame, sort[0].field, sort[0].desc === true) : frame)),
  limit: (frames, { limitField = 10 }) =>
    frames.map((frame) => pickRows(frame, indices(frame).slice(0, Number(limitField)))),
  filterByValue,
  convertFieldType,
  seriesToRows: (frames) => {
    const rows = frames.flatMap((frame) =>
      frame.fields
        .slice(1)
        .flatMap((f) =>
          f.values.map((value, i) => [frame.fields[0]?.values[i] ?? null, nameOf(f), value] as const),
        ),
    );
    rows.sort((a, b) => compare(b[0], a[0]));
    const field = (name: string, type: Field['type'], at: 0 | 1 | 2): Field => ({
      name,
      type,
      values: rows.map((r) => r[at]),
      config: {},
    });
    return [
      {
        refId: frames[0]?.refId ?? 'A',
        fields: [field('Time', 'time', 0), field('Metric', 'string', 1), field('Value', 'number', 2)],
      },
    ];
  },
};

export interface Transformed {
  frames: Frame[];
  /** Transformations that the preview does not know, in the order met. Grafana may show something else. */
  unknown: string[];
}

/** Applies a panel's transformations in their order. */
export function transform(
  frames: readonly Frame[],
  transformations: readonly Transformation[] = [],
): Transformed {
  const unknown: string[] = [];
  let current = [...frames];
  for (const { id, options = {}, disabled } of transformations) {
    if (disabled) continue;
    const apply = TRANSFORMATIONS[id];
    if (!apply) unknown.push(id);
    else if (current.length > 0) current = apply(current, options);
  }
  return { frames: current, unknown };
}
