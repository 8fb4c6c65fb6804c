import * as pulumi from '@pulumi/pulumi';
import { SECRET_PLACEHOLDER } from '../lib/secret-placeholder.ts';
import type { ConfigDirectory, Workload } from '../platforms/workload.ts';
import { keyOf, SettingsError } from './settings/index.ts';
import { secretKeyProblem } from './settings/secrets.ts';

/** Settings in which some secrets are outputs of the engine. */
export interface SecretInputs {
  /** The settings with a placeholder in the place of each. */
  readonly hidden: unknown;
  /** The outputs by key, such as `notifications.slack.webhookUrl`. */
  readonly inputs: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Takes the outputs of the engine out of settings. What resources there are must be known before: outputs may stand only where
 * a secret does.
 * @param name what a message calls the settings.
 * @throws SettingsError naming each key that is an output and no secret.
 */
export function hideInputs(settings: unknown, name: string): SecretInputs {
  const inputs: Record<string, pulumi.Input<string>> = {};
  const problems: string[] = [];
  const hide = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
      const key = keyOf(path);
      if (secretKeyProblem(key) === undefined) inputs[key] = value as pulumi.Input<string>;
      else
        problems.push(
          `${key} is an output, which is known only while the program runs, but decides which resources there are: it must be a plain value. Secrets alone may be outputs`,
        );
      return SECRET_PLACEHOLDER;
    }
    if (Array.isArray(value)) return value.map((item, index) => hide(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, hide(inner, [...path, key])]),
    );
  };
  const hidden = hide(settings, []);
  if (problems.length > 0) throw new SettingsError(problems, name);
  return { hidden, inputs };
}

/** Settings with the values of their outputs by key, as `hideInputs` gives them. */
export function withValues(settings: unknown, values: Readonly<Record<string, string>>): unknown {
  const fill = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return values[keyOf(path)];
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, fill(inner, [...path, key])]),
    );
  };
  return fill(settings, []);
}

/**
 * A workload whose files that hold placeholders come from the same workload with the values.
 * @param resolved workloads by name, once the values are known.
 */
export function revealed(
  workload: Workload,
  resolved: pulumi.Output<Readonly<Record<string, Workload>>>,
): Workload {
  const { directories } = workload;
  if (directories === undefined) return workload;
  const reveal = (directory: ConfigDirectory): ConfigDirectory => ({
    ...directory,
    files: Object.fromEntries(
      Object.entries(directory.files).map(([path, text]) => [
        path,
        typeof text === 'string' && text.includes(SECRET_PLACEHOLDER)
          ? pulumi.secret(resolved.apply((all) => fileOf(all[workload.name], directory.name, path)))
          : text,
      ]),
    ),
  });
  return { ...workload, directories: directories.map(reveal) };
}

function fileOf(workload: Workload | undefined, directory: string, path: string): pulumi.Input<string> {
  const text = workload?.directories?.find(({ name }) => name === directory)?.files[path];
  if (text === undefined)
    throw new Error(`${directory}/${path} is a file of no workload once secrets are known`);
  return text;
}
