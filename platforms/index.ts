import type { PlatformDriver } from './driver.ts';
import type { PlatformKind } from './kinds.ts';

/** The driver of each platform, and how it is loaded. This list and `kinds.ts` are all that names every platform. */
const DRIVERS: Readonly<Record<PlatformKind, () => Promise<PlatformDriver>>> = {
  local: async () => (await import('./local/driver.ts')).localDriver,
  docker: async () => (await import('./docker/driver.ts')).dockerDriver,
  kubernetes: async () => (await import('./kubernetes/driver.ts')).kubernetesDriver,
};

/** Loads the driver of a platform. */
export const driverOf = (kind: PlatformKind): Promise<PlatformDriver> => DRIVERS[kind]();
