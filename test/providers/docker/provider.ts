import { isDeepStrictEqual } from 'node:util';
import Docker from 'dockerode';
import type { Difference, Made, Properties, Refusal, StandIn } from '../serve.ts';
import { container } from './container.ts';
import { remoteImage } from './image.ts';
import type { Kind } from './kind.ts';
import { network } from './network.ts';
import { changed, uncovered } from './properties.ts';
import { volume } from './volume.ts';

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['docker:index/network:Network', network],
  ['docker:index/volume:Volume', volume],
  ['docker:index/remoteImage:RemoteImage', remoteImage],
  ['docker:index/container:Container', container],
]);
const SETTINGS: readonly string[] = ['host', 'version'];

/** Stands in for the official Docker provider where that cannot be had, through the Engine API. */
export class DockerStandIn implements StandIn {
  readonly version = '5.2.0';
  #engine: Docker | undefined;
  #connect: () => Docker = () => {
    throw new Error('the provider was not configured');
  };

  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const unknown = Object.keys(settings).filter((key) => !SETTINGS.includes(key));
    if (unknown.length > 0) throw new Error(`provider settings not carried out: ${unknown.join(', ')}`);
    const host = settings.host ?? process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
    if (!host.startsWith('unix://'))
      throw new Error(`the engine's address ${host} is not carried out: only unix:// is`);
    this.#connect = () => new Docker({ socketPath: host.slice('unix://'.length) });
  }

  async check(type: string, inputs: Properties): Promise<readonly Refusal[]> {
    const kind = KINDS.get(type);
    if (kind === undefined) return [{ property: '', reason: `the type ${type} is not carried out` }];
    const refusals = uncovered(inputs, kind.shape).map((property) => ({
      property,
      reason: 'it is not carried out',
    }));
    return inputs.name === undefined
      ? [...refusals, { property: 'name', reason: 'no name: none is made up' }]
      : refusals;
  }

  diff(type: string, before: Properties, after: Properties): Difference {
    const { inPlace } = kindOf(type);
    const different = changed(before, after, isDeepStrictEqual);
    return {
      changes: different.length > 0,
      replaces: different.filter((property) => !inPlace.includes(property)),
      deleteBeforeReplace: false,
    };
  }

  create(type: string, inputs: Properties): Promise<Made> {
    return kindOf(type).create(this.#api(), inputs);
  }

  async update(type: string, id: string, before: Properties, after: Properties): Promise<Properties> {
    const shape = kindOf(type).shape;
    const inputs = Object.fromEntries(Object.entries(before).filter(([key]) => key in shape));
    return await kindOf(type).update(this.#api(), id, after, changed(inputs, after, isDeepStrictEqual));
  }

  read(type: string, id: string, state: Properties): Promise<Properties | undefined> {
    return kindOf(type).read(this.#api(), id, state);
  }

  delete(type: string, id: string, state: Properties): Promise<void> {
    return kindOf(type).delete(this.#api(), id, state);
  }

  #api(): Docker {
    this.#engine ??= this.#connect();
    return this.#engine;
  }
}

function kindOf(type: string): Kind {
  const kind = KINDS.get(type);
  if (kind === undefined) throw new Error(`the type ${type} is not carried out`);
  return kind;
}
