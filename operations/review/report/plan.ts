import type { Cell, State } from '../../reports/document.ts';
import type { Part } from './document.ts';

/** What would happen to a resource. */
export interface PlannedChange {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly properties: readonly { readonly path: string; readonly kind: string }[];
}

export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** Resources that stay as they are. */
  readonly same: number;
}

/** Types of resources that hold data, on whichever platform: to lose one is to lose what is in it. */
const HOLDS_DATA = /:(Volume|PersistentVolume|PersistentVolumeClaim|StatefulSet)$/;

const WORDS: Readonly<Record<string, string>> = { create: 'create', update: 'change', delete: 'remove' };
const word = (op: string) => WORDS[op] ?? 'replace';

const loses = ({ op, type }: PlannedChange) =>
  ['remove', 'replace'].includes(word(op)) && HOLDS_DATA.test(type);

/** The engine's plan as a table: what loses data first, then what is removed or replaced. */
export function planPart({ changes, same }: Plan): Part {
  const counts = [...Map.groupBy(changes, ({ op }) => word(op))].map(
    ([what, { length }]) => `${length} to ${what}`,
  );
  const lost = changes.filter(loses).length;
  const rank = (change: PlannedChange) =>
    loses(change) ? 0 : ['replace', 'remove', 'change', 'create'].indexOf(word(change.op)) + 1;
  return {
    title: 'Resource plan',
    summary: [
      ...(lost > 0 ? [`${lost} with data removed or replaced`] : []),
      ...(counts.length > 0 ? counts : ['nothing would change']),
      `${same} as they are`,
    ].join(', '),
    open: lost > 0,
    sections:
      changes.length === 0
        ? []
        : [
            {
              title: 'Resources',
              table: {
                head: ['', 'resource', 'type', 'properties'],
                rows: changes.toSorted((a, b) => rank(a) - rank(b)).map(row),
              },
            },
          ],
  };
}

/** Why there is no plan. */
export const noPlan = (why: string): Part => ({
  title: 'Resource plan',
  summary: 'not made',
  open: false,
  sections: [],
  details: [{ title: 'Why', after: why }],
});

function row(change: PlannedChange): readonly Cell[] {
  const { op, type, name, properties } = change;
  const state: State = loses(change) ? 'bad' : ['remove', 'replace'].includes(word(op)) ? 'warn' : 'none';
  return [
    { text: loses(change) ? `${word(op)}: data is lost` : word(op), state },
    name,
    type.split(':').at(-1) ?? type,
    properties.map(({ path }) => path).join(', '),
  ];
}
