import type { PageFacts, WorkloadFacts } from '../index.ts';

/** A resource as the engine is about to make it. */
export interface Resource {
  /** Such as `kubernetes:core/v1:ConfigMap`. */
  readonly type: string;
  readonly name: string;
  readonly props: unknown;
}

/** What the inputs of a resource say, in the terms of policies. */
export interface Inputs {
  /** Configuration files by path; none that is a secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Arguments of what it runs. */
  readonly args: readonly string[];
  /** Containers that it runs. */
  readonly workloads: readonly WorkloadFacts[];
  /** Images that it pulls and does not run itself. */
  readonly images: Readonly<Record<string, string>>;
  /** What it opens to people. */
  readonly pages: readonly PageFacts[];
  /** Whether the text at a path of the inputs is where secrets belong. */
  readonly secret: (path: readonly string[]) => boolean;
}

/** A reader of one provider's resources; undefined for those of others. */
export type Reader = (resource: Resource) => Partial<Inputs> | undefined;
