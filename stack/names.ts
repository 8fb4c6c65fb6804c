import { DEPENDENCIES, type DependencyName } from '../catalogue/services.ts';
import { serviceAvailability } from '../rules/alerts/services.ts';
import { shippedRules } from '../rules/modules.ts';
import { type Settings, set } from './settings/index.ts';

/** Names of services whose alerts would have the names of other alerts, so that one could not be told from the other. */
export function serviceNameProblems({ services, given, rules, stack }: Settings): readonly string[] {
  const taken = new Map(
    shippedRules({
      services: [],
      dependencies: Object.keys(DEPENDENCIES) as DependencyName[],
      weights: rules.healthWeights,
    }).alerts.map(({ name }) => [name, 'an alert of the stack']),
  );
  return services.flatMap((service) => {
    const alerts = serviceAvailability([
      { name: service.name, copies: service.find !== undefined },
    ]).alerts.map(({ name }) => name);
    const both = alerts.find((name) => taken.has(name));
    const owner = both && taken.get(both);
    for (const name of alerts) taken.set(name, `an alert of the service ${service.name}`);
    if (both === undefined) return [];
    const key = `services[${given.services.indexOf(service.name)}].name`;
    return [
      `${key} is "${service.name}", but its alert ${both} has the name of ${owner}; the alerts of a service are named after it. ` +
        `Change it: ${set(key, `<another name>`, stack)}`,
    ];
  });
}
