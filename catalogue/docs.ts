import { EXPORTER_METRICS } from './exporters.ts';
import { ANY_JOB, ANY_SERVICE, type Metric } from './metric.ts';
import { SERVICE_METRICS } from './metrics.ts';
import { SERVICES } from './services.ts';

/** The catalogue of metrics as Markdown: `docs/metrics.md`. */
export function metricsDocument(): string {
  const all = Object.entries<Metric>({ ...SERVICE_METRICS, ...EXPORTER_METRICS });
  const sources = [...new Set(all.map(([, metric]) => metric.source))];
  return [
    '# Metrics',
    '',
    '<!-- Made from catalogue/; a test holds it against the code, and `vitest run -u test/unit/catalogue` rewrites it. -->',
    '',
    'Every metric that rules and dashboards read. Labels besides `job` and `instance` are listed; any further label',
    'may be there. Metrics marked • must always be exposed: a missing one is an alert of its own.',
    ...sources.flatMap((source) => [
      '',
      `## ${titleOf(source)}`,
      '',
      '| metric | type | unit | labels | meaning |',
      '| --- | --- | --- | --- | --- |',
      ...all.filter(([, metric]) => metric.source === source).map(([name, metric]) => row(name, metric)),
    ]),
    '',
  ].join('\n');
}

function row(name: string, metric: Metric): string {
  const labels = metric.labels.map((label) => `\`${label}\``).join(', ');
  const bounds = metric.buckets ? ` Bounds: ${metric.buckets.join(', ')}.` : '';
  const zero = Object.entries(metric.fromZero ?? {}).map(
    ([label, values]) => ` Exposed at 0 before the first: \`${label}\` ${values.join(', ')}.`,
  );
  return `| \`${name}\`${metric.essential ? ' •' : ''} | ${metric.type} | ${metric.unit} | ${labels} | ${metric.help}${bounds}${zero.join('')} |`;
}

function titleOf(source: string): string {
  if (source === ANY_SERVICE) return 'Every service';
  if (source === ANY_JOB) return 'Every job, by Prometheus';
  const service = Object.hasOwn(SERVICES, source) ? SERVICES[source as keyof typeof SERVICES] : undefined;
  return service ? `${service.title} (\`${source}\`)` : `\`${source}\``;
}
