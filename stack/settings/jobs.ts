import { CLUSTER_JOBS, PROBE_JOBS, REDIS_JOBS, SERVICES } from '../../catalogue/services.ts';
import { isScraped, PARTS, type PartSwitches } from '../../components/parts/index.ts';
import { set } from '../../lib/setting-commands.ts';
import type { Settings } from './index.ts';
import type { RawSettings } from './schema.ts';

/** A scrape job of a stack. Prometheus refuses a configuration in which two have one name. */
interface Job {
  readonly name: string;
  /** Whose job it is, in words. */
  readonly of: string;
  /** Key of the setting that names it; undefined for what ships under its name. */
  readonly key?: string;
}

type Jobs = Pick<RawSettings, 'discovery' | 'prometheus'> &
  PartSwitches & {
    readonly redis: Partial<Pick<RawSettings['redis'], 'addresses' | 'sentinels'>>;
    readonly services: readonly { readonly name: string; readonly off: boolean }[];
  };

function jobsOf({ redis, services, discovery, prometheus, ...parts }: Jobs): readonly Job[] {
  const own = PARTS.filter((part) => isScraped(part, { ...parts, redis }));
  const { kubernetes } = discovery;
  const off = services.filter(({ off }) => off).map(({ name }) => name);
  const written = new Set(services.map(({ name }) => name));
  return [
    ...own.map(({ name, title }) => ({ name, of: `the job of the stack's own ${title}` })),
    ...Object.entries(PROBE_JOBS).map(([kind, name]) => ({
      name,
      of: `the job of the stack's ${kind.toUpperCase()} probes`,
    })),
    ...redisJobs(redis),
    ...Object.entries(CLUSTER_JOBS)
      .filter(([, { kind }]) => kubernetes[kind])
      .map(([name, { kind }]) => ({ name, of: `the job of discovery.kubernetes.${kind}` })),
    ...discovery.consul.map((_, index) => ({
      name: `consul-${index}`,
      of: `the job of discovery.consul[${index}]`,
    })),
    ...discovery.swarm.map((_, index) => ({
      name: `swarm-${index}`,
      of: `the job of discovery.swarm[${index}]`,
    })),
    ...Object.entries(SERVICES)
      .filter(([name]) => !written.has(name) && !off.includes(name))
      .map(([name, { title }]) => ({ name, of: `the job of the ${title} service of the catalogue` })),
    ...services.flatMap(({ name, off }, index) =>
      off ? [] : [{ name, of: `the job of services[${index}]`, key: `services[${index}].name` }],
    ),
    ...discovery.http.map(({ name }, index) => ({
      name,
      of: `the job of discovery.http[${index}]`,
      key: `discovery.http[${index}].name`,
    })),
    ...prometheus.scrapeConfigs.flatMap(({ job_name: name }, index) =>
      typeof name === 'string'
        ? [
            {
              name,
              of: `the job of prometheus.scrapeConfigs[${index}]`,
              key: `prometheus.scrapeConfigs[${index}].job_name`,
            },
          ]
        : [],
    ),
  ];
}

function redisJobs({ off, addresses = [], sentinels = [] }: Jobs['redis']): readonly Job[] {
  return [
    ...(off || addresses.length < 2 ? [] : [{ name: REDIS_JOBS.nodes, of: 'the job of redis.addresses' }]),
    ...(off || sentinels.length === 0
      ? []
      : [{ name: REDIS_JOBS.sentinels, of: 'the job of redis.sentinels' }]),
  ];
}

/** Names of jobs that are given twice, and entries without one. Services twice are told of elsewhere. */
export function jobProblems(raw: Jobs, stack: string): readonly string[] {
  const taken = new Map<string, Job>();
  const problems: string[] = [];
  for (const job of jobsOf(raw)) {
    const first = taken.get(job.name);
    if (first === undefined) taken.set(job.name, job);
    else if (job.key !== undefined && !(isService(first) && isService(job)))
      problems.push(
        `${job.key} is "${job.name}", which is ${first.of}; each job has a name of its own. ` +
          `Change it: ${set(job.key, '<another name>', stack)}`,
      );
  }
  return [...problems, ...withoutName(raw, stack), ...repeatedWrites(raw, stack)];
}

const isService = ({ key }: Job) => key?.startsWith('services[') === true;

function withoutName({ prometheus }: Jobs, stack: string): readonly string[] {
  return prometheus.scrapeConfigs.flatMap(({ job_name: name }, index) => {
    if (typeof name === 'string' && name.trim() !== '') return [];
    const key = `prometheus.scrapeConfigs[${index}].job_name`;
    const found = name === undefined ? 'is missing' : `is ${JSON.stringify(name)}`;
    return [
      `${key} ${found}, but must be a name of its own for the job. Change it: ${set(key, '<job>', stack)}`,
    ];
  });
}

function repeatedWrites({ prometheus }: Jobs, stack: string): readonly string[] {
  const names = prometheus.remoteWrite.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return [];
    const key = `prometheus.remoteWrite[${index}].name`;
    return [
      `${key} is ${JSON.stringify(name)}, which prometheus.remoteWrite[${first}] has already; each has a name of its own. ` +
        `Change it: ${set(key, '<another name>', stack)}`,
    ];
  });
}

/** Whose job a name is already in a stack, in words; undefined where it is free. */
export function jobOwner(settings: Settings, name: string): string | undefined {
  if (settings.services.some((service) => service.name === name)) return `the job of the service ${name}`;
  const off = Object.keys(SERVICES).map((each) => ({ name: each, off: true }));
  const jobs = jobsOf({
    ...settings,
    services: off,
    redis: {
      off: settings.redis.off,
      addresses: [settings.redis.address ?? '', ...settings.redis.further],
      sentinels: [...settings.redis.sentinels],
    },
  });
  return jobs.find((job) => job.name === name)?.of;
}
