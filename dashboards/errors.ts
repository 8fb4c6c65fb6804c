import { sentence } from '../lib/sentence.ts';

/** Dashboards that cannot be provisioned. It lists every mistake found, each with the file and what is allowed. */
export class DashboardsError extends Error {
  override readonly name = 'DashboardsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.map(sentence).join('\n'));
    this.problems = problems;
  }
}
