import { remove, set } from '../../lib/setting-commands.ts';
import type { RawSettings } from './schema.ts';

/** Labels that alerts are routed, grouped and inhibited by: one for every alert would hide what an alert lacks. */
const OF_ALERTS = ['alertname', 'severity', 'service', 'team', 'signal', 'slo'];

/**
 * Why a label must not leave Prometheus with every sample and alert. Default: it may. `cluster` is the stack's name unless
 * the settings give another.
 */
export function reservedExternalLabel(name: string): string | undefined {
  if (name === 'replica')
    return 'tells the twins of this Prometheus apart and is set by the stack: with a fixed value long-term storage mixes them up, and each alert is sent twice';
  if (name === 'environment') return 'is set from the setting environment: change that instead';
  if (name === 'job' || name === 'instance')
    return 'names the target of a sample, and is given by the scrape: a series without one would seem to come from a target that does not exist';
  if (OF_ALERTS.includes(name))
    return 'is set by each alert, which is routed and inhibited by it: an alert without it would seem to have it';
  if (name.startsWith('__')) return 'begins with __, which Prometheus keeps for itself and drops';
  return undefined;
}

/** What is wrong with `prometheus.externalLabels`. */
export function externalLabelProblems({ prometheus }: RawSettings, stack: string): readonly string[] {
  return Object.entries(prometheus.externalLabels).flatMap(([name, value]) => {
    const key = `prometheus.externalLabels.${name}`;
    const remedy = `Choose another name: ${remove(key, stack)}, then ${set('prometheus.externalLabels.<name>', value, stack)}`;
    const reserved = reservedExternalLabel(name);
    return reserved === undefined
      ? []
      : [
          `${key} is "${value}", but the label ${name} ${reserved}. ${remedyOf(name, value, stack) ?? remedy}`,
        ];
  });
}

function remedyOf(name: string, value: string, stack: string): string | undefined {
  return name === 'environment' ? `Change it: ${set('environment', value, stack)}` : undefined;
}

/** Why a target must not bring a label. Default: it may. */
export function reservedTargetLabel(name: string): string | undefined {
  if (name === 'replica')
    return 'is dropped from every alert, because it tells the twins of Prometheus apart: alerts of two targets would become one. Call it otherwise, such as copy';
  return undefined;
}

/** Prometheus replaces `$name` in an external label by a variable of its environment; `$$` is the sign itself. */
export const externalLabelValue = (value: string): string => value.replaceAll('$', '$$$$');
