import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * Puts a `kubectl` on PATH until the test ends.
 * @param script what it does, in sh.
 * @returns everything that it has been told, and the kubeconfigs that it was pointed to.
 */
export const fakeKubectl = (script: string): (() => string) => fakeProgram('kubectl', script);

/** Puts any program on PATH likewise. */
export function fakeProgram(name: string, script: string): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  const [file, log] = [join(folder, name), join(folder, 'log')];
  const told = `echo "$*" >>${log}; case "$1" in --kubeconfig=*) cat "\${1#*=}" >>${log};; esac`;
  writeFileSync(log, '');
  writeFileSync(file, `#!/bin/sh\n${told}\n${script}\n`, { mode: 0o755 });
  const { PATH = '' } = process.env;
  process.env.PATH = `${folder}${delimiter}${PATH}`;
  onTestFinished(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });
  return () => readFileSync(log, 'utf8');
}
