/**
 * Templates that every channel may use, in the file `templates/common.tmpl`: subject, links and the texts of one alert.
 */
export const COMMON_TEMPLATE = String.raw`{{/* Parts that every channel shares. A message shows at most ten alerts: the rest is counted. */}}

{{ define "fsm.subject" -}}
[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ with .CommonLabels.alertname }}{{ . }}{{ else }}Several alerts{{ end }}{{ with .CommonLabels.service }} on {{ . }}{{ end }}{{ with .CommonLabels.severity }} ({{ . }}){{ end }}
{{- end }}

{{/* Alertmanager's pages, narrowed to what the message is about. Its UI reads %20, not +, as a blank. */}}
{{ define "fsm.filter" -}}
%7B{{ range $i, $label := .CommonLabels.SortedPairs }}{{ if $i }}%2C%20{{ end }}{{ $label.Name }}%3D%22{{ $label.Value | reReplaceAll "([\"\\\\])" "\\$1" | urlquery | reReplaceAll "\\+" "%20" }}%22{{ end }}%7D
{{- end }}
{{ define "fsm.link.alerts" }}{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}{{ end }}
{{ define "fsm.link.silence" }}{{ .ExternalURL }}/#/silences/new?filter={{ template "fsm.filter" . }}{{ end }}

{{/* Links of a group: what its alerts share, or the first one's. */}}
{{ define "fsm.link.runbook" }}{{ with .CommonAnnotations.runbook_url }}{{ . }}{{ else }}{{ with index .Alerts 0 }}{{ .Annotations.runbook_url }}{{ end }}{{ end }}{{ end }}
{{ define "fsm.link.dashboard" }}{{ with .CommonAnnotations.dashboard_url }}{{ . }}{{ else }}{{ with index .Alerts 0 }}{{ with .Annotations.dashboard_url }}{{ . }}{{ end }}{{ end }}{{ end }}{{ end }}

{{/* Long texts are cut at 600 characters: channels refuse or hide what is longer. */}}
{{ define "fsm.short" }}{{ . | reReplaceAll "(?s)^(.{600}).+$" "$1…" }}{{ end }}

{{/* Alerts of a user's own may lack a summary. */}}
{{ define "fsm.summary" }}{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}{{ end }}

{{/* What tells an alert from its siblings: its labels but those that the message already says. */}}
{{ define "fsm.labels" }}{{ range $i, $label := (.Labels.Remove (stringSlice "alertname" "severity" "signal" "team")).SortedPairs }}{{ if $i }}, {{ end }}{{ $label.Name }}={{ $label.Value }}{{ end }}{{ end }}
`;
