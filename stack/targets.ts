import { parse } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { TargetGroup } from '../components/prometheus/discovery.ts';
import { address, jobName, labelName } from '../lib/forms.ts';
import { yamlProblem } from '../lib/yaml-problem.ts';
import { describePlace, reservedTargetLabel, SettingsError } from './settings/index.ts';

const groups = z.array(
  z.strictObject({
    targets: z.array(address).min(1),
    labels: z.record(labelName, z.string()).optional(),
  }),
);

const FORM = 'A file is a list of groups, such as [{ targets: ["10.0.0.7:9100"], labels: { zone: "a" } }].';

/**
 * Targets by job, from the files of `targets.d/`: each a list of `{ targets: [host:port], labels }` in YAML or JSON.
 * @param files content by path under `targets.d/`; the name of the file is the job.
 * @param ownerOf whose job a name is already, in words. Default: every name is free.
 * @throws SettingsError naming file, place and value.
 */
export function readTargets(
  files: Readonly<Record<string, string>>,
  ownerOf: (job: string) => string | undefined = () => undefined,
): Readonly<Record<string, readonly TargetGroup[]>> {
  const found: Record<string, readonly TargetGroup[]> = {};
  for (const [file, text] of Object.entries(files)) {
    // Folders are for people: the job is the name of the file alone.
    const name = parse(file).name;
    const where = `targets.d/${file}`;
    if (!jobName.safeParse(name).success) {
      refuse(
        where,
        `the job would be '${name}': allowed are lower-case letters, digits and dashes, starting with a letter, 40 at most. Rename it: git mv '${where}' targets.d/<job>.yaml`,
      );
    }
    if (name in found) refuse(where, `the job '${name}' has another file already: put them together`);
    const owner = ownerOf(name);
    if (owner !== undefined)
      refuse(
        where,
        `the job would be '${name}', which is ${owner}; each job has a name of its own. Rename it: git mv ${where} targets.d/<another name>.yaml`,
      );
    const content = parsed(where, text);
    const result = groups.safeParse(content);
    if (!result.success) {
      const said = result.error.issues.flatMap((issue) => describePlace(issue, content, groups));
      throw new SettingsError(
        said.map((problem, index) => `${where}: ${problem}${index === said.length - 1 ? ` ${FORM}` : ''}`),
        where,
        'file',
      );
    } else refuseLabels(where, result.data);
    if (result.success)
      found[name] = result.data.map(({ targets, labels }) => (labels ? { targets, labels } : { targets }));
  }
  return found;
}

function refuseLabels(where: string, groups: readonly TargetGroup[]): void {
  for (const [index, { labels = {} }] of groups.entries())
    for (const label of Object.keys(labels)) {
      const reserved = reservedTargetLabel(label);
      if (reserved !== undefined)
        refuse(where, `[${index}].labels.${label} is reserved: the label ${label} ${reserved}`);
    }
}

function parsed(where: string, text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    return refuse(where, yamlProblem(error));
  }
}

function refuse(file: string, problem: string): never {
  throw new SettingsError([`${file}: ${problem}`], file, 'file');
}
