/** What is known of a platform without loading its driver. */
interface PlatformFacts {
  /** Whether workloads are processes of this machine: they see its files and tools, and end with it. */
  readonly isThisMachine: boolean;
}

/** Every platform. A new one is an entry here, one in `index.ts` beside, and its folder. */
export const PLATFORMS = {
  local: { isThisMachine: true },
  docker: { isThisMachine: false },
  kubernetes: { isThisMachine: false },
} as const satisfies Readonly<Record<string, PlatformFacts>>;

export type PlatformKind = keyof typeof PLATFORMS;

export const PLATFORM_KINDS = Object.keys(PLATFORMS) as [PlatformKind, ...PlatformKind[]];

/** Of a stack whose file names none. */
export const DEFAULT_PLATFORM = 'local' satisfies PlatformKind;

/**
 * Whether a platform runs workloads as processes of this machine.
 * @param kind also what a stack's file says that was not checked. What is no platform is not.
 */
export const isThisMachine = (kind: unknown): boolean =>
  PLATFORM_KINDS.some((each) => each === kind && PLATFORMS[each].isThisMachine);
