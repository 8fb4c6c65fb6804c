import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import changes from './changes.ts';
import cost from './cost.ts';
import detection from './detection.ts';
import engine from './engine.ts';
import month from './month.ts';
import { show } from './output.ts';
import panels from './panels.ts';
import render from './render.ts';
import review from './review.ts';
import slo from './slo.ts';
import verdicts from './verdicts.ts';

const BENCHES: readonly Bench[] = [
  cost,
  render,
  review,
  changes,
  verdicts,
  engine,
  slo,
  panels,
  detection,
  month,
];

const HELP = `make bench — measure, and print the tables

Options (ARGS="…"):
  NAME …      only these: ${BENCHES.map(({ name }) => name).join(', ')}
  --quick     small data and few rounds: whether a bench works, not how fast anything is
  --json      print JSON

${BENCHES.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}
`;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return (error as Error).message;
  }
}

async function main(): Promise<number> {
  const given = readArguments();
  if (typeof given === 'string') {
    console.error(`${given}. See: make bench ARGS=--help`);
    return 2;
  }
  const { values, positionals } = given;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const unknown = positionals.filter((name) => BENCHES.every((bench) => bench.name !== name));
  if (unknown.length > 0) {
    console.error(
      `${unknown.join(', ')}: no such bench; there are ${BENCHES.map(({ name }) => name).join(', ')}`,
    );
    return 2;
  }
  const chosen = BENCHES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const measured = [];
  for (const bench of chosen) {
    const say = (progress: string) => console.error(`${bench.name}: ${progress}`);
    const tables = await bench.run({ quick: values.quick ?? false, say });
    if (!values.json) for (const table of tables) console.log(show(table));
    measured.push(...tables.map((table) => ({ bench: bench.name, ...table })));
  }
  if (values.json) console.log(JSON.stringify(measured, null, 2));
  return 0;
}

process.exitCode = await main();
