import { DEMO } from '../../catalogue/services.ts';
import { STACK } from '../../catalogue/stack.ts';
import { withoutCredentials } from '../../lib/endpoint.ts';
import type { Addressing } from '../../platforms/workload.ts';
import { addressing } from '../../stack/addressing.ts';
import type { Settings } from '../../stack/settings/index.ts';
import { command, STACK_OPTION } from '../arguments.ts';
import { table } from '../output.ts';
import { ROOT } from '../project.ts';
import { readSettings } from '../stack-file/settings.ts';

export default command({
  name: 'urls',
  summary: 'list what can be opened',
  options: { ...STACK_OPTION, json: { type: 'boolean', help: 'Print JSON.' } },
  run: async ({ stack, json }) => {
    const settings = readSettings({ stack });
    const platform = addressing(settings, ROOT);
    if (json)
      console.log(
        JSON.stringify(Object.fromEntries(urlsOf(settings, platform).map(([name, url]) => [name, url]))),
      );
    else printUrls(settings, platform);
    return 0;
  },
});

export function printUrls(settings: Settings, platform: Addressing): void {
  console.log(table(['what', 'URL', ''], urlsOf(settings, platform)));
  const commands = openings(settings, platform);
  if (commands.length > 0) console.log(['Each is open while its command runs:', ...commands].join('\n  '));
}

/** Name, URL and a word on what is there. */
function urlsOf(settings: Settings, platform: Addressing): readonly (readonly [string, string, string])[] {
  return [
    ...grafanaUrl(settings, platform),
    ['Prometheus', platform.url('prometheus', STACK.prometheus.port), 'metrics, rules, targets'],
    ['Alertmanager', platform.url('alertmanager', STACK.alertmanager.port), 'alerts, silences'],
    ...(settings.demoEnabled
      ? [['Demo', platform.url('demo', DEMO.demo.port), 'incidents, notifications received'] as const]
      : []),
  ];
}

function grafanaUrl(
  settings: Settings,
  platform: Addressing,
): readonly (readonly [string, string, string])[] {
  switch (settings.grafana.mode) {
    case 'managed':
      return [['Grafana', platform.url('grafana', STACK.grafana.port), login(settings)]];
    case 'external':
      return [['Grafana', withoutCredentials(settings.grafana.url ?? ''), 'yours']];
    case 'off':
      return [];
  }
}

/** Commands that open what is not open already. */
function openings(settings: Settings, platform: Addressing): readonly string[] {
  const ports = {
    ...(settings.grafana.mode === 'managed' ? { grafana: STACK.grafana } : {}),
    prometheus: STACK.prometheus,
    alertmanager: STACK.alertmanager,
    ...(settings.demoEnabled ? DEMO : {}),
  };
  return Object.entries(ports).flatMap(([name, { port }]) => platform.opening?.(name, port) ?? []);
}

function login(settings: Settings): string {
  return settings.grafana.adminPassword === undefined ? 'admin / admin123' : 'admin / your password';
}
