/** The data source that is provisioned, and that every dashboard opens with. */
export const DATA_SOURCE = { uid: 'prometheus', name: 'Prometheus', type: 'prometheus' } as const;

/** The Alertmanager that Grafana shows alerts and silences of. */
export const ALERTMANAGER_DATA_SOURCE = {
  uid: 'alertmanager',
  name: 'Alertmanager',
  type: 'alertmanager',
} as const;
