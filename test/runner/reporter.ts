import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import type { FileCost } from './results.ts';

/** Writes what each file cost into `FILES_REPORT`: Vitest's own report leaves hooks and imports out. */
export default class CostReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env.FILES_REPORT;
    if (file === undefined) return;
    const costs: FileCost[] = modules.map((module) => {
      const { collectDuration, setupDuration, duration } = module.diagnostic();
      return {
        file: relative(process.cwd(), module.moduleId),
        tests: [...module.children.allTests()].length,
        seconds: (collectDuration + setupDuration + duration) / 1000,
      };
    });
    writeFileSync(file, JSON.stringify(costs));
  }
}
