/** A Vitest project: tests of one kind, their files and limits (milliseconds). */
export interface Project {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly testTimeout?: number;
  readonly hookTimeout?: number;
  /**
   * How often a test that failed is tried again: once, where real programs share this machine with the rest of a run.
   * The run names each test that needed it, since it is a defect all the same. Default: never.
   */
  readonly retry?: 1;
  /** Whether files may run side by side. Those that start real programs on fixed ports may not. Default: no. */
  readonly parallel?: true;
  /** Whether files share loaded modules. Only pure tests can. Default: no. */
  readonly shared?: true;
}

const LIVE = { testTimeout: 600_000, hookTimeout: 1_200_000, retry: 1 } as const;

/** `unit` is pure and takes seconds; the others start real programs. */
export const PROJECTS = {
  unit: { include: ['test/unit/**/*.test.ts'], testTimeout: 120_000, parallel: true, shared: true },
  tools: { include: ['test/tools/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 1_200_000 },
  review: { include: ['test/review/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 300_000 },
  promtool: { include: ['test/promtool/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
  mutation: { include: ['test/mutation/**/*.test.ts'], hookTimeout: 1_800_000, parallel: true },
  'full-path': { include: ['test/e2e/full-path.test.ts'], ...LIVE },
  e2e: {
    include: ['test/e2e/**/*.test.ts'],
    exclude: ['test/e2e/full-path*', 'test/e2e/backtest*', 'test/e2e/docker*', 'test/e2e/kubernetes*'],
    ...LIVE,
  },
  backtest: { include: ['test/e2e/backtest*.test.ts'], ...LIVE },
  docker: { include: ['test/e2e/docker*.test.ts'], ...LIVE },
  kubernetes: { include: ['test/e2e/kubernetes*.test.ts'], ...LIVE },
  incidents: {
    include: ['test/incidents/**/*.test.ts'],
    testTimeout: 1_500_000,
    hookTimeout: 1_800_000,
  },
} as const satisfies Readonly<Record<string, Project>>;

export type ProjectName = keyof typeof PROJECTS;
