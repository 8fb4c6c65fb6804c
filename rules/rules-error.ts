import { sentence } from '../lib/sentence.ts';

/** Every mistake found in the rules or their settings, one a line. */
export class RulesError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.map(sentence).join('\n'));
    this.name = 'RulesError';
    this.problems = problems;
  }
}
