import type { RawSettings } from './schema.ts';

/**
 * Whether a stack is held to what production needs: it says so itself, or its name does, or others than this machine
 * reach it. A stack in a cluster is within reach of everything there, unless it says that it is a trial.
 */
export function isProduction(raw: RawSettings, stack: string): boolean {
  return raw.production ?? (isNamedProduction(stack) || isReachable(raw) || isCluster(raw));
}

/** `prod`, `production`, `prod-eu` and `eu-prod`, but neither `non-prod` nor `pre-prod`. */
export function isNamedProduction(stack: string): boolean {
  const words = stack.toLowerCase().split(/[-_.]/);
  return words.some(
    (word, index) =>
      (word === 'prod' || word === 'production') &&
      !['non', 'not', 'no', 'pre'].includes(words[index - 1] ?? ''),
  );
}

const isCluster = ({ platform, trial }: RawSettings): boolean => platform === 'kubernetes' && trial !== true;

/**
 * Whether people open any page of the stack from elsewhere: by a host name, at an address beyond loopback, or from a range
 * of addresses.
 */
export function isReachable({ platform, kubernetes, docker }: RawSettings): boolean {
  switch (platform) {
    case 'kubernetes':
      return (
        kubernetes.clientCidrs.length > 0 ||
        Object.values({ ...kubernetes.ingress?.hosts, ...kubernetes.gateway?.hosts }).some(
          (host) => host !== undefined,
        )
      );
    case 'docker':
      return !docker.publishAddress.startsWith('127.');
    case 'local':
      return false;
  }
}
