import type { Metric } from '../catalogue/metric.ts';
import type { Origin } from './user-rules.ts';

/** What two declarations of a metric must agree on. */
const said = ({ type, labels, native = false }: Metric): string =>
  `type ${type}, labels ${[...new Set(labels)].sort().join(', ') || 'none'}${native === false ? '' : `, native ${native}`}`;

/**
 * The metrics that a stack knows: those of the catalogue, `shipped`, and the user's own. Whatever the order of the files, two
 * declarations of a metric must agree; where they do not, both places are named in `problems`.
 */
export function ownMetrics(
  own: readonly Origin[],
  shipped: Readonly<Record<string, Metric>>,
  problems: string[],
): Readonly<Record<string, Metric>> {
  const declared = new Map(
    Object.entries(shipped).map(([name, metric]) => [name, { metric, origin: 'the catalogue' }]),
  );
  for (const { origin, rules } of own) {
    for (const [name, metric] of Object.entries(rules.metrics)) {
      const first = declared.get(name);
      if (first === undefined) declared.set(name, { metric, origin });
      else if (said(first.metric) !== said(metric)) {
        const mend =
          first.origin === 'the catalogue'
            ? 'A metric that ships is not declared anew: leave it out; labels that your targets bring go into the settings, rules.targetLabels'
            : 'Declare it once, or alike in both';
        // What reads it is judged once the two agree.
        const labels = [...new Set([...first.metric.labels, ...metric.labels])];
        declared.set(name, { ...first, metric: { ...first.metric, labels } });
        problems.push(
          `${origin}: metrics.${name} has ${said(metric)}, and in ${first.origin} it has ${said(first.metric)}. ${mend}`,
        );
      }
    }
  }
  return Object.fromEntries([...declared].map(([name, { metric }]) => [name, metric]));
}
