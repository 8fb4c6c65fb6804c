import type { ImportsOf } from '../../tools/imports.ts';

/** Groups of files each of which imports every other, directly or not: Tarjan's strongly connected components. */
export function cycles(files: readonly string[], importsOf: ImportsOf): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const found: (readonly string[])[] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    open.push(file);
    let low = index;
    for (const to of importsOf(file)) {
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (open.includes(to)) low = Math.min(low, order.get(to) ?? low);
    }
    if (low === index) {
      const group = open.splice(open.indexOf(file));
      if (group.length > 1 || importsOf(file).includes(file)) found.push(group.sort());
    }
    return low;
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}
