import { z } from 'zod';
import { address } from '../../lib/forms.ts';
import { defineChannel, secret, sendResolved, template } from './channel.ts';

/** E-mail, through a mail server. */
export const email = defineChannel({
  name: 'email',
  title: 'e-mail',
  list: 'email_configs',
  pages: false,
  shared: z
    .strictObject({
      smarthost: address,
      from: z.email(),
      username: z.string().min(1).optional().describe('Default: no authentication.'),
      password: secret().describe('Password of the user. A secret.'),
      requireTls: z.boolean().default(true),
    })
    .optional()
    .describe('Mail server; needed once a receiver has e-mail.'),
  own: z.strictObject({ to: z.array(z.email()).min(1), sendResolved }),
  secrets: {
    password: {
      what: 'the password at the mail server',
      flaw: (value) => (/[\r\n]/.test(value) ? 'one line' : undefined),
      example: 'example-password',
    },
  },
  secretShapes: [],
  about: 'One thread a day for each group. Without `username` Alertmanager does not log in.',
  example: {
    shared: { smarthost: 'mail.example.com:587', from: 'alerts@example.com', username: 'alerts' },
    own: { to: ['desk@example.com'] },
  },
  templated: [],
  limits: {
    line: { max: 998, unit: 'bytes', source: 'https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.6' },
  },
  defaults: () => ({}),
  sharedUrls: (server) => [server && `smtp://${server.smarthost}`],
  ownUrls: () => [],
  config: ({ receiver, own, shared: server, secretFile, refuse }) => {
    if (server === undefined) {
      refuse(
        `notifications.receivers.${receiver}.email has no mail server: set notifications.email.smarthost and notifications.email.from`,
      );
      return undefined;
    }
    const { username } = server;
    const passwordFile = username === undefined ? undefined : secretFile('password');
    if (username !== undefined && passwordFile === undefined) return undefined;
    return {
      send_resolved: own.sendResolved,
      to: own.to.join(', '),
      from: server.from,
      smarthost: server.smarthost,
      require_tls: server.requireTls,
      ...(passwordFile !== undefined && { auth_username: username, auth_password_file: passwordFile }),
      headers: { Subject: template('fsm.subject') },
      text: template('fsm.email.text'),
      html: template('fsm.email.html'),
      threading: { enabled: true, thread_by_date: 'daily' },
    };
  },
  template: String.raw`{{ define "fsm.email.text" -}}
{{ template "fsm.subject" . }}
{{ range $i, $alert := .Alerts }}{{ if lt $i 10 }}
{{ template "fsm.summary" $alert }}{{ if eq $alert.Status "resolved" }} (resolved){{ end }}
{{ with $alert.Annotations.description }}{{ template "fsm.short" . }}
{{ end }}{{ with $alert.Annotations.value }}Value: {{ . }}
{{ end }}Labels: {{ template "fsm.labels" $alert }}
{{ with $alert.Annotations.runbook_url }}Runbook: {{ . }}
{{ end }}{{ with $alert.Annotations.dashboard_url }}Dashboard: {{ . }}
{{ end }}{{ end }}{{ end }}
{{ if gt (len .Alerts) 10 }}{{ len .Alerts }} alerts in all: {{ template "fsm.link.alerts" . }}
{{ end }}{{ if eq .Status "firing" }}Silence: {{ template "fsm.link.silence" . }}
{{ end }}
{{- end }}

{{/* In HTML, values within a URL are escaped by themselves, and a template that does it again is refused. */}}
{{ define "fsm.email.silence" -}}
{{ .ExternalURL }}/#/silences/new?filter=%7B{{ range $i, $label := .CommonLabels.SortedPairs }}{{ if $i }}%2C%20{{ end }}{{ $label.Name }}%3D%22{{ $label.Value | reReplaceAll "([\"\\\\])" "\\$1" }}%22{{ end }}%7D
{{- end }}

{{/* Inline styles only: mail programs drop style sheets. */}}
{{ define "fsm.email.html" -}}
<!doctype html>
<html>
<body style="margin:0;padding:16px;background:#f4f5f7;font-family:Helvetica,Arial,sans-serif;color:#1f2933">
<div style="max-width:640px;margin:0 auto;background:#ffffff;border-radius:6px;overflow:hidden">
<div style="padding:12px 16px;color:#ffffff;background:{{ if eq .Status "resolved" }}#2e7d32{{ else if eq .CommonLabels.severity "warning" }}#b26a00{{ else if eq .CommonLabels.severity "info" }}#1565c0{{ else }}#c62828{{ end }}"><strong>{{ template "fsm.subject" . }}</strong></div>
{{ range $i, $alert := .Alerts }}{{ if lt $i 10 }}<div style="padding:12px 16px;border-bottom:1px solid #e4e7eb">
<p style="margin:0 0 4px"><strong>{{ template "fsm.summary" $alert }}</strong>{{ if eq $alert.Status "resolved" }} (resolved){{ end }}</p>
{{ with $alert.Annotations.description }}<p style="margin:0 0 4px">{{ template "fsm.short" . }}</p>
{{ end }}{{ with $alert.Annotations.value }}<p style="margin:0 0 4px">Value: {{ . }}</p>
{{ end }}<p style="margin:0 0 4px;color:#52606d;font-size:13px">{{ template "fsm.labels" $alert }}</p>
<p style="margin:0;font-size:13px">{{ with $alert.Annotations.runbook_url }}<a href="{{ . }}">Runbook</a> {{ end }}{{ with $alert.Annotations.dashboard_url }}<a href="{{ . }}">Dashboard</a>{{ end }}</p>
</div>
{{ end }}{{ end }}{{ if gt (len .Alerts) 10 }}<p style="padding:0 16px">{{ len .Alerts }} alerts in all: <a href="{{ template "fsm.link.alerts" . }}">see them</a></p>
{{ end }}{{ if eq .Status "firing" }}<p style="padding:0 16px"><a href="{{ template "fsm.email.silence" . }}">Silence</a></p>
{{ end }}</div>
</body>
</html>
{{- end }}
`,
});
