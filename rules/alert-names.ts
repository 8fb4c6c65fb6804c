/** `inference-api` → `InferenceAPI`, `ml-pipeline` → `MLPipeline`. */
export const camel = (name: string): string =>
  name
    .split('-')
    .map((part) =>
      ['api', 'ml', 'slo'].includes(part) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1),
    )
    .join('');

/** What the alerts of a service of the user’s own are about. */
export type SharedKind = 'Down' | 'ProbeFailing' | 'CopiesLost';

/** Kinds by the name under which the alerts of every service of the user’s own arrive. */
const SHARED: ReadonlyMap<string, SharedKind> = new Map([
  ['ServiceDown', 'Down'],
  ['ServiceProbeFailing', 'ProbeFailing'],
  ['ServiceCopiesLost', 'CopiesLost'],
]);

/** Name under which the alerts of one kind arrive, whatever the service. */
export const sharedName = (kind: SharedKind): string => `Service${kind}`;

/** Name that settings have for the alert of a service: `CheckoutDown` for `ServiceDown` of the service `checkout`. */
export const alertOf = (service: string, kind: string): string => `${camel(service)}${kind}`;

/**
 * Name that settings, policies and reviews have for an alert: that of its own, where it shares the name under which it
 * arrives with the alerts of other services.
 * @param alertname the name in the rule file and in messages.
 * @param labels those of the rule, or of the alert that it makes.
 */
export function settingsName(alertname: string, labels: Readonly<Record<string, string>>): string {
  const kind = SHARED.get(alertname);
  return kind === undefined || !labels.service ? alertname : alertOf(labels.service, kind);
}

/** The same of an alert as it arrives, by its labels. */
export const settingsNameOf = (labels: Readonly<Record<string, string>>): string =>
  settingsName(labels.alertname ?? '', labels);
