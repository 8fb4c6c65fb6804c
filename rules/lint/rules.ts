import { walk } from '../../lib/promql/ast.ts';
import { seconds, tryParse } from '../../lib/promql/parse.ts';
import { isAlert, RECORD_NAME, RESERVED_LABELS, SEVERITIES } from '../alert.ts';
import { type Lint, nameOf, perAlert, perRule, rulesOf } from './lint.ts';

const SHORTEST_INTERVAL = '10s';
/** Prometheus forgets a series after 5 minutes without a sample. */
const LONGEST_INTERVAL = '2m';
const LONGEST_FOR = '1h';

export const ruleLints: readonly Lint[] = [
  {
    name: 'group/interval',
    check: ({ groups }) =>
      groups
        .filter(({ interval }) => interval !== undefined)
        .filter(({ interval = '' }) => {
          const value = seconds(interval);
          return !(value >= seconds(SHORTEST_INTERVAL) && value <= seconds(LONGEST_INTERVAL));
        })
        .map(({ name, interval }) => ({
          rule: name,
          message: `interval ${interval}: from ${SHORTEST_INTERVAL} to ${LONGEST_INTERVAL}`,
        })),
  },
  {
    name: 'rule/dependency',
    check: (set) => {
      const recorded = new Set(set.recordings.map(({ record }) => record));
      const order = set.groups.flatMap((group) => group.rules.map((rule) => ({ rule, group: group.name })));
      const last = new Map(
        order.map(({ rule, group }, index) => [isAlert(rule) ? '' : rule.record, { group, index }]),
      );
      return order.flatMap(({ rule, group }, index) => {
        const root = tryParse(rule.expr);
        const read = root
          ? [...walk(root)].flatMap((part) => (part.kind === 'selector' ? [part.metric] : []))
          : [];
        return [...new Set(read)].flatMap((metric) => {
          if (Object.hasOwn(set.recorded, metric) && !recorded.has(metric)) {
            return [{ rule: nameOf(rule), message: `reads ${metric}, which no rule records` }];
          }
          const source = last.get(metric);
          return isAlert(rule) && source && source.group === group && source.index > index
            ? [{ rule: nameOf(rule), message: `reads ${metric} before its group records it` }]
            : [];
        });
      });
    },
  },
  {
    name: 'rule/duplicate',
    check: (set) => {
      const keys = rulesOf(set).map((rule) => ({
        rule: nameOf(rule),
        key: isAlert(rule)
          ? rule.name
          : `${rule.record} ${JSON.stringify(Object.entries(rule.labels ?? {}).sort())}`,
      }));
      return keys
        .filter(({ key }, index) => keys.findIndex((other) => other.key === key) !== index)
        .map(({ rule }) => ({ rule, message: 'is there twice' }));
    },
  },
  perAlert('rule/for', (alert) =>
    seconds(alert.for) > seconds(LONGEST_FOR) ? [`waits ${alert.for}, longer than ${LONGEST_FOR}`] : [],
  ),
  perRule('rule/label', (rule) => {
    if (!isAlert(rule)) return [];
    const required = rule.bareLabels ? ['severity', 'service'] : ['severity', 'service', 'team', 'signal'];
    return [
      ...required.filter((label) => !rule.labels[label]).map((label) => `has no label ${label}`),
      ...(SEVERITIES.some((severity) => severity === rule.labels.severity)
        ? []
        : [`severity “${rule.labels.severity}” is none of ${SEVERITIES.join(', ')}`]),
    ];
  }),
  perRule('rule/name', (rule) => {
    if (isAlert(rule)) return /^[A-Z][A-Za-z0-9]+$/.test(rule.name) ? [] : ['is not CamelCase'];
    return RECORD_NAME.test(rule.record) ? [] : ['is not level:metric:operations'];
  }),
  perRule('rule/reject', (rule) =>
    Object.keys(rule.labels ?? {})
      .filter((label) => RESERVED_LABELS.includes(label))
      .map((label) => `sets the label ${label}, which is not a rule’s to set`),
  ),
];
