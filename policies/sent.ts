import { load } from 'js-yaml';
import type { Labels } from '../notifications/index.ts';
import { type RelabelStep, relabelled } from '../notifications/relabel.ts';

interface PrometheusFile {
  readonly global?: { readonly external_labels?: Labels };
  readonly alerting?: { readonly alert_relabel_configs?: readonly RelabelStep[] };
}

/**
 * With which labels alerts leave a Prometheus: external labels first, then relabelling.
 * @param text of its `prometheus.yml`. Default: one that changes nothing.
 * @returns the labels of an alert, or undefined where relabelling drops it.
 */
export function sender(text = '{}'): (labels: Labels) => Labels | undefined {
  const { global, alerting } = load(text) as PrometheusFile;
  const steps = alerting?.alert_relabel_configs ?? [];
  return (labels) => relabelled(steps, { ...global?.external_labels, ...labels });
}
