import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { isAlert } from '../../rules/alert.ts';
import { yaml } from '../../rules/render.ts';
import type { Mutant, Rule } from './mutants.ts';

/** One test of promtool and the rules that it reads. */
export interface Suite {
  readonly name: string;
  readonly rules: string;
  readonly test: string;
}

interface TestFile {
  readonly tests: readonly { readonly name: string }[];
}

/** Takes what a renderer of tests wrote apart into single tests: most mutants die of the first one. */
export function suitesOf(files: Readonly<Record<string, string>>): Suite[] {
  return Object.entries(files).flatMap(([file, text]) => {
    if (!file.endsWith('.test.yaml')) return [];
    const rulesFile = /^ {2}- (.*\.rules\.yaml)$/m.exec(text)?.[1] ?? '';
    const content = load(text) as TestFile;
    return content.tests.map((test) => ({
      name: test.name,
      rules: files[rulesFile] ?? '',
      test: yaml({ ...content, rule_files: [RULES_FILE], tests: [test] }),
    }));
  });
}

const RULES_FILE = 'rules.yaml';

interface WrittenRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}
interface WrittenFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly WrittenRule[] }[];
}

const sameRule = (written: WrittenRule, rule: Rule): boolean =>
  isAlert(rule)
    ? written.alert === rule.name
    : written.record === rule.record &&
      JSON.stringify(written.labels ?? {}) === JSON.stringify(rule.labels ?? {});

const read = ({ rules }: Suite): WrittenFile => load(rules) as WrittenFile;

/** A suite whose rules have the mutant's one mistake. */
function infected(suite: Suite, { rule, mutated }: Mutant): Suite {
  const { severity, ...fields } = mutated;
  const file = read(suite);
  const groups = file.groups.map((group) => ({
    ...group,
    rules: group.rules.map((written) =>
      sameRule(written, rule)
        ? { ...written, ...fields, ...(severity && { labels: { ...written.labels, severity } }) }
        : written,
    ),
  }));
  return { ...suite, rules: yaml({ groups }) };
}

/** How many mutants one promtool process is given, and how many processes run side by side. */
const BATCH = 40;
const PROCESSES = 2;

/** Runs suites through promtool, and says which of them it fails. */
export async function failing(promtool: string, suites: readonly Suite[]): Promise<boolean[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  try {
    const files = suites.map((suite, index) => {
      const directory = join(folder, String(index));
      mkdirSync(directory);
      writeFileSync(join(directory, RULES_FILE), suite.rules);
      writeFileSync(join(directory, 'test.yaml'), suite.test);
      return join(directory, 'test.yaml');
    });
    const failed = new Set<number>();
    const batches = Array.from({ length: Math.ceil(files.length / BATCH) }, (_, index) =>
      files.slice(index * BATCH, (index + 1) * BATCH),
    );
    const work = async (): Promise<void> => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) {
        for (const index of await failuresOf(promtool, batch, folder)) failed.add(index);
      }
    };
    await Promise.all(Array.from({ length: PROCESSES }, work));
    return suites.map((_, index) => failed.has(index));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Numbers of the suites that failed, by promtool's report: its text does not name the file that failed. */
async function failuresOf(promtool: string, files: readonly string[], folder: string): Promise<number[]> {
  const numberOf = (file: string): number => Number(file.slice(folder.length + 1).split('/')[0]);
  const report = join(folder, `${numberOf(files[0] ?? '')}.xml`);
  const output = await new Promise<string>((resolve) => {
    const args = ['test', 'rules', `--junit=${report}`, ...files];
    execFile(promtool, args, { maxBuffer: 1e9 }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  const broken = /could not parse expression.*|parse error.*/.exec(output);
  if (broken) throw new Error(`a mutant is no valid rule: ${broken[0]}`);
  const verdicts = [
    ...readFileSync(report, 'utf8').matchAll(
      /<testsuite name="([^"]+)" tests="\d+" failures="(\d+)" errors="(\d+)"/g,
    ),
  ];
  if (verdicts.length !== files.length) {
    throw new Error(`promtool judged ${verdicts.length} of ${files.length} files:\n${output.slice(0, 2000)}`);
  }
  return verdicts
    .filter(([, , failures, errors]) => Number(failures) + Number(errors) > 0)
    .map(([, file = '']) => numberOf(file));
}

/** Whether a suite is there for a rule: alerts and recorded series by name, what SLOs record by the SLO. */
function isAbout(suite: Suite, rule: Rule): boolean {
  if (isAlert(rule)) return suite.name.startsWith(rule.name);
  const { slo } = rule.labels ?? {};
  return suite.name.startsWith(slo ?? rule.record);
}

/** Mutants that no suite kills. A mutant meets the suites about its rule one by one, until one fails. */
export async function survivors(
  promtool: string,
  mutants: readonly Mutant[],
  suites: readonly Suite[],
  say: (progress: string) => void = () => {},
): Promise<Mutant[]> {
  const written = new Map<string, WrittenRule[]>();
  for (const suite of suites) {
    if (!written.has(suite.rules))
      written.set(
        suite.rules,
        read(suite).groups.flatMap((group) => group.rules),
      );
  }
  const judges = new Map<Rule, Suite[]>();
  for (const { rule } of mutants) {
    if (judges.has(rule)) continue;
    const own = suites.filter(
      (suite) => isAbout(suite, rule) && written.get(suite.rules)?.some((each) => sameRule(each, rule)),
    );
    judges.set(rule, own);
  }
  let alive = [...mutants];
  for (let round = 0; ; round += 1) {
    const judged = alive.flatMap((mutant) => {
      const suite = judges.get(mutant.rule)?.[round];
      return suite ? [{ mutant, suite: infected(suite, mutant) }] : [];
    });
    if (judged.length === 0) return alive;
    const killed = await failing(
      promtool,
      judged.map(({ suite }) => suite),
    );
    const dead = new Set(judged.filter((_, index) => killed[index]).map(({ mutant }) => mutant));
    alive = alive.filter((mutant) => !dead.has(mutant));
    say(`round ${round + 1}: ${judged.length} judged, ${dead.size} killed, ${alive.length} alive`);
  }
}
