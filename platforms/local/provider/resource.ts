import { applyProcess, deleteProcess } from '../process/apply.ts';
import { HEALTHY, type ProcessInputs } from '../process/inputs.ts';
import { observeProcess } from '../process/observe.ts';
import { type Change, changesBetween } from './diff.ts';
import { holdsSecret, isObject, isSecret, type Json, reveal, secret } from './secrets.ts';

export interface Refusal {
  readonly property: string;
  readonly reason: string;
}

/** `local:index:Process`: one process of the stack. Its inputs are `ProcessInputs`; it has no other outputs. */
export const process = {
  /** The id is only a name: stack and workload stand in the inputs. */
  id(inputs: Json): string {
    return toInputs(inputs).workload;
  },

  /** A secret file outside a secret directory would lie readable for everybody. */
  check(news: Json): { inputs: Json; refusals: Refusal[] } {
    const inputs = { ...(isObject(news) ? news : {}), status: HEALTHY };
    const directories = (inputs as { directories?: Json }).directories;
    const refusals = Object.entries(isObject(directories) ? directories : {}).flatMap(([name, directory]) => {
      if (!isObject(directory) || directory.secret === true || !holdsSecret(directory.files)) return [];
      return [
        {
          property: `directories.${name}`,
          reason: `${name} holds a secret: give the directory \`secret: true\``,
        },
      ];
    });
    return { inputs, refusals };
  },

  diff(before: Json, after: Json): Change[] {
    return changesBetween(reveal(before), reveal(after));
  },

  async apply(inputs: Json): Promise<void> {
    await applyProcess(toInputs(inputs));
  },

  async read(inputs: Json): Promise<Json> {
    const found = await observeProcess(toInputs(inputs));
    return hideSecrets(structuredClone(found) as unknown as Json, inputs);
  },

  async remove(inputs: Json): Promise<void> {
    await deleteProcess(toInputs(inputs));
  },
};

function toInputs(inputs: Json): ProcessInputs {
  return reveal(inputs) as unknown as ProcessInputs;
}

/** Marks what a refresh found in secret directories as secret again. */
function hideSecrets(found: Json, like: Json): Json {
  if (isSecret(like)) return secret(hideSecrets(found, (like as { value: Json }).value));
  if (!isObject(found) || !isObject(like)) return found;
  const inSecretDirectory = found.secret === true && isObject(found.files);
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => {
      if (inSecretDirectory && key === 'files' && isObject(value)) return [key, hideFiles(value)];
      return [key, hideSecrets(value, like[key] ?? null)];
    }),
  );
}

function hideFiles(files: { [name: string]: Json }): Json {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, secret(content)]));
}
