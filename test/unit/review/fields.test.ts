import { dump, load } from 'js-yaml';
import { expect, test } from 'vitest';
import { diff } from '../../../operations/review/diff/index.ts';
import { type Model, modelOf } from '../../../operations/review/model.ts';
import { BASE } from './versions.ts';

type Path = readonly (string | number)[];

/** Grafana or provisioning sets these anew with every save. */
const SET_ANEW = ['version', 'iteration', 'id', 'gnetId'];

/** One leaf of each kind: places in lists count as one. */
function leaves(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

const kindOf = (path: Path): string => path.map((key) => (typeof key === 'number' ? '*' : key)).join('.');

function changed(document: unknown, path: Path): unknown {
  const copy = structuredClone(document) as Record<string | number, unknown>;
  const place = path.slice(0, -1).reduce((at, key) => at[key] as typeof copy, copy);
  const key = path.at(-1) ?? '';
  const value = place[key];
  place[key] =
    typeof value === 'number'
      ? value + 1
      : typeof value === 'boolean'
        ? !value
        : key.toString().endsWith('interval')
          ? '7m'
          : `${value}x`;
  return copy;
}

const FILES = [
  'prometheus/prometheus.yml',
  'alertmanager/alertmanager.yml',
  'grafana/provisioning/datasources/prometheus.yaml',
  'grafana/provisioning/dashboards/feature-store.yaml',
  'grafana/dashboards/operations/stream-processing.json',
];

/** The version with another text of a file. Nothing but its board depends on a board, which is read in no time. */
function withFile(before: Model, file: string, text: string): Model {
  if (!file.startsWith('grafana/dashboards/'))
    return modelOf({ ...BASE, files: { ...BASE.files, [file]: text } });
  const { dashboards } = modelOf({ ...BASE, files: { [file]: text } });
  const [was] = modelOf({ ...BASE, files: { [file]: BASE.files[file] ?? '' } }).dashboards.keys();
  const others = [...before.dashboards].filter(([uid]) => uid !== was);
  return { ...before, dashboards: new Map([...others, ...dashboards]) };
}

test.each(FILES)('no field of %s changes unseen', (file) => {
  const before = modelOf(BASE);
  const text = BASE.files[file] ?? '';
  const isJson = file.endsWith('.json');
  const document: unknown = isJson ? JSON.parse(text) : load(text);
  const kinds = new Map(leaves(document).map((path) => [kindOf(path), path]));
  const unseen = [...kinds].filter(([, path]) => {
    if (path.length === 1 && SET_ANEW.includes(String(path[0]))) return false;
    const after = changed(document, path);
    try {
      return diff(before, withFile(before, file, isJson ? JSON.stringify(after) : dump(after))).length === 0;
    } catch {
      // What no program would read is refused before it is compared.
      return false;
    }
  });
  expect(unseen.map(([kind]) => kind)).toEqual([]);
});
