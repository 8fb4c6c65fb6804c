import { expect, test } from 'vitest';
import { cpuIn, timed } from '../../runner/processes.ts';
import { costTable, slowestTable } from '../../runner/table.ts';

const ran = (
  name: string,
  seconds: number,
  cpuSeconds: number,
  files: { file: string; seconds: number }[],
) => ({
  name,
  passed: 3,
  failed: 0,
  skipped: 1,
  failures: [],
  flaky: [],
  files: files.map((file) => ({ ...file, tests: 2 })),
  seconds,
  cpuSeconds,
});
const SUITES = [
  ran('unit', 40, 70, [{ file: 'a.test.ts', seconds: 3 }]),
  ran('full path', 160, 50, [
    { file: 'b.test.ts', seconds: 150 },
    { file: 'c.test.ts', seconds: 0.5 },
  ]),
];

test('the table tells what each suite cost and waited', () => {
  expect(costTable(SUITES, 100, 2).split('\n')).toEqual([
    'suite      passed  failed  skipped  wall s  CPU s  waiting s  share',
    'unit            3       0        1      40     70          0   20 %',
    'full path       3       0        1     160     50        110   80 %',
    'The run took 100 s; its suites kept 60 % of 2 cores busy.',
  ]);
});

test('the slowest files come first', () => {
  expect(slowestTable(SUITES, 2).split('\n')).toEqual([
    'slowest files  suite      tests      s',
    'b.test.ts      full path      2  150.0',
    'a.test.ts      unit           2    3.0',
  ]);
});

test('the CPU time of a command and its children is counted', async () => {
  expect(cpuIn('0m1.50s 0m0.25s\n1m2.00s 0m0.30s\n')).toBeCloseTo(64.05);
  const lines: string[] = [];
  const busy = 'for (const end = process.cpuUsage().user + 200_000; process.cpuUsage().user < end; );';
  const script = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(busy)}]); console.log("done")`;
  const ended = await timed(
    [process.execPath, '-e', script],
    { cwd: import.meta.dirname, env: process.env },
    (line) => lines.push(line),
  );
  expect(lines).toEqual(['done']);
  expect(ended.code).toBe(0);
  expect(ended.cpuSeconds).toBeGreaterThan(0.15);
});

test('a command that ends with a code keeps it', async () => {
  const { code } = await timed(['sh', '-c', 'exit 7'], { cwd: '/', env: process.env }, () => {});
  expect(code).toBe(7);
});
