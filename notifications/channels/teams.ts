import { z } from 'zod';
import { defineChannel, secret, sendResolved, template, urlSecret } from './channel.ts';

const webhookUrl = secret().describe('URL of a workflow that posts to a channel. A secret.');

/** Microsoft Teams, by a workflow that posts adaptive cards. */
export const teams = defineChannel({
  name: 'teams',
  title: 'Microsoft Teams',
  list: 'msteamsv2_configs',
  pages: false,
  shared: z.strictObject({ webhookUrl }).prefault({}),
  own: z.strictObject({ webhookUrl, sendResolved }),
  secrets: { webhookUrl: urlSecret('a Microsoft Teams workflow') },
  secretShapes: [['the URL of a Teams webhook', /\.webhook\.office\.com\/webhookb2\/\S+/]],
  about: 'An adaptive card for each group, through a workflow of the channel.',
  example: { shared: {}, own: {} },
  templated: [],
  limits: {
    message: {
      max: 28 * 1024,
      unit: 'bytes',
      source:
        'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using',
    },
  },
  defaults: () => ({}),
  sharedUrls: (shared) => [shared.webhookUrl],
  ownUrls: (own) => [own.webhookUrl],
  config: ({ own, secretFile }) => {
    const webhook_url_file = secretFile('webhookUrl');
    if (webhook_url_file === undefined) return undefined;
    return {
      send_resolved: own.sendResolved,
      webhook_url_file,
      title: template('fsm.subject'),
      text: template('fsm.teams.text'),
    };
  },
  template: `{{/* Teams shows the Markdown of adaptive cards: bold, lists, links; a blank line between paragraphs. */}}
{{ define "fsm.teams.text" -}}
{{ range $i, $alert := .Alerts }}{{ if lt $i 10 }}**{{ template "fsm.summary" $alert }}**{{ if eq $alert.Status "resolved" }} (resolved){{ end }}
{{ with $alert.Annotations.description }}
{{ template "fsm.short" . }}
{{ end }}
- {{ template "fsm.labels" $alert }}{{ with $alert.Annotations.value }}
- value: {{ . }}{{ end }}{{ with $alert.Annotations.runbook_url }}
- [Runbook]({{ . }}){{ end }}{{ with $alert.Annotations.dashboard_url }}
- [Dashboard]({{ . }}){{ end }}

{{ end }}{{ end }}
{{- if gt (len .Alerts) 10 }}{{ len .Alerts }} alerts in all: [see them]({{ template "fsm.link.alerts" . }})

{{ end }}
{{- if eq .Status "firing" }}[Silence]({{ template "fsm.link.silence" . }}){{ end }}
{{- end }}
`,
});
