import { isDeepStrictEqual } from 'node:util';
import type { Difference, Made, Properties, Refusal, StandIn } from '../serve.ts';
import { type Call, KINDS, type Kind } from './kinds.ts';

const SETTINGS: readonly string[] = ['url', 'auth', 'retries', 'retryWait', 'retryStatusCodes', 'version'];

/** Stands in for the official Grafana provider where that cannot be had, through Grafana's HTTP API. */
export class GrafanaStandIn implements StandIn {
  readonly version = '2.40.0';
  #settings: Readonly<Record<string, string>> = {};

  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const unknown = Object.keys(settings).filter((key) => !SETTINGS.includes(key));
    if (unknown.length > 0) throw new Error(`provider settings not carried out: ${unknown.join(', ')}`);
    this.#settings = settings;
  }

  async check(type: string, inputs: Properties): Promise<readonly Refusal[]> {
    const kind = KINDS.get(type);
    if (kind === undefined) return [{ property: '', reason: `the type ${type} is not carried out` }];
    return Object.keys(inputs)
      .filter((property) => !kind.inputs.includes(property))
      .map((property) => ({ property, reason: 'it is not carried out' }));
  }

  diff(type: string, before: Properties, after: Properties): Difference {
    const moved = kindOf(type).id(before) !== kindOf(type).id(after);
    return {
      changes: !isDeepStrictEqual(before, after),
      replaces: moved ? Object.keys(after) : [],
      deleteBeforeReplace: false,
    };
  }

  async create(type: string, inputs: Properties): Promise<Made> {
    await this.#call(kindOf(type).create(inputs));
    return { id: kindOf(type).id(inputs), outputs: inputs };
  }

  async update(type: string, _id: string, _before: Properties, after: Properties): Promise<Properties> {
    await this.#call(kindOf(type).update(after));
    return after;
  }

  async read(_type: string, _id: string, state: Properties): Promise<Properties> {
    return state;
  }

  async delete(type: string, id: string): Promise<void> {
    await this.#call(kindOf(type).delete(id));
  }

  async #call({ method, path, body }: Call): Promise<void> {
    const { url, auth = '' } = this.#settings;
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: auth.includes(':') ? `Basic ${btoa(auth)}` : `Bearer ${auth}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}

function kindOf(type: string): Kind {
  const kind = KINDS.get(type);
  if (kind === undefined) throw new Error(`the type ${type} is not carried out`);
  return kind;
}
