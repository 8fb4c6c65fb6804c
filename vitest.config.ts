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
        retry: project.retry ?? 0,
        // What a command said is in the values that a failure compares.
        chaiConfig: { truncateThreshold: 800 },
        ...(project.testTimeout !== undefined && { testTimeout: project.testTimeout }),
        ...(project.hookTimeout !== undefined && { hookTimeout: project.hookTimeout }),
      },
    })),
  },
});
