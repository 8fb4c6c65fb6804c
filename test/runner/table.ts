import type { FileCost, Result } from './results.ts';

/** What a suite did and took. */
export interface Ran extends Result {
  readonly name: string;
  /** Wall time. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Empty for a command. */
  readonly files: readonly FileCost[];
}

const HEAD = ['suite', 'passed', 'failed', 'skipped', 'wall s', 'CPU s', 'waiting s', 'share'];

/**
 * What each suite cost. *Waiting* is wall time in which none of its processes computed, at least; *share* is its part
 * of all suites' wall time.
 * @param seconds wall time of the whole run
 */
export function costTable(suites: readonly Ran[], seconds: number, cores: number): string {
  const all = suites.reduce((sum, suite) => sum + suite.seconds, 0);
  const cpu = suites.reduce((sum, suite) => sum + suite.cpuSeconds, 0);
  const rows = suites.map((suite) => [
    suite.name,
    String(suite.passed),
    String(suite.failed),
    String(suite.skipped),
    suite.seconds.toFixed(0),
    suite.cpuSeconds.toFixed(0),
    Math.max(0, suite.seconds - suite.cpuSeconds).toFixed(0),
    `${((100 * suite.seconds) / (all || 1)).toFixed(0)} %`,
  ]);
  const busy = (100 * cpu) / (seconds * cores || 1);
  return [
    ...aligned([HEAD, ...rows]),
    `The run took ${seconds.toFixed(0)} s; its suites kept ${busy.toFixed(0)} % of ${cores} cores busy.`,
  ].join('\n');
}

/** The files that took longest, slowest first. */
export function slowestTable(suites: readonly Ran[], count = 20): string {
  const files = suites
    .flatMap(({ name, files }) => files.map((file) => ({ suite: name, ...file })))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, count);
  return aligned([
    ['slowest files', 'suite', 'tests', 's'],
    ...files.map(({ file, suite, tests, seconds }) => [file, suite, String(tests), seconds.toFixed(1)]),
  ]).join('\n');
}

/** Columns as wide as their widest cell: text to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const isNumber = (column: number) => rows.slice(1).every((row) => /^[\d.]+( %)?$/.test(row[column] ?? ''));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
