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
