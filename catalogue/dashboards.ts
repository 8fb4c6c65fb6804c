/** Titles of the dashboards by uid. An alert links to one of them, and each is built under its uid. */
export const DASHBOARDS = {
  'system-overview': 'System Overview',
  'inference-api': 'Inference API',
  'feature-store': 'Feature Store',
  'stream-processing': 'Stream Processing',
  'ml-pipeline': 'ML Pipeline',
  'business-metrics': 'Business Metrics',
  slos: 'SLOs',
  monitoring: 'Monitoring',
} as const;

export type DashboardUid = keyof typeof DASHBOARDS;
