import type { Detection, DrillEvent } from './record.ts';

/** A message that came while a drill ran. */
export interface Heard {
  readonly at: number;
  readonly receiver: string;
  readonly status: string;
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Expectation {
  /** Alerts that must come. */
  readonly alerts: readonly string[];
  /** Alerts that may follow from it. */
  readonly may: readonly string[];
  /** Of those that must come, the ones whose end is not waited for. */
  readonly lasting: readonly string[];
  /** Alerts of incidents that run at the same time. */
  readonly beside: readonly string[];
  /** Alerts that fired before the incident. */
  readonly before: readonly string[];
  readonly pagers: readonly string[];
}

/**
 * What a drill shows to be wrong: an expected alert that did not come or that nobody heard of, and a page that
 * nobody expected. The burn alerts of a service that is in trouble anyway are the same trouble, seen over time.
 */
export function problemsOf(
  expected: Expectation,
  detections: readonly Detection[],
  events: readonly DrillEvent[],
  heard: readonly Heard[],
): readonly string[] {
  const did = (alert: string, step: DrillEvent['step']) =>
    events.some((event) => event.alert === alert && event.step === step);
  const problems: string[] = [];
  for (const alert of expected.alerts) {
    const detection = detections.find((each) => each.alert === alert);
    if (!did(alert, 'firing')) problems.push(`${alert} did not fire`);
    else if (detection?.receivers.length === 0 && detection.quiet === undefined)
      problems.push(`${alert} fired, and no receiver heard of it`);
    else if (!did(alert, 'resolved') && !expected.lasting.includes(alert))
      problems.push(`${alert} did not resolve after recovery`);
  }
  return [...problems, ...unexpectedPages(expected, heard)];
}

/** Alerts, of some, that were told and whose end was not. @param heard in order. */
export function unended(heard: readonly Heard[], alerts: readonly string[]): readonly string[] {
  const last = new Map(heard.map((each) => [JSON.stringify(Object.entries(each.labels).sort()), each]));
  const open = [...last.values()].filter(({ status }) => status === 'firing');
  return alerts.filter((name) => open.some(({ alert }) => alert === name));
}

function unexpectedPages(
  { alerts, may, beside, before, pagers }: Expectation,
  heard: readonly Heard[],
): string[] {
  const known = new Set([...alerts, ...may, ...beside, ...before]);
  const services = new Set(heard.filter(({ alert }) => known.has(alert)).map(({ labels }) => labels.service));
  const follows = ({ labels }: Heard) => labels.burn !== undefined && services.has(labels.service);
  const pages = heard.filter(
    (each) =>
      each.status === 'firing' && pagers.includes(each.receiver) && !known.has(each.alert) && !follows(each),
  );
  return [
    ...new Set(pages.map(({ alert, receiver }) => `${alert} went to ${receiver}, which nobody expected`)),
  ];
}
