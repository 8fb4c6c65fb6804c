import type { z } from 'zod';
import { alertLabels, buildAlertmanager, notificationsSettings } from '../../../notifications/index.ts';
import { type PolicyFacts, pagersOf, type WorkloadFacts } from '../../../policies/index.ts';
import { buildRules } from '../../../rules/index.ts';

export const rules = buildRules();
const notifications = notificationsSettings.parse({});

/** The configuration of Alertmanager that comes of some settings. */
export const alertmanagerOf = (settings: z.input<typeof notificationsSettings>) =>
  buildAlertmanager({
    settings: notificationsSettings.parse(settings),
    alerts: alertLabels(rules.alerts),
    production: false,
    secretsDirectory: '/secrets',
    standInUrl: 'http://demo:8090/webhook',
  }).config;

/** Part of a workload that complies. */
export const workload: WorkloadFacts = {
  name: 'prometheus',
  program: { image: 'docker.io/prom/prometheus:v3.15.0' },
  user: 65534,
  resources: { cpuMillis: 100, memoryMebibytes: 256 },
  args: ['--config.file=/etc/prometheus/prometheus.yml'],
};

/** The stack with every default, which violates nothing. */
export const facts: PolicyFacts = {
  production: true,
  rules,
  alertmanager: alertmanagerOf({}),
  pagers: pagersOf(notifications),
  retention: '30d',
  workloads: [workload],
  files: { 'prometheus.yml': 'global: {}' },
  secrets: ['hunter2-hunter2'],
};
