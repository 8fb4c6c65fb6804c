import { defineConfig } from 'vitest/config';
import { PROJECTS, type Project } from './test/runner/projects.ts';

export default defineConfig({
  test: {
    projects: Object.entries<Project>(PROJECTS).map(([name, project]) => ({
      test: {
        name,
        include: [...project.include],
        exclude: [...(project.exclude ?? [])],
        fileParallelism: project.parallel ?? false,
        isolate: !project.shared,
        ...(project.testTimeout !== undefined && { testTimeout: project.testTimeout }),
        ...(project.hookTimeout !== undefined && { hookTimeout: project.hookTimeout }),
      },
    })),
  },
});
