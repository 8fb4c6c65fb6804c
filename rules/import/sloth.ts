import { DEFAULT_MINIMUM_EVENTS, DEFAULT_SLO_WINDOW } from '../../catalogue/slos.ts';
import { burnAlertName } from '../slo/alerts.ts';
import { type Imported, isGroup, slug, textOf, textsOf } from './form.ts';
import { type ImportedSlo, objectiveOf, ranged, sloBase } from './slo.ts';

const EVENTS_EXAMPLE = `sli:
  events:
    error_query: sum(rate(orders_total{code=~"5.."}[{{.window}}]))
    total_query: sum(rate(orders_total[{{.window}}]))`;

/** A key in the spelling of the file or of the Kubernetes object. */
const either = (group: Readonly<Record<string, unknown>>, key: string): unknown =>
  group[key] ?? group[key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())];

/**
 * Imports a file of Sloth, `prometheus/v1` or its Kubernetes object, as it stands.
 * @param problems takes what keeps an SLO from being built, without the path.
 */
export function importSloth(document: Readonly<Record<string, unknown>>, problems: string[]): Imported {
  const spec = isGroup(document.spec) ? document.spec : document;
  const service = textOf(spec.service);
  const { slos } = spec;
  if (service === undefined)
    problems.push('service is missing: whose SLOs they are, such as service: orders');
  if (!Array.isArray(slos)) problems.push('slos is missing: a list of SLOs is wanted');
  const advice: string[] = [];
  const imported = (Array.isArray(slos) ? slos : []).flatMap((slo: unknown, index): ImportedSlo[] => {
    const where = `slos[${index}]`;
    if (!isGroup(slo) || textOf(slo.name) === undefined) {
      problems.push(`${where}.name is missing: each SLO has a name`);
      return [];
    }
    return sloOf(slo, {
      where,
      service: service ?? 'orders',
      labels: textsOf(spec.labels),
      problems,
      advice,
    });
  });
  return { groups: [], slos: imported, written: [], advice };
}

interface Within {
  readonly where: string;
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly problems: string[];
  readonly advice: string[];
}

function sloOf(slo: Readonly<Record<string, unknown>>, within: Within): ImportedSlo[] {
  const { where, service, problems, advice } = within;
  const name = textOf(slo.name) ?? '';
  const place = `${where} (${name})`;
  const sli = isGroup(slo.sli) ? slo.sli : {};
  const events = isGroup(sli.events) ? sli.events : undefined;
  const [bad, total] = ['error_query', 'total_query'].map((key) => textOf(events && either(events, key)));
  if (bad === undefined || total === undefined) {
    const given = Object.keys(sli).filter((key) => key !== 'events');
    problems.push(
      `${place}: sli.events.error_query and sli.events.total_query are wanted${given.length > 0 ? `; of ${given.join(' and ')} nothing says how many events there were` : ''}. Write, for example:\n${EVENTS_EXAMPLE}`,
    );
    return [];
  }
  const alerting = isGroup(slo.alerting) ? slo.alerting : {};
  const page = either(alerting, 'page_alert');
  const id = slug(`${service}-${name}`);
  const alert = textOf(alerting.name);
  if (alert !== undefined)
    advice.push(
      `${place}: its burn alerts are called ${burnAlertName(id, 'fast')} and ${burnAlertName(id, 'slow')} here, not ${alert}`,
    );
  return [
    {
      ...sloBase(id, {
        service,
        title: `${service}: ${name}`,
        promise: textOf(slo.description),
        labels: { ...within.labels, ...textsOf(slo.labels) },
      }),
      kind: 'events',
      objective: objectiveOf(slo.objective, `${place}.objective`, problems),
      windowDays: DEFAULT_SLO_WINDOW,
      bad: ranged(bad, false, `${place}.sli.events.error_query`, problems),
      total: ranged(total, false, `${place}.sli.events.total_query`, problems),
      minimumEvents: DEFAULT_MINIMUM_EVENTS,
      ...(isGroup(page) && textOf(page.disable) === 'true' && { pages: false }),
    },
  ];
}
