/** Names that a message shows before it counts the rest. */
const SHOWN = 5;

/** Names as a sentence has them: `a`, `a and b`, `a, b, c, d, e and 9 more`. */
export function listed(names: readonly string[]): string {
  const [first = '', ...rest] = names.length > SHOWN + 1 ? names.slice(0, SHOWN) : names;
  if (rest.length === 0) return first;
  const more = names.length - rest.length - 1;
  const last = more > 0 ? `${more} more` : rest.at(-1);
  return `${[first, ...(more > 0 ? rest : rest.slice(0, -1))].join(', ')} and ${last}`;
}
