import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { obtainTools } from './install.ts';
import { isMissing, type Outcome, ToolsError } from './outcome.ts';
import { TOOL_NAMES, TOOLS, type ToolName } from './versions.ts';

const USAGE = `Usage: node tools/main.ts [names…] [--all] [--json] [--help]

Makes external programs available and prints where each one is. Without names: everything that runs the stack.

  --all    also those that only tests and benchmarks use
  --json   print {"<name>": {"path", "version", "how"}} on standard output; null for an optional one that cannot be had

Names: ${TOOL_NAMES.join(', ')}

Environment:
  FSM_CACHE          folder in which programs are kept (default: ~/.cache/feature-store-monitoring)
  FSM_RELEASE_BASE   base address of a mirror of the publishers' releases: https://HOST/PATH is looked for at BASE/HOST/PATH
  HTTPS_PROXY        proxy for downloads
`;

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('middle')
    .map((part) => [part, '']),
);

function chosen(names: readonly string[], all: boolean): ToolName[] {
  const unknown = names.filter((name) => !Object.hasOwn(TOOLS, name));
  if (unknown.length > 0) {
    throw new Error(`unknown tool ${unknown.join(', ')}; there are: ${TOOL_NAMES.join(', ')}`);
  }
  if (names.length > 0) return TOOL_NAMES.filter((name) => names.includes(name));
  return TOOL_NAMES.filter((name) => all || TOOLS[name].group === 'run');
}

function asJson(outcomes: readonly Outcome[]): string {
  const entries = outcomes.map((outcome) =>
    isMissing(outcome)
      ? [outcome.name, null]
      : [outcome.name, { path: outcome.path, version: outcome.version, how: outcome.how }],
  );
  return JSON.stringify(Object.fromEntries(entries), undefined, 2);
}

function asTable(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: ['tool', 'version', 'from', 'path'],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const outcome of outcomes) {
    if (isMissing(outcome)) table.push([outcome.name, '–', '–', 'left out']);
    else table.push([outcome.name, outcome.version, outcome.how, outcome.path]);
  }
  return table.toString();
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const names = chosen(positionals, values.all === true);
  const outcomes = await obtainTools(Object.fromEntries(names.map((name) => [name, TOOLS[name]])));
  const needed = outcomes.filter(isMissing).filter((outcome) => !outcome.optional);
  if (needed.length > 0) throw new ToolsError(needed);
  process.stdout.write(`${values.json ? asJson(outcomes) : asTable(outcomes)}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
