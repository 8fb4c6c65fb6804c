import { expressionProblem } from '../../lib/re2.ts';
import { set } from '../../lib/setting-commands.ts';
import { keyOf } from './problems.ts';
import type { RawSettings } from './schema.ts';

/**
 * Regular expressions of relabelling that Prometheus would refuse, in what the settings hand to it as it stands.
 * @returns a sentence each: the key, the value, what is allowed and the command that changes it.
 */
export function expressionProblems(
  { prometheus: { scrapeConfigs, remoteWrite } }: Pick<RawSettings, 'prometheus'>,
  stack: string,
): readonly string[] {
  return [
    ...relabelled(scrapeConfigs, ['prometheus', 'scrapeConfigs']),
    ...relabelled(remoteWrite, ['prometheus', 'remoteWrite']),
  ].flatMap(({ path, value }) => {
    const problem = expressionProblem(value);
    if (problem === undefined) return [];
    const key = keyOf(path);
    return [
      `${key} is ${JSON.stringify(value)}, but must be a regular expression that RE2 can read (${problem}). ` +
        `Change it: ${set(key, '<value>', stack)}`,
    ];
  });
}

interface Found {
  readonly path: readonly PropertyKey[];
  readonly value: string;
}

/** Every `regex` within a list called `…relabel_configs`, however deep. */
function relabelled(value: unknown, path: readonly PropertyKey[], within = false): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [PropertyKey, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => {
    if (within && key === 'regex' && typeof inner === 'string')
      return [{ path: [...path, key], value: inner }];
    return relabelled(inner, [...path, key], within || String(key).endsWith('relabel_configs'));
  });
}
