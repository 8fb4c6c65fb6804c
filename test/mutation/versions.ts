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

/** A recording rule under another name, and all that read it with it. */
export function withRenamed(model: Model, { record }: RecordingModel): Altered {
  const fresh = `${record}_anew`;
  const name = new RegExp(`(?<![\\w:])${record}(?![\\w:])`, 'g');
  const rewrite = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(name, fresh)) as T;
  return {
    what: `${record}: renamed`,
    model: {
      ...model,
      alerts: new Map(
        [...model.alerts].map(([key, alert]) => [
          key,
          { ...alert, expr: rewrite(alert.expr), annotations: rewrite(alert.annotations) },
        ]),
      ),
      recordings: new Map(
        [...model.recordings].map(([key, rule]) => [
          key.replaceAll(name, fresh),
          { ...rule, record: rewrite(rule.record), expr: rewrite(rule.expr) },
        ]),
      ),
      slos: new Map([...model.slos].map(([key, slo]) => [key, rewrite(slo)])),
      dashboards: new Map(
        [...model.dashboards].map(([key, each]) => [key, { ...each, json: rewrite(each.json) }]),
      ),
    },
  };
}

/** Whether a rule reads an hour of a series or more, as the rules of the stack are written. */
export const isReadFarBack = ({ alerts, recordings }: Model, record: string): boolean =>
  [...alerts.values(), ...recordings.values()].some(({ expr }) =>
    new RegExp(`(?<![\\w:])${record}(?:\\{[^}]*\\})?\\[\\d+[hdw]`).test(expr),
  );
