import type { Resources } from './workload.ts';

/** Requests and limits by resource, as Kubernetes writes them: `cpu: 500m`, `memory: 1Gi`. */
export interface Sizing {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

/**
 * What each suffix of a quantity multiplies by.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
const FACTORS: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity of the Kubernetes API, such as `250m` or `1Gi`, as a number; 0 where there is none. */
export function quantity(text = ''): number {
  const [, number = '0', suffix = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(text) ?? [];
  return Number(number) * (FACTORS[suffix] ?? 1);
}

/**
 * Bounds of a workload with what an operator says in place of its own, key by key: CPU in thousandths of a core, memory
 * in whole MiB.
 */
export function sized(resources: Resources, { requests = {}, limits = {} }: Sizing = {}): Resources {
  const millis = (text: string) => Math.round(quantity(text) * 1000);
  const mebibytes = (text: string) => Math.round(quantity(text) / 2 ** 20);
  const { memoryMebibytes, memoryLimitMebibytes = 2 * memoryMebibytes } = resources;
  return {
    ...resources,
    ...(requests.cpu === undefined ? {} : { cpuMillis: millis(requests.cpu) }),
    ...(limits.cpu === undefined ? {} : { cpuLimitMillis: millis(limits.cpu) }),
    ...(requests.memory === undefined ? {} : { memoryMebibytes: mebibytes(requests.memory) }),
    // Said even where it is the default, which would otherwise follow a request that changed.
    ...(requests.memory === undefined && limits.memory === undefined
      ? {}
      : {
          memoryLimitMebibytes: limits.memory === undefined ? memoryLimitMebibytes : mebibytes(limits.memory),
        }),
  };
}
