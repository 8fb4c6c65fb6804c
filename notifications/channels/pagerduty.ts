import { z } from 'zod';
import { httpUrl } from '../../lib/forms.ts';
import { defineChannel, type SecretKind, secret, sendResolved, template } from './channel.ts';

const routingKey = secret().describe('Integration key of Events API v2. A secret.');
const serviceKey = secret().describe(
  'Older service key (Events API v1), used without a routing key. A secret.',
);
const KEY: SecretKind = {
  what: 'the integration key of a PagerDuty service',
  flaw: (value) => (/^\w{32}$/.test(value) ? undefined : '32 letters and digits'),
  example: '0123456789abcdef0123456789abcdef',
};
const SOURCE = 'https://developer.pagerduty.com/docs/send-alert-event';

/** PagerDuty, by Events API v2, or v1 for those who only have the older key. */
export const pagerduty = defineChannel({
  name: 'pagerduty',
  title: 'PagerDuty',
  list: 'pagerduty_configs',
  pages: true,
  shared: z
    .strictObject({
      routingKey,
      serviceKey,
      url: httpUrl
        .default('https://events.pagerduty.com/v2/enqueue')
        .describe('Where events of version 2 go; the European service has a host of its own.'),
    })
    .prefault({}),
  own: z.strictObject({ routingKey, serviceKey, sendResolved }),
  secrets: { routingKey: KEY, serviceKey: KEY },
  secretShapes: [
    ['a PagerDuty integration key', /events\.(?:eu\.)?pagerduty\.com\/integration\/[A-Za-z0-9]{32}/],
  ],
  about:
    'An incident for each group, which ends with its last alert. `serviceKey` is the older key of Events API v1; it is used where there is no `routingKey`.',
  example: { shared: {}, own: {} },
  templated: [],
  limits: {
    'payload.summary': { max: 1024, unit: 'characters', source: SOURCE },
    dedup_key: { max: 255, unit: 'characters', source: SOURCE },
    event: { max: 512 * 1024, unit: 'bytes', source: SOURCE },
  },
  defaults: () => ({ pager: {} }),
  sharedUrls: ({ url }) => [url],
  ownUrls: () => [],
  config: ({ own, shared, secretFile }) => {
    const version2 = (own.routingKey ?? shared.routingKey) !== undefined;
    const older = !version2 && (own.serviceKey ?? shared.serviceKey) !== undefined;
    const file = secretFile(older ? 'serviceKey' : 'routingKey');
    if (file === undefined) return undefined;
    return {
      send_resolved: own.sendResolved,
      ...(older ? { service_key_file: file } : { routing_key_file: file, url: shared.url }),
      client: 'Streaming Feature Store monitoring',
      client_url: template('fsm.link.alerts'),
      description: template('fsm.pagerduty.description'),
      severity: template('fsm.pagerduty.severity'),
      source: template('fsm.pagerduty.source'),
      class: template('fsm.pagerduty.class'),
      component: template('fsm.pagerduty.component'),
      group: template('fsm.pagerduty.group'),
      details: {
        description: template('fsm.pagerduty.details'),
      },
      links: [
        { href: template('fsm.link.runbook'), text: 'Runbook' },
        { href: template('fsm.link.dashboard'), text: 'Dashboard' },
        { href: template('fsm.link.silence'), text: 'Silence' },
      ],
      timeout: '10s',
    };
  },
  template: `{{/* The alerts' summaries: once if they share it, one after the other if not, ten at most after how many there are. PagerDuty refuses an empty one. */}}
{{ define "fsm.pagerduty.description" -}}
{{ with .CommonAnnotations.summary }}{{ . }}{{ else }}{{ if gt (len .Alerts) 10 }}{{ len .Alerts }} alerts: {{ end }}{{ range $i, $alert := .Alerts }}{{ if lt $i 10 }}{{ if $i }}; {{ end }}{{ template "fsm.summary" $alert }}{{ end }}{{ end }}{{ end }}
{{- end }}

{{ define "fsm.pagerduty.details" -}}
{{ range $i, $alert := .Alerts }}{{ if lt $i 10 }}{{ if $i }}
{{ end }}{{ with $alert.Annotations.description }}{{ template "fsm.short" . }}{{ else }}{{ template "fsm.summary" $alert }}{{ end }}{{ end }}{{ end }}
{{- end }}

{{/* PagerDuty knows critical, error, warning and info. */}}
{{ define "fsm.pagerduty.severity" -}}
{{ if eq .CommonLabels.severity "critical" }}critical{{ else if eq .CommonLabels.severity "warning" }}warning{{ else if eq .CommonLabels.severity "info" }}info{{ else }}error{{ end }}
{{- end }}

{{ define "fsm.pagerduty.source" }}{{ with .CommonLabels.instance }}{{ . }}{{ else }}{{ with .CommonLabels.service }}{{ . }}{{ else }}streaming-feature-store{{ end }}{{ end }}{{ end }}
{{ define "fsm.pagerduty.class" }}{{ .CommonLabels.alertname }}{{ end }}
{{ define "fsm.pagerduty.component" }}{{ .CommonLabels.service }}{{ end }}
{{ define "fsm.pagerduty.group" }}{{ .CommonLabels.team }}{{ end }}
`,
});
