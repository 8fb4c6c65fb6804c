import { z } from 'zod';
import { httpUrl } from '../../lib/forms.ts';
import { defineChannel, secret, sendResolved, template } from './channel.ts';
import { fittingTemplate } from './fitting-template.ts';

const apiKey = secret().describe('Key of an API integration. A secret.');
const SOURCE = 'https://docs.opsgenie.com/docs/alert-api';

/** Longest description of an alert: a longer one is refused, and Alertmanager does not cut it. */
const MAX_DESCRIPTION = 15_000;

/**
 * Alerts of Jira Service Management, and of Opsgenie, whose API it took over. Alertmanager's `jira_configs` create issues
 * of a project instead: those wake nobody, so they are no successor of a pager.
 */
export const opsgenie = defineChannel({
  name: 'opsgenie',
  title: 'Jira Service Management and Opsgenie',
  list: 'opsgenie_configs',
  pages: true,
  shared: z
    .strictObject({
      apiKey,
      url: httpUrl
        .default('https://api.atlassian.com/jsm/ops/integration')
        .describe(
          'Where alerts go, without `/v2/alerts`. Accounts that are still at Opsgenie have `https://api.opsgenie.com`, or `https://api.eu.opsgenie.com` in Europe.',
        ),
    })
    .prefault({}),
  own: z.strictObject({ apiKey, sendResolved }),
  secrets: {
    apiKey: {
      what: 'the key of an API integration in Jira Service Management or Opsgenie',
      // Alertmanager executes the key as a template.
      flaw: (value) => (/^[\w-]{16,}$/.test(value) ? undefined : '16 or more letters, digits and dashes'),
      example: '00000000-example-0000-0000-000000000000',
    },
  },
  secretShapes: [],
  about:
    'An alert for each group, which is closed with its last one; `critical` is P1, `warning` P3, `info` P5. Atlassian sells Opsgenie no more and ends it in April 2027. The alerts of Jira Service Management, its successor, have the same API at another address, which is the default here: create an API integration under Operations, and take its key. Alertmanager’s own `jira_configs` create issues, which call nobody.',
  example: { shared: {}, own: {} },
  templated: [],
  limits: {
    message: { max: 130, unit: 'characters', source: SOURCE },
    alias: { max: 512, unit: 'characters', source: SOURCE },
    description: { max: MAX_DESCRIPTION, unit: 'characters', source: SOURCE },
    tags: { max: 20, unit: 'entries', source: SOURCE },
    'tags.each': { max: 50, unit: 'characters', source: SOURCE },
    entity: { max: 512, unit: 'characters', source: SOURCE },
    source: { max: 100, unit: 'characters', source: SOURCE },
  },
  defaults: () => ({}),
  sharedUrls: () => [],
  ownUrls: (_, { url }) => [url],
  config: ({ own, shared, secretFile }) => {
    const api_key_file = secretFile('apiKey');
    if (api_key_file === undefined) return undefined;
    return {
      send_resolved: own.sendResolved,
      api_url: `${shared.url.replace(/\/+$/, '')}/`,
      api_key_file,
      message: template('fsm.subject'),
      description: template('fsm.opsgenie.description'),
      source: 'Alertmanager',
      entity: template('fsm.opsgenie.entity'),
      tags: template('fsm.opsgenie.tags'),
      priority: template('fsm.opsgenie.priority'),
      update_alerts: true,
    };
  },
  template: `{{ define "fsm.opsgenie.priority" -}}
{{ if eq .CommonLabels.severity "critical" }}P1{{ else if eq .CommonLabels.severity "warning" }}P3{{ else if eq .CommonLabels.severity "info" }}P5{{ else }}P2{{ end }}
{{- end }}
{{ define "fsm.opsgenie.entity" }}{{ with .CommonLabels.service }}{{ . | reReplaceAll "(?s)^(.{200}).+$" "$1…" }}{{ end }}{{ end }}
{{/* Commas part tags, and each is short. */}}
{{ define "fsm.opsgenie.tags" }}{{ range $i, $value := (stringSlice .CommonLabels.severity .CommonLabels.service .CommonLabels.team) }}{{ if $value }}{{ if $i }},{{ end }}{{ $value | reReplaceAll "," " " | reReplaceAll "(?s)^(.{49}).+$" "$1…" }}{{ end }}{{ end }}{{ end }}
${fittingTemplate('fsm.opsgenie.description', {
  max: MAX_DESCRIPTION,
  heading: false,
  markup: {
    escape: '',
    escapeUrl: '',
    strong: '"%s"',
    link: '"%[1]s: %[2]s"',
    output: '',
  },
})}`,
});
