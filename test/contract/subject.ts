import type { WorkloadLog } from '../../platforms/workload.ts';

/**
 * A stack with its demo on one platform, as the contract handles it. To hold a further platform to the contract,
 * write its adapter (test/e2e/docker/subject.ts and test/e2e/full-path/subject.ts are the others) and call
 * `platformContract(() => adapter)` inside the `describe` of its suite, whose `beforeAll` brings the stack up and
 * whose `afterAll` removes whatever a failed test has left. Where `make up` cannot be used, because only a
 * stand-in for the platform's provider can be had, `PlannedStack` runs the same program.
 */
export interface PlatformUnderTest {
  /** How Prometheus is called for each of its copies, in `ask`. One where it has no twin. */
  readonly prometheuses: readonly string[];
  /** Within how many seconds after an update a changed rule must be in use. */
  readonly ruleSeconds: number;
  /** Names in `running` of what is killed. */
  readonly killed: readonly string[];

  /**
   * Brings the stack up as its base settings and a change say; an earlier change is gone.
   * @returns whether anything was changed
   * @throws with what was said, where it is refused
   */
  up(change?: Change): Promise<{ readonly changed: boolean }>;
  /** Takes the stack down. @returns what it says that it keeps, named as `remains` does. */
  down(): Promise<readonly string[]>;
  /** Removes what was kept. */
  purge(): Promise<void>;
  /** Everything of the stack that is on the platform: running or kept, sorted. */
  remains(): Promise<readonly string[]>;
  /** Copies that are ready, and for each what tells this run of it from the next: pid, container and pid, pod. */
  running(): Promise<Readonly<Record<string, string>>>;
  /** Kills the process of a copy with SIGKILL. */
  kill(copy: string): Promise<void>;
  /** The JSON answer of the web port of a workload, or of a copy of Prometheus. */
  ask<T>(workload: string, path: string): Promise<T>;
  /** What `make logs` shows. */
  logs(): Promise<readonly WorkloadLog[]>;
  /** Switches an incident of the demo on. */
  begin(incident: string): Promise<void>;
  /** Ends all incidents. */
  recover(): Promise<void>;
}

/** What differs between two updates. */
export interface Change {
  /** Overrides of alerts, beside those of the stack's base settings. */
  readonly alerts?: Readonly<Record<string, unknown>>;
  /** Further settings, each in place of the base's. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The user's own files, such as `rules.d/own.yaml`. */
  readonly files?: Readonly<Record<string, string>>;
}
