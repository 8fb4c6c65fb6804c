import type Docker from 'dockerode';
import type { Made, Properties } from '../serve.ts';
import type { Shape } from './properties.ts';

/** A type of resource that the stand-in carries out. */
export interface Kind {
  /** Inputs that are carried out; any other is refused. */
  readonly shape: Shape;
  /**
   * Inputs whose change leaves the resource where it is; every other one replaces it. Source: the attributes
   * without `ForceNew` in `internal/provider/resource_docker_*.go` of
   * github.com/kreuzwerker/terraform-provider-docker, on which the official plugin is built.
   */
  readonly inPlace: readonly string[];
  create(engine: Docker, inputs: Properties): Promise<Made>;
  update(engine: Docker, id: string, inputs: Properties, changed: readonly string[]): Promise<Properties>;
  /** What is there now; undefined where it is gone. */
  read(engine: Docker, id: string, state: Properties): Promise<Properties | undefined>;
  delete(engine: Docker, id: string, state: Properties): Promise<void>;
}

export interface LabelInput {
  readonly label: string;
  readonly value: string;
}

/** The official plugin's list of labels, as the engine's map. */
export function labelMap(list: unknown): Record<string, string> {
  return Object.fromEntries(((list ?? []) as LabelInput[]).map(({ label, value }) => [label, value]));
}

/** What a question about something gone gives. */
export async function orGone<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}
