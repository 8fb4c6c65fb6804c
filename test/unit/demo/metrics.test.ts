import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ANY_SERVICE, type Metric } from '../../../catalogue/metric.ts';
import { SERVICE_METRICS } from '../../../catalogue/metrics.ts';
import { SERVICES } from '../../../catalogue/services.ts';
import { combinations, createMetrics, startAtZero } from '../../../demo/kit/metrics.ts';

describe('metrics made from the catalogue', () => {
  it.each(Object.keys(SERVICES))('%s has exactly its own', async (service) => {
    const registry = new Registry();
    createMetrics(service, registry);
    const made = registry.getMetricsAsArray() as unknown as MadeMetric[];
    const wanted = Object.entries<Metric>(SERVICE_METRICS).filter(
      ([, { source }]) => source === service || source === ANY_SERVICE,
    );
    expect(made.map(({ name }) => name).sort()).toEqual(wanted.map(([name]) => name).sort());
    const types = new Map((await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]));
    for (const [name, metric] of wanted) {
      const one = made.find((candidate) => candidate.name === name);
      expect(types.get(name), name).toBe(metric.type);
      expect(
        one?.labelNames.filter((label) => label !== 'le'),
        name,
      ).toEqual([...metric.labels]);
      expect(one?.help, name).toBe(metric.help);
      expect(one?.upperBounds, name).toEqual(metric.buckets && [...metric.buckets]);
    }
  });

  it('belong to a service each', () => {
    const sources = new Set([...Object.keys(SERVICES), ANY_SERVICE]);
    for (const [name, { source }] of Object.entries<Metric>(SERVICE_METRICS)) {
      expect(sources, `${name}: ${source}`).toContain(source);
    }
  });

  it('start at zero for every combination of label values', async () => {
    const registry = new Registry();
    const metrics = createMetrics('inference-api', registry);
    startAtZero(metrics.inference_requests_total, { endpoint: ['/a', '/b'], status: ['200', '500'] });
    const text = await registry.getSingleMetricAsString('inference_requests_total');
    expect(text.match(/ 0$/gm)).toHaveLength(4);
    expect(combinations({ a: ['1', '2'], b: [] })).toEqual([]);
  });
});

interface MadeMetric {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly upperBounds?: number[];
}
