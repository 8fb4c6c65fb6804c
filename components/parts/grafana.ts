import { defineServer, NO_RULES, pinned } from './part.ts';

/** Grafana: dashboards, or the preview under its name. */
export const grafana = defineServer({
  name: 'grafana',
  title: 'Grafana',
  port: 3000,
  program: pinned('grafana', 'docker.io/grafana/grafana', 'bare'),
  opened: true,
  ready: '/api/health',
  probed: '/api/health',
  // Its section is in `stack/settings/`.
  settings: {},
  absent: ({ grafana: { mode } }: { readonly grafana: { readonly mode: string } }) =>
    mode === 'managed' ? undefined : `grafana.mode is ${mode}`,
  metrics: {},
  // The watchers are watched as one: `rules/alerts/stack/`.
  rules: NO_RULES,
  healthy: () => [],
});
