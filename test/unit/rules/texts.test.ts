import { describe, expect, test } from 'vitest';
import { renderTemplate } from '../../../rules/proof/template.ts';
import { readText } from '../../../rules/template.ts';

describe('texts of alerts', () => {
  test.each([
    ['{{ $labels.queue }} has {{ printf "%.0f" $value }} of {{ $labels }}', ['queue']],
    ['{{ index $labels "a.b" }} {{ index .Labels "c" }}', ['a.b', 'c']],
    ['{{ .Labels.queue }} {{ $.Labels.zone }}', ['queue', 'zone']],
    ['{{ range query "up" }}{{ .Labels.job }} {{ .Value }}{{ end }}', []],
    ['{{ with $labels.queue }}{{ . }}{{ else }}none{{ end }}', ['queue']],
    ['{{ if gt $value 5.0 }}high{{ else if lt $value 1.0 }}low{{ end }}', []],
    ['{{ $x := printf "%.2f" $value }}{{ $x }}', []],
    ['{{ range $i, $e := query "up" }}{{ $i }}{{ end }}', []],
    ['{{/* a remark }} */}}x{{- /* another */ -}}', []],
    ['{{- $value | humanize1024 -}} {{ humanizeTimestamp $value }} {{ $externalLabels.cluster }}', []],
    ['{{ printf `{{ %s }}` $externalURL }}', []],
    ['{{ \'x\' | printf "%c" }}', []],
    ['{ { $value } }', []],
    ['100 %', []],
  ])('%s', (text, labels) => {
    expect(readText(text)).toEqual({ problems: [], labels });
  });

  test.each([
    ['in {{ $labels.queue ', 'an action is not closed by }}, from “{{ $labels.queue ” on'],
    ['in {{ $value | humanise }}', 'there is no function “humanise”: did you mean “humanize”?'],
    ['in {{ $lables.queue }}', 'there is no variable $lables: did you mean $labels?'],
    ['{{ if $value }}x', '{{ if … }} has no {{ end }}'],
    ['x{{ end }}', 'an {{ end }} closes nothing'],
    ['{{ }}', 'an action {{ }} is empty'],
    ['x{{ else }}', 'an {{ else }} belongs to nothing'],
    ['{{ (printf "%d" 1 }}', 'has a parenthesis without its other'],
    ['{{ printf "%.0f $value }}', 'a text in " is not closed'],
    ['{{ $value # 2 }}', '“#” means nothing here'],
    ['{{/* open }}', 'a comment is not closed by */}}'],
  ])('%s is refused', (text, message) => {
    expect(readText(text).problems.join('\n')).toContain(message);
  });

  test.each([
    ['{{ $labels.a }}: {{ $value }}', 'x: 0.25'],
    [
      '{{ $value | humanizePercentage }} {{$value|humanize}} {{ $value | humanizeDuration }}',
      '25% 250m 250ms',
    ],
    ['{{ $labels.none }}', ''],
    ['{{ $labels.a | toUpper }}', undefined],
    ['{{ $value | humanizePercentage | toUpper }}', undefined],
    ['{{ printf "%.1f" $value }}', undefined],
    ['{{ $value | constructor }}', undefined],
    ['{{- $value }}', undefined],
    ['{{/* x */}}', undefined],
  ])('%s is rendered here, or left to Prometheus', (text, rendered) => {
    expect(renderTemplate(text, 0.25, { a: 'x' })).toBe(rendered);
  });

  test('a large number has an exponent from 21 digits on', () => {
    expect(renderTemplate('{{ $value }}', 1e20, {})).toBe('100000000000000000000');
    expect(renderTemplate('{{ $value }}', 1e21, {})).toBe('1e+21');
  });
});
