import { createHash, scryptSync } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import type { ConfigDirectory, Workload } from './workload.ts';

/**
 * Fingerprint of the files for which a workload's process has to be replaced; undefined where there are none.
 * @param replaces whether a change of a directory's files replaces the process on this platform.
 */
export function filesFingerprint(
  workload: Workload,
  replaces: (onChange: ConfigDirectory['onChange']) => boolean,
): pulumi.Input<string> | undefined {
  const replacing = (workload.directories ?? []).filter(({ onChange }) => replaces(onChange));
  if (replacing.length === 0) return undefined;
  const parts = replacing.map((directory) => fingerprint(workload.name, directory));
  return joined(parts, (texts) => digest(texts.join('\n')));
}

function fingerprint(workload: string, directory: ConfigDirectory): pulumi.Input<string> {
  const paths = Object.keys(directory.files).sort();
  return joined(
    paths.map((path) => directory.files[path] ?? ''),
    (texts) => {
      const content = paths.map((path, index) => `${path}\0${texts[index]}`).join('\0');
      if (directory.secret !== true) return digest(content);
      // Whoever may inspect containers or pods sees it: a fast hash of a short password could be guessed.
      return scryptSync(content, `${workload}/${directory.name}`, 16).toString('hex');
    },
  );
}

/** Applies a function to values, at once where all are known. */
function joined(
  values: readonly pulumi.Input<string>[],
  combine: (texts: readonly string[]) => string,
): pulumi.Input<string> {
  if (values.every((value) => typeof value === 'string')) return combine(values);
  return pulumi.unsecret(pulumi.all(values.map((value) => pulumi.output(value))).apply(combine));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
