import { globSync } from 'node:fs';
import type { Coverage } from './affected.ts';
import { PROJECTS, type Project } from './projects.ts';
import type { Suite } from './suites.ts';

/** What each suite covers: the files of its Vitest project, and what it starts or reads. */
export function coverageOf(suites: readonly Suite[], root: string): readonly Coverage[] {
  return suites.map(({ name, run, starts = [] }) => {
    const project: Project | undefined = 'project' in run ? PROJECTS[run.project] : undefined;
    const tests = project
      ? globSync([...project.include], { cwd: root, exclude: [...(project.exclude ?? [])] })
      : [];
    return {
      name,
      files: [...tests, ...starts.filter((start) => start.endsWith('.ts'))],
      folders: starts.filter((start) => !start.endsWith('.ts')),
    };
  });
}
