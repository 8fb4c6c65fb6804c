/** How Grafana knows a data source. */
export interface DataSourceName {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
}

/** The data source that is provisioned, and that every dashboard opens with. */
export const DATA_SOURCE = { uid: 'prometheus', name: 'Prometheus', type: 'prometheus' } as const;

/** The Alertmanager that Grafana shows alerts and silences of. */
export const ALERTMANAGER_DATA_SOURCE = {
  uid: 'alertmanager',
  name: 'Alertmanager',
  type: 'alertmanager',
} as const;

/** What ours are called in a Grafana of somebody else, where these names and uids are likely to be taken. */
export const EXTERNAL_DATA_SOURCES = {
  prometheus: { ...DATA_SOURCE, uid: 'feature-store-prometheus', name: 'Feature Store: Prometheus' },
  alertmanager: {
    ...ALERTMANAGER_DATA_SOURCE,
    uid: 'feature-store-alertmanager',
    name: 'Feature Store: Alertmanager',
  },
} as const satisfies Record<string, DataSourceName>;

const NAMES: readonly (readonly [DataSourceName, DataSourceName])[] = [
  [DATA_SOURCE, EXTERNAL_DATA_SOURCES.prometheus],
  [ALERTMANAGER_DATA_SOURCE, EXTERNAL_DATA_SOURCES.alertmanager],
];

/** Points what a dashboard reads at our data sources as they are called in somebody else's Grafana: a replacer for JSON. */
export const calledThere = renaming(NAMES);

/** And back, for a dashboard that was exported there: a reviver for JSON. */
export const calledHere = renaming(NAMES.map(([here, there]) => [there, here]));

function renaming(names: readonly (readonly [DataSourceName, DataSourceName])[]) {
  const renamed = (old: unknown) => names.find(([{ uid, name }]) => old === uid || old === name)?.[1];
  return (key: string, value: unknown): unknown => {
    if (key === 'datasource' && typeof value === 'string') return renamed(value)?.uid ?? value;
    if (typeof value !== 'object' || value === null) return value;
    const { uid, type, current } = value as { uid?: unknown; type?: unknown; current?: { value?: unknown } };
    const source = key === 'datasource' ? renamed(uid) : undefined;
    if (source !== undefined) return { ...value, uid: source.uid };
    // Other variables may well have such a value: a job is called prometheus too.
    const chosen = type === 'datasource' ? renamed(current?.value) : undefined;
    if (chosen === undefined) return value;
    return { ...value, current: { ...current, text: chosen.name, value: chosen.uid } };
  };
}
