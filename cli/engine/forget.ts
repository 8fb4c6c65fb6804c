import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { UsageError } from '../arguments.ts';
import { ROOT, stateFolder } from '../project.ts';
import { engineFolder } from './engine-folder.ts';
import { freeStack } from './locks.ts';
import { statePlace } from './state-place.ts';

/**
 * Sets aside what the engine knows of a stack, and the passphrase and the salt that this machine keeps for it: the next
 * `make up` starts over. Nothing is deleted, and no data of a workload is touched.
 * @param platform of the stack; undefined where its file does not say.
 * @param areStopped whether its containers were removed. Default: false.
 * @returns what a person reads.
 * @throws UsageError where state is not a folder.
 */
export async function forget(
  stack: string,
  platform: unknown,
  areStopped = false,
): Promise<readonly string[]> {
  const { url, from } = statePlace(stack);
  const folder = engineFolder(stack, url);
  if (folder === undefined)
    throw new UsageError(
      'The state of this stack is not in a folder: --forget cannot set it aside. Remove it where it is kept ' +
        `(${from}), or copy a backup of it back.`,
    );
  await freeStack(stack);
  const own = stateFolder(stack);
  const files = [
    folder.state,
    folder.previous,
    join(own, 'passphrase'),
    join(own, 'passphrase.json'),
    join(own, 'workspace', `Pulumi.${stack}.yaml`),
  ].filter((file) => existsSync(file));
  if (files.length === 0) return [`Nothing is known of stack "${stack}": there is nothing to set aside.`];
  const aside = join(own, 'forgotten', new Date().toISOString().replaceAll(':', '-'));
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const file of files) renameSync(file, join(aside, basename(file)));
  return [
    `Set aside, in ${relative(ROOT, aside)}: ${files.map((file) => basename(file)).join(', ')}`,
    ...(areStopped ? [] : (ELSEWHERE[String(platform)]?.(stack) ?? [])),
    ...(platform === 'docker' || platform === 'kubernetes' ? [secretsAnew(stack)] : []),
    `To start over: make up STACK=${stack}`,
  ];
}

/** What no longer belongs to any state, and how to find it. */
const ELSEWHERE: Readonly<Record<string, (stack: string) => readonly string[]>> = {
  docker: (stack) => [
    `Containers of "${stack}" may still run, and are no longer known here. Look at them, then remove them by name: ` +
      'docker ps --format "{{.Names}}  {{.Labels}}"; docker rm --force <name>',
  ],
  kubernetes: (stack) => [
    `Objects of "${stack}" are still in the cluster, and are no longer known here. Look at them, then remove them: ` +
      'kubectl get all --namespace <namespace>; kubectl delete namespace <namespace>',
  ],
};

const secretsAnew = (stack: string) =>
  `If the passphrase is lost: remove encryptionsalt and every secure: value from Pulumi.${stack}.yaml, and set them ` +
  `anew: make secret STACK=${stack} NAME=<key>`;
