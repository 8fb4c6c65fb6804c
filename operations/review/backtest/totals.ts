import type { Recording } from '../../../rules/index.ts';
import { directExpression } from '../../../rules/slo/direct.ts';
import type { RuleVersion } from './rules.ts';

/**
 * The expression of a recording rule from which history is computed that a server has not recorded: one that reads no
 * series' own past.
 */
export const computedFrom = ({ recordings }: Pick<RuleVersion, 'recordings'>, rule: Recording): string =>
  directExpression(rule, (slo) =>
    recordings.some(({ record, labels }) => record === 'slo:slice_bad:bool' && labels?.slo === slo)
      ? 'slices'
      : 'events',
  );
