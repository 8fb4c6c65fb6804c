import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** What became of a suite. */
export interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each failure, which the run repeats at its end, where a reader of a long log looks. */
  readonly failures: readonly string[];
  /** A line for each test that passed at its second try only, with what failed at the first. */
  readonly flaky: readonly string[];
}

/** What a test file took: tests, hooks and imports. */
export interface FileCost {
  /** Path from the root. */
  readonly file: string;
  readonly tests: number;
  readonly seconds: number;
}

/** What is read of the report that Vitest writes as JSON. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly Assertion[];
  }[];
}

interface Assertion {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: readonly string[] | null;
}

/** Longer than most errors, short enough for a line. */
const BEGINNING = 1000;

/**
 * The result of a run of Vitest. A file that does not load, or a hook that fails, fails no test by name; it must not
 * pass for that, nor may an error outside of tests.
 * @param code with which Vitest ended
 * @param root folder that the names of files are told from
 */
export function resultOf(report: Report, code: number, root: string): Result {
  const flaky = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      // A report keeps the errors of the tries before the one that passed.
      .filter(({ status, failureMessages }) => status === 'passed' && (failureMessages ?? []).length > 0)
      .map((assertion) => told(relative(root, name), assertion)),
  );
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((assertion) => assertion.status === 'failed');
    if (failed.length > 0) return failed.map((assertion) => told(file, assertion));
    return status === 'failed' ? [`${file}: ${beginning(message)}`] : [];
  });
  if (failures.length === 0 && code !== 0)
    failures.push(`ended with code ${code}, though no test failed: an error outside of them`);
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests,
    failures,
    flaky,
  };
}

/** A test of a file, and what failed in it, on one line. */
function told(file: string, { fullName, failureMessages }: Assertion): string {
  return `${file} > ${fullName}: ${beginning((failureMessages ?? []).join('\n'))}`;
}

/** An error before its stack, on one line. */
function beginning(message: string): string {
  const [text = ''] = stripVTControlCharacters(message).split(/\n\s+at /);
  return text.replace(/\s+/g, ' ').trim().slice(0, BEGINNING);
}
