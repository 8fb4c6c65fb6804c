import { AREAS, type Change } from '../change.ts';
import { describeReaders, graphOf } from '../graph.ts';
import type { Model } from '../model.ts';

/**
 * A metric that is read under another name is told once, with where. It was renamed, and that is harmless, where the
 * catalogue declares it anew as what it was and nothing reads the old name. Otherwise another metric is read, and only
 * people know what that means.
 */
export function renamedMetrics(found: readonly Change[], before: Model, after: Model): Change[] {
  const renames = found.filter((change) => change.renames !== undefined);
  const others = found.filter((change) => change.renames === undefined);
  return [
    ...others,
    ...[...Map.groupBy(renames, ({ renames: of }) => `${of?.before} → ${of?.after}`)].flatMap(
      ([text, changes]): Change[] => {
        const [first] = changes;
        const { before: old = '', after: subject = '' } = first?.renames ?? {};
        const isDeclared = declaredAnew(before, old, after, subject);
        if (first !== undefined && changes.length === 1 && !isDeclared) return [first];
        const places = [...new Set(changes.map(({ area, subject: of }) => `${AREAS[area]}: ${of}`))];
        const still = describeReaders(graphOf(after)(old));
        return [
          {
            area: 'metric',
            subject,
            kind: 'changed',
            text:
              `read instead of ${old}, in ${changes.length} places` +
              (isDeclared
                ? ''
                : still === ''
                  ? ', and nothing says that it is the same metric'
                  : `; ${old} is still read by ${still}`),
            effect: isDeclared ? 'neutral' : 'unclear',
            after: [text, ...places].join('\n'),
            reaches: places,
          },
        ];
      },
    ),
  ];
}

/** Suffixes that a histogram's series have and its declaration has not. */
const SUFFIX = /_(bucket|count|sum)$/;

/** Whether the catalogue has a metric under another name, declared as what it was, and no longer under the old one. */
function declaredAnew(before: Model, old: string, after: Model, fresh: string): boolean {
  const [was, is] = [before.declared?.metrics, after.declared?.metrics];
  if (was === undefined || is === undefined) return false;
  const names = (name: string) => [name, name.replace(SUFFIX, '')];
  return names(old).some((one, index) => {
    const other = names(fresh)[index] ?? fresh;
    return (
      was[one] !== undefined && is[one] === undefined && was[other] === undefined && was[one] === is[other]
    );
  });
}
