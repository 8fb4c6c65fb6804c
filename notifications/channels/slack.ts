import { z } from 'zod';
import { defineChannel, secret, sendResolved, template, urlSecret } from './channel.ts';

const channel = z.string().regex(/^[#@][^\s]{1,79}$/, 'a channel such as #alerts');
const title = z.string().min(1).max(150);
const webhookUrl = secret().describe('URL of an incoming webhook. A secret.');
const SOURCE = 'https://docs.slack.dev/reference/methods/chat.postMessage';

/** Slack, by an incoming webhook: where people read along. */
export const slack = defineChannel({
  name: 'slack',
  title: 'Slack',
  list: 'slack_configs',
  pages: false,
  shared: z
    .strictObject({
      webhookUrl,
      channel: channel.default('#alerts').describe('Ignored by a webhook that is bound to a channel.'),
      digestChannel: channel.default('#alerts-digest').describe('Where what is only to be known goes.'),
      title: title.default('Streaming Feature Store Alert'),
    })
    .prefault({}),
  own: z.strictObject({
    channel: channel.optional(),
    title: title.optional(),
    webhookUrl,
    sendResolved,
  }),
  secrets: { webhookUrl: urlSecret('a Slack incoming webhook') },
  secretShapes: [
    [
      'the URL of a Slack webhook',
      /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9_]+\/[^\s/]+\/\S+/,
    ],
    ['a Slack token', /\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}|\bxapp-\d-[A-Za-z0-9-]{8,}/],
  ],
  about:
    'A message of each group to the channel that the receiver names. A webhook that is bound to a channel ignores the name.',
  example: { shared: {}, own: { channel: '#streaming' } },
  templated: ['title', 'channel', 'digestChannel'],
  limits: {
    text: { max: 40_000, unit: 'characters', source: SOURCE },
    attachments: { max: 100, unit: 'entries', source: SOURCE },
  },
  defaults: ({ digestChannel }) => ({
    alerts: {},
    digest: { channel: digestChannel, sendResolved: false },
    unrouted: {},
  }),
  sharedUrls: (shared) => [shared.webhookUrl],
  ownUrls: (own) => [own.webhookUrl],
  config: ({ own, shared, secretFile }) => {
    const api_url_file = secretFile('webhookUrl');
    if (api_url_file === undefined) return undefined;
    return {
      send_resolved: own.sendResolved,
      api_url_file,
      channel: own.channel ?? shared.channel,
      username: 'Alertmanager',
      title: own.title ?? shared.title,
      title_link: template('fsm.link.alerts'),
      color: template('fsm.slack.color'),
      text: template('fsm.slack.text'),
      fallback: template('fsm.subject'),
      footer: template('fsm.slack.footer'),
      mrkdwn_in: ['text'],
      timeout: '10s',
    };
  },
  template: `{{ define "fsm.slack.color" -}}
{{ if eq .Status "resolved" }}good{{ else if eq .CommonLabels.severity "warning" }}warning{{ else if eq .CommonLabels.severity "info" }}#439fe0{{ else }}danger{{ end }}
{{- end }}

{{/* Slack reads &, < and > as markup. */}}
{{ define "fsm.slack.escape" }}{{ . | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}{{ end }}

{{ define "fsm.slack.alert" -}}
{{ if eq .Status "resolved" }}:white_check_mark:{{ else if eq .Labels.severity "warning" }}:warning:{{ else if eq .Labels.severity "info" }}:information_source:{{ else }}:rotating_light:{{ end }} *{{ with .Annotations.summary }}{{ template "fsm.slack.escape" . }}{{ else }}{{ .Labels.alertname }}{{ end }}*{{ if eq .Status "resolved" }} (resolved){{ end }}
{{ with .Annotations.description }}{{ template "fsm.slack.escape" (. | reReplaceAll "(?s)^(.{600}).+$" "$1…") }}
{{ end }}{{ with .Annotations.value }}Value: {{ template "fsm.slack.escape" . }}
{{ end }}\`{{ range $i, $label := (.Labels.Remove (stringSlice "alertname" "severity" "signal" "team")).SortedPairs }}{{ if $i }}, {{ end }}{{ $label.Name }}={{ template "fsm.slack.escape" $label.Value }}{{ end }}\`{{ with .Annotations.runbook_url }} <{{ . }}|Runbook>{{ end }}{{ with .Annotations.dashboard_url }} <{{ . }}|Dashboard>{{ end }}{{ if .GeneratorURL }} <{{ .GeneratorURL }}|Graph>{{ end }}
{{ end }}

{{ define "fsm.slack.text" -}}
*{{ template "fsm.slack.subject" . }}*
{{ range $i, $alert := .Alerts }}{{ if lt $i 10 }}{{ template "fsm.slack.alert" $alert }}{{ end }}{{ end }}
{{- if gt (len .Alerts) 10 }}… {{ len .Alerts }} alerts in all: <{{ template "fsm.link.alerts" . }}|see them>
{{ end }}
{{- if eq .Status "firing" }}<{{ template "fsm.link.silence" . }}|Silence>{{ end }}
{{- end }}

{{ define "fsm.slack.subject" -}}
[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ with .CommonLabels.alertname }}{{ template "fsm.slack.escape" . }}{{ else }}Several alerts{{ end }}
{{- end }}

{{ define "fsm.slack.footer" }}{{ with .CommonLabels.severity }}{{ . }}{{ end }}{{ with .CommonLabels.service }} · {{ . }}{{ end }}{{ with .CommonLabels.team }} · {{ . }}{{ end }}{{ end }}
`,
});
