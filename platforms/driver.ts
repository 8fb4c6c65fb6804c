import type { PlatformKind } from './kinds.ts';
import type { Workload, WorkloadLog } from './workload.ts';

/** A stack on a platform, as commands ask about it and look after it. */
export interface StackSite<Section = unknown> {
  readonly stack: string;
  /** The project's folder, absolute. */
  readonly root: string;
  /** The settings of the platform alone, decrypted: the section of its name. */
  readonly section: Section;
  /** Service and namespace of workloads that the stack uses and others run. Default: none. */
  readonly elsewhere?: Readonly<Record<string, { readonly namespace: string; readonly service: string }>>;
}

/** A port of a workload. */
export interface WorkloadPort {
  readonly workload: string;
  readonly port: number;
  /** Whether the workload sees its machine. Default: false. */
  readonly host?: boolean;
}

/** What was done about workloads that run though no state lists them. */
export interface UnlistedReport {
  readonly removed: readonly string[];
  /** What still runs, and a sentence with the command that removes it. */
  readonly left?: { readonly names: readonly string[]; readonly advice: string };
}

/** What runs of a stack, by name, and the command that removes it. */
export interface RunningReport {
  readonly names: readonly string[];
  /** Default: `make down` does, without the state. */
  readonly command?: string;
}

/** Ports of this machine that a stack needs and something else has. */
export interface PortConflicts {
  /** A clause each: the port, who has it, and the setting that moves the workload. */
  readonly conflicts: readonly string[];
  /** Whether a process of the stack itself, whose record is gone, has one of them. */
  readonly ownLeft: boolean;
}

/**
 * How commands look after a stack on one platform. One object a platform, in `platforms/<kind>/driver.ts`, loaded where
 * it is used. Everything throws the platform's own errors, whose messages say all that a person has to know.
 */
export interface PlatformDriver<Section = unknown> {
  readonly kind: PlatformKind;
  /** Keys of the platform's settings without which the stack cannot be asked: they are decrypted first. */
  readonly credentials: readonly string[];
  /** How long a stack that was brought up may take until every check of it is healthy. */
  readonly settleSeconds: number;
  /** The log of each copy of each workload. */
  logs(site: StackSite<Section>): Promise<readonly WorkloadLog[]>;
  /**
   * Runs `work` while some ports can be reached from this machine.
   * @param work is given what tells the URL of a workload, which throws for one that cannot be reached; or nothing where
   * the addresses of the stack are open anyhow.
   */
  reach<T>(
    site: StackSite<Section>,
    ports: readonly WorkloadPort[],
    work: (url?: (workload: string) => string) => Promise<T>,
  ): Promise<T>;
  /** Names of what a stack that was taken down has left for the next one, besides what is in its folder. */
  kept(site: StackSite<Section>): Promise<readonly string[]>;
  /** Removes that as well. @returns its names. */
  purge(site: StackSite<Section>): Promise<readonly string[]>;
  /** Stops what runs and no state lists, or says how to: the state was lost, or cannot be read. */
  stopUnlisted(site: StackSite<Section>): Promise<UnlistedReport>;
  /** What runs now. Nothing is changed. */
  running(site: StackSite<Section>): Promise<RunningReport>;
  /** Waits until what runs is what is declared. @returns a sentence for each workload that is not, when time is up. */
  rolledOut(site: StackSite<Section>, seconds: number): Promise<readonly string[]>;
  /** What is there already, and belongs to others. @returns a clause each. Nothing is changed. */
  foreignObjects(site: StackSite<Section>, workloads: readonly Workload[]): Promise<readonly string[]>;
  /** Ports that the stack needs and something else has. */
  portConflicts(site: StackSite<Section>, wanted: readonly WorkloadPort[]): Promise<PortConflicts>;
  /** The command line that runs a command where a workload runs, from a shell of this machine. */
  shellIn(site: StackSite<Section>, workload: string, command: string): string;
}
