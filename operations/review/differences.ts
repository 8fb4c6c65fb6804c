/** One leaf that differs between two values of plain data. */
export interface Difference {
  /** `global.scrape_interval`, `receivers[0].name`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

const NOTHING = 'nothing';

/** Keys whose values are never shown, wherever they stand. */
const SENSITIVE = /passw|secret|token|credential|api_?key|routing_?key|authorization/i;

/** The leaves that differ. Values of keys that could be secrets are left out of it. */
export function differences(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (before === after) return [];
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  if (isGroup(before) && isGroup(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      differences(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  }
  const [was, is] = [shown(path, before), shown(path, after)];
  // The text “1” and the number 1 look alike.
  if (was === is && typeof before !== typeof after && before != null && after != null && !isSensitive(path))
    return [{ path, before: JSON.stringify(before), after: JSON.stringify(after) }];
  return was === is && before !== undefined && after !== undefined && !isSensitive(path)
    ? []
    : [{ path, before: was, after: is }];
}

/** Items that come and go do not change their neighbours; as many that come as go are told one by one. */
function ofLists(before: readonly unknown[], after: readonly unknown[], path: string): readonly Difference[] {
  const removed = without(before, after);
  const added = without(after, before);
  if (removed.length === 0 && added.length === 0) {
    const moved = before.some((item, index) => JSON.stringify(item) !== JSON.stringify(after[index]));
    return moved ? [{ path, before: 'one order', after: 'another' }] : [];
  }
  if (removed.length === added.length)
    return removed.flatMap((item, index) =>
      differences(item, added[index], `${path}[${before.indexOf(item)}]`),
    );
  return [
    ...removed.map((item) => ({ path, before: shown(path, item), after: NOTHING })),
    ...added.map((item) => ({ path, before: NOTHING, after: shown(path, item) })),
  ];
}

/** The items of one list that are not in another; of equal ones, those that are more. */
function without(items: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  const left = others.map((item) => JSON.stringify(item));
  return items.filter((item) => {
    const at = left.indexOf(JSON.stringify(item));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** `global.scrape_interval: 15s → 30s` */
export function describeDifference({ path, before, after }: Difference): string {
  if (isSensitive(path)) return `${path} changed`;
  if (before === NOTHING) return `${path}: ${after} added`;
  return after === NOTHING ? `${path}: ${before} removed` : `${path}: ${before} → ${after}`;
}

type Group = Readonly<Record<string, unknown>>;
const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null;
const isSensitive = (path: string) => SENSITIVE.test(path);

function shown(path: string, value: unknown): string {
  if (value === undefined || value === null) return NOTHING;
  if (isSensitive(path)) return 'a value';
  const text = typeof value === 'string' ? value : JSON.stringify(hidden(value));
  // An address may carry a name and a password.
  return text.replaceAll(/\/\/[^/@\s"]+@/g, '//…@');
}

function hidden(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key !== '' && isSensitive(key) ? 'a value' : inner)),
  );
}
