import type { AlertModel, DashboardModel, Model, RecordingModel } from '../../operations/review/model.ts';
import { notifiedOf } from '../../operations/review/notified.ts';

/** A model with some change, and words for it. */
export interface Altered {
  readonly what: string;
  readonly model: Model;
}

export type Json = Record<string, unknown>;

/** Every group of plain data below a value, itself included. */
export function groupsIn(value: unknown): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(groupsIn);
  return Array.isArray(value) ? inner : [value as Json, ...inner];
}

export function withAlert(model: Model, name: string, change: Partial<AlertModel>): Model {
  const was = model.alerts.get(name);
  if (was === undefined) throw new Error(`there is no alert ${name}`);
  const alerts = new Map(model.alerts).set(name, { ...was, ...change });
  return { ...model, alerts };
}

export function withRecording(model: Model, key: string, change: Partial<RecordingModel>): Model {
  const was = model.recordings.get(key);
  if (was === undefined) throw new Error(`there is no recording rule ${key}`);
  return { ...model, recordings: new Map(model.recordings).set(key, { ...was, ...change }) };
}

export function withBoard(model: Model, uid: string, edit: (json: Json) => void): Model {
  const was = model.dashboards.get(uid);
  if (was === undefined) throw new Error(`there is no dashboard ${uid}`);
  const json = structuredClone(was.json) as Json;
  edit(json);
  const now: DashboardModel = { ...was, json };
  return { ...model, dashboards: new Map(model.dashboards).set(uid, now) };
}

/** Another configuration of Alertmanager, with who hears of each alert under it. */
export function withAlertmanager(model: Model, edit: (config: Json) => void): Model {
  const alertmanager = structuredClone(model.alertmanager);
  edit(alertmanager as unknown as Json);
  const alerts = new Map(
    [...model.alerts].map(([name, alert]) => [
      name,
      { ...alert, notified: alert.sent === undefined ? [] : notifiedOf(alertmanager, alert.sent) },
    ]),
  );
  return { ...model, alertmanager, alerts };
}

/** An alert with another label, and what follows from it. */
export function withLabel(model: Model, name: string, label: string, value: string): Model {
  const was = model.alerts.get(name);
  if (was === undefined) throw new Error(`there is no alert ${name}`);
  const sent = was.sent && { ...was.sent, [label]: value };
  const notified = sent === undefined ? [] : notifiedOf(model.alertmanager, sent);
  const labelSets = model.labelSets.map((labels) =>
    labels.alertname === name ? { ...labels, [label]: value } : labels,
  );
  const changed = withAlert(model, name, { labels: { ...was.labels, [label]: value }, sent, notified });
  return { ...changed, labelSets };
}
