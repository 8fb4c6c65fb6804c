import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';

/** Objects and alerts of a monitoring chart that is much used, such as kube-prometheus-stack. */
export const OBJECTS = 83;
export const ALERTS = 155;
const RULE_OBJECTS = 31;

/** Writes a chart of that size, with the helpers, conditions and loops that charts have. */
export function writeChart(folder: string): void {
  const write = (name: string, content: string) => {
    mkdirSync(join(folder, 'templates'), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  write('Chart.yaml', dump({ apiVersion: 'v2', name: 'bench', version: '1.0.0' }));
  write(
    'values.yaml',
    dump({ team: 'platform', labels: { part: 'monitoring' }, rules: { create: true }, off: {} }),
  );
  write('templates/_helpers.tpl', HELPERS);
  const alerts = Array.from({ length: ALERTS }, (_, index) => index);
  for (let object = 0; object < RULE_OBJECTS; object++)
    write(
      `templates/rules-${object}.yaml`,
      ruleObject(
        object,
        alerts.filter((alert) => alert % RULE_OBJECTS === object),
      ),
    );
  for (let object = 0; object < OBJECTS - RULE_OBJECTS; object++)
    write(`templates/config-${object}.yaml`, configObject(object));
}

const HELPERS = `{{- define "bench.name" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "bench.labels" -}}
app.kubernetes.io/name: {{ include "bench.name" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- range $name, $value := .Values.labels }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}
`;

function ruleObject(index: number, alerts: readonly number[]): string {
  const rules = alerts.map(
    (alert) => `    {{- if not (get .Values.off "Alert${alert}") }}
    - alert: Alert${alert}
      expr: sum(rate(metric_${alert}_total{status=~"5.."}[5m])) / sum(rate(metric_${alert}_total[5m])) > 0.0${alert + 1}
      for: 10m
      labels:
        severity: warning
        team: {{ .Values.team }}
      annotations:
        summary: Alert ${alert} of {{ include "bench.name" . }}
        description: 'The value is {{\`{{ $value | humanizePercentage }}\`}}.'
    {{- end }}`,
  );
  return `{{- if .Values.rules.create }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {{ include "bench.name" . }}-${index}
  labels: {{- include "bench.labels" . | nindent 4 }}
spec:
  groups:
  - name: group-${index}
    rules:
${rules.join('\n')}
{{- end }}
`;
}

function configObject(index: number): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "bench.name" . }}-config-${index}
  labels: {{- include "bench.labels" . | nindent 4 }}
data:
  config.yaml: |
    {{- toYaml .Values.labels | nindent 4 }}
`;
}
