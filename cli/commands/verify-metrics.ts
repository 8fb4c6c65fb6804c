import { SERVICES } from '../../catalogue/services.ts';
import { NOTHING_KNOWN, type VerifyOptions, verifyMetrics } from '../../catalogue/verify.ts';
import { topology } from '../../components/topology.ts';
import { basicAuthorization, withoutCredentials } from '../../lib/endpoint.ts';
import { ExpositionError } from '../../lib/exposition.ts';
import { nearest } from '../../lib/nearest.ts';
import { addressing, replicasOf } from '../../stack/addressing.ts';
import type { Service } from '../../stack/settings/index.ts';
import { LABEL_PRESETS, METRIC_PRESETS, type MetricPreset } from '../../stack/settings/presets.ts';
import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { decryptedSettings } from '../engine/session.ts';
import { fetchPage, PageError, type PageRequest } from '../fetch-page.ts';
import { count } from '../output.ts';
import { ROOT } from '../project.ts';

export default command({
  name: 'verify-metrics',
  summary: 'hold a /metrics page against the catalogue',
  options: {
    ...STACK_OPTION,
    url: { type: 'string', env: 'URL', help: 'The page, such as http://127.0.0.1:8080/metrics.' },
    service: {
      type: 'string',
      env: 'SERVICE',
      help: 'Ask for the metrics of this service alone; without URL, of the stack: its address, password and names.',
    },
    limit: {
      type: 'string',
      env: 'LIMIT',
      default: '1000',
      help: 'Most series of one metric. Default: 1000.',
    },
  },
  run: async ({ stack, url, service, limit }) => {
    if (url === undefined && service === undefined)
      throw new UsageError(
        'Which page? make verify-metrics URL=http://127.0.0.1:8080/metrics, or SERVICE=<name> of the stack',
      );
    const seriesLimit = Number(limit);
    if (!Number.isInteger(seriesLimit) || seriesLimit < 1)
      throw new UsageError(`LIMIT=${limit} is no whole number over 0`);
    const found = service === undefined ? undefined : await serviceOf(stack, service, url === undefined);
    const known = found?.service;
    const requests = url === undefined ? (found?.pages ?? []) : [{ url }];
    let problems = 0;
    for (const request of requests) {
      const wrong = await verified(request, {
        ...(service && { service }),
        ...(known && { metricNames: known.metricNames, metricLabels: known.metricLabels ?? {} }),
        seriesLimit,
      });
      for (const problem of wrong) console.error(problem);
      if (wrong.length === 0) console.log(`${withoutCredentials(request.url)} is as the catalogue says`);
      problems += wrong.length;
    }
    if (problems > 0) console.log(count(problems, 'problem'));
    return problems === 0 ? 0 : 1;
  },
});

/** Holds one page against the catalogue; one of an exporter with a preset is read with that. */
async function verified(request: PageRequest, options: VerifyOptions): Promise<readonly string[]> {
  const shown = withoutCredentials(request.url);
  const { text, format } = await fetchPage(request);
  const verify = (more: VerifyOptions = {}) =>
    verifyMetrics(text, { ...options, ...(format && { format }), ...more });
  try {
    const preset = Object.keys(options.metricNames ?? {}).length === 0 ? presetOf(text) : undefined;
    if (preset !== undefined) {
      console.log(`It is read as a service with preset: ${preset} is.`);
      const [metricNames, metricLabels] = [METRIC_PRESETS[preset], LABEL_PRESETS[preset]];
      return verify({ service: preset, metricNames, metricLabels });
    }
    const found = verify();
    if (found[0] !== NOTHING_KNOWN) return found;
    return [
      `${found[0]}: where it has other names, give the service metricNames, and name it: SERVICE=<name>`,
    ];
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    throw new PageError(`${shown}: ${error.message}. Prometheus refuses the whole page.`);
  }
}

/** The well-known exporter whose page it is. */
function presetOf(page: string): MetricPreset | undefined {
  return (Object.keys(METRIC_PRESETS) as MetricPreset[]).find((preset) =>
    Object.keys(METRIC_PRESETS[preset]).some((name) => page.includes(name)),
  );
}

/** A service of the stack; undefined where a URL is given and the stack has none of that name. */
async function serviceOf(
  stack: string,
  name: string,
  needed: boolean,
): Promise<{ readonly service: Service; readonly pages: readonly PageRequest[] } | undefined> {
  const settings = await decryptedSettings({ stack });
  const { services } = settings;
  const service = services.find((each) => each.name === name);
  if (service !== undefined) {
    const { jobs } = topology(settings, addressing(settings, ROOT), replicasOf(settings));
    const targets = jobs.find(({ job }) => job === name)?.targets ?? [];
    // Of copies that Prometheus finds, one that the probe meets shows what all of them have.
    const pages = service.find === undefined ? targets.map(({ address }) => address) : service.addresses;
    if (pages.length === 0 && needed)
      throw new UsageError(
        `Prometheus finds the copies of ${name} in Consul, and no address is set. Name one: make verify-metrics SERVICE=${name} URL=http://<host:port>${service.metricsPath}`,
      );
    return { service, pages: pagesOf(service, pages) };
  }
  const names = [
    ...new Set([...services.map((each) => each.name), ...(needed ? [] : Object.keys(SERVICES))]),
  ];
  if (!needed && names.includes(name)) return undefined;
  const near = nearest(name, names);
  throw new UsageError(
    `SERVICE=${name} is no service of the stack ${stack}${near === undefined ? '.' : `; did you mean ${near}?`} There are ${names.join(', ')}.`,
  );
}

/**
 * Where the pages of a service are, and what they ask for.
 * @param addresses `host:port` of each, as Prometheus dials it.
 */
function pagesOf(
  { scheme, metricsPath, params = {}, basicAuth, token }: Service,
  addresses: readonly string[],
): readonly PageRequest[] {
  const given = new URLSearchParams();
  for (const [name, values] of Object.entries(params)) for (const value of values) given.append(name, value);
  const query = given.toString();
  const authorization =
    basicAuth !== undefined
      ? basicAuthorization(`${basicAuth.user}:${basicAuth.password}`)
      : token === undefined
        ? undefined
        : `Bearer ${token}`;
  return addresses.map((address) => ({
    url: `${scheme}://${address}${encodeURI(metricsPath)}${query === '' ? '' : `?${query}`}`,
    ...(authorization && { authorization }),
  }));
}
