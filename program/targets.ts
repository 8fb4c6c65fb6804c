import { parse } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { TargetGroup } from '../components/prometheus/discovery.ts';
import { SettingsError } from '../settings/index.ts';

const target = z
  .string()
  .regex(/^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\]):[1-9][0-9]{0,4}$/, {
    message: 'host:port, such as 10.0.0.7:9100',
  });
const groups = z.array(
  z.strictObject({
    targets: z.array(target).min(1),
    labels: z
      .record(
        z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { message: 'a label name such as zone' }),
        z.string(),
      )
      .optional(),
  }),
);
const job = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/);

/**
 * Targets by job, from the files of `targets.d/`: each a list of `{ targets: [host:port], labels }` in YAML or JSON.
 * @param files content by path under `targets.d/`; the name of the file is the job.
 * @throws SettingsError naming file, place and value.
 */
export function readTargets(
  files: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly TargetGroup[]>> {
  const found: Record<string, readonly TargetGroup[]> = {};
  for (const [file, text] of Object.entries(files)) {
    // Folders are for people: the job is the name of the file alone.
    const name = parse(file).name;
    const where = `targets.d/${file}`;
    if (!job.safeParse(name).success) {
      refuse(
        where,
        `the job would be '${name}': allowed are lower-case letters, digits and dashes, starting with a letter, 40 at most. Rename it: git mv '${where}' targets.d/<job>.yaml`,
      );
    }
    if (name in found) refuse(where, `the job '${name}' has another file already: put them together`);
    const result = groups.safeParse(parsed(where, text));
    if (!result.success) {
      const [{ path, message } = { path: [], message: '' }] = result.error.issues;
      const place = path.length === 0 ? 'the file' : path.join('.');
      refuse(
        where,
        `${place} is wrong: ${message}. A file is a list of groups: [{ targets: ["10.0.0.7:9100"], labels: { zone: "a" } }]`,
      );
    } else
      found[name] = result.data.map(({ targets, labels }) => (labels ? { targets, labels } : { targets }));
  }
  return found;
}

function parsed(where: string, text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    return refuse(where, `it is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}

function refuse(file: string, problem: string): never {
  throw new SettingsError([problem], file);
}
