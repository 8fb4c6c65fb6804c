/** How a channel marks up a message that `fittingTemplate` writes. Pipelines and formats are Go's. */
export interface Markup {
  /** Pipeline that escapes a text, from a blank and a bar on. Empty: texts stand as they are. */
  readonly escape: string;
  /** Pipeline that makes a URL safe within a link. */
  readonly escapeUrl: string;
  /** Format of what stands out, with one `%s`. */
  readonly strong: string;
  /** Format of a link: `%[1]s` is its text, `%[2]s` its URL. */
  readonly link: string;
  /** Pipeline through which the whole message goes out. */
  readonly output: string;
}

/** Characters that a text keeps, before it is escaped: escaping makes five of one at most. */
const KEPT = { name: 150, summary: 200, description: 300, value: 100, labels: 200 };

const cut = (length: number) => ` | reReplaceAll "(?s)^(.{${length}}).+$" "$1…"`;

/** UTF-16 units of a text. Services that count characters count no more than these. */
const lengthOf = (text: string) =>
  String.raw`(len (${text} | reReplaceAll "[\\x{10000}-\\x{10FFFF}]" "xx" | reReplaceAll "[^\\x00-\\x7F]" "x"))`;

/**
 * A template for services that refuse what is too long: it adds one alert after the other, ten at most, each only if it
 * fits, first with its links and else without, and then says how many there are in all. A message that is cut at the limit
 * by Alertmanager would end within a tag or a link.
 *
 * @param name of the template.
 * @param max longest message in UTF-16 units; 500 of them are for the lines after the alerts.
 * @param heading whether the message begins with its subject, for services without a field for it.
 */
export function fittingTemplate(
  name: string,
  { max, heading, markup }: { readonly max: number; readonly heading: boolean; readonly markup: Markup },
): string {
  const { escapeUrl, strong, link, output } = markup;
  const text = (value: string, kept: number) => `(${value}${cut(kept)}${markup.escape})`;
  const linkTo = (label: string, url: string) => `(printf ${link} "${label}" (${url}${escapeUrl}))`;
  const fits = (value: string, limit: number) =>
    `(le ${lengthOf(String.raw`(printf "%s\n\n%s" $text ${value})`)} ${limit})`;
  const append = (value: string) => String.raw`{{ $text = printf "%s\n\n%s" $text ${value} }}`;
  const subject = `{{- $name := "Several alerts" }}{{ with .CommonLabels.alertname }}{{ $name = . }}{{ end }}
{{- $count := "" }}{{ if eq .Status "firing" }}{{ $count = printf ":%d" (len .Alerts.Firing) }}{{ end }}
{{- $text = printf ${strong} (printf "[%s%s] %s" (.Status | toUpper) $count ${text('$name', KEPT.name)}) }}
`;
  return String.raw`{{ define "${name}" -}}
{{- $text := "" }}{{ $left := false }}
${heading ? subject : ''}{{- range $i, $alert := .Alerts }}
{{- $icon := "🚨" }}{{ if eq $alert.Status "resolved" }}{{ $icon = "✅" }}{{ else if eq $alert.Labels.severity "warning" }}{{ $icon = "⚠️" }}{{ else if eq $alert.Labels.severity "info" }}{{ $icon = "ℹ️" }}{{ end }}
{{- $part := printf "%s %s" $icon (printf ${strong} ${text('(or $alert.Annotations.summary $alert.Labels.alertname "An alert without a name")', KEPT.summary)}) }}
{{- if eq $alert.Status "resolved" }}{{ $part = printf "%s (resolved)" $part }}{{ end }}
{{- with $alert.Annotations.description }}{{ $part = printf "%s\n%s" $part ${text('.', KEPT.description)} }}{{ end }}
{{- with $alert.Annotations.value }}{{ $part = printf "%s\nValue: %s" $part ${text('.', KEPT.value)} }}{{ end }}
{{- $labels := "" }}{{ range ($alert.Labels.Remove (stringSlice "alertname" "severity" "signal" "team")).SortedPairs }}{{ if $labels }}{{ $labels = printf "%s, " $labels }}{{ end }}{{ $labels = printf "%s%s=%s" $labels .Name .Value }}{{ end }}
{{- with $labels }}{{ $part = printf "%s\n%s" $part ${text('.', KEPT.labels)} }}{{ end }}
{{- $linked := $part }}
{{- with $alert.Annotations.runbook_url }}{{ $linked = printf "%s\n%s" $linked ${linkTo('Runbook', '.')} }}{{ end }}
{{- with $alert.Annotations.dashboard_url }}{{ $linked = printf "%s\n%s" $linked ${linkTo('Dashboard', '.')} }}{{ end }}
{{- if ge $i 10 }}{{ $left = true }}
{{- else if ${fits('$linked', max - 500)} }}${append('$linked')}
{{- else if ${fits('$part', max - 500)} }}${append('$part')}
{{- else }}{{ $left = true }}{{ end }}
{{- end }}
{{- if $left }}{{ $all := printf "%d alerts in all" (len .Alerts) }}{{ $seen := printf "%s: %s" $all ${linkTo('see them', '(printf "%s/#/alerts?receiver=%s" .ExternalURL (.Receiver | urlquery))')} }}
{{- if ${fits('$seen', max)} }}${append('$seen')}{{ else }}${append('$all')}{{ end }}{{ end }}
{{- if eq .Status "firing" }}{{ $filter := "" }}
{{- range $i, $label := .CommonLabels.SortedPairs }}{{ if $i }}{{ $filter = printf "%s%%2C%%20" $filter }}{{ end }}{{ $filter = printf "%s%s%%3D%%22%s%%22" $filter $label.Name ($label.Value | reReplaceAll "([\"\\\\])" "\\$1" | urlquery | reReplaceAll "\\+" "%20") }}{{ end }}
{{- $silence := ${linkTo('Silence', '(printf "%s/#/silences/new?filter=%%7B%s%%7D" .ExternalURL $filter)')} }}
{{- if ${fits('$silence', max)} }}${append('$silence')}{{ end }}{{ end }}
{{- $text | trimSpace${output} }}
{{- end }}
`;
}
