import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureTools } from '../../tools/install.ts';
import { rawFolder } from './blocks.ts';
import type { Firing } from './messages.ts';
import type { MonthPlan } from './plan.ts';
import { MONTH_START } from './samples.ts';

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;
/** An alert that fires again this soon after midnight, or after one evaluation that was late, has not ended. */
const JOINED_MS = 65_000;

export interface Sighting {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: number;
  readonly from: number;
  readonly to: number;
}

/** A rule set as it is evaluated: rule files by name, and how far back they read what was scraped, in days. */
export interface Evaluable {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly rawDays: number;
  readonly recordedDays: number;
}

/**
 * Evaluates rules over a month with Prometheus's own rule groups, in simulated time, a day at a time: a block of a month
 * would have its index read as a whole by each rule at each evaluation.
 * @param folder where the samples of the days lie, and what is recorded goes
 * @throws what is wrong with a rule
 */
export async function evaluate(
  { name, files, rawDays, recordedDays }: Evaluable,
  folder: string,
  { days, watched = { from: 0, to: days * DAY_SECONDS } }: MonthPlan,
): Promise<readonly Firing[]> {
  const { 'rule-replay': program } = await ensureTools(['rule-replay']);
  const own = join(folder, name);
  rmSync(own, { recursive: true, force: true });
  const rules = join(own, 'rules');
  mkdirSync(rules, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(rules, file), content);
  const sightings: Sighting[] = [];
  for (let day = 0; day < days; day++) {
    const data = join(own, `data-${day}`);
    const out = join(own, `recorded-${day}`);
    mkdirSync(data, { recursive: true });
    mkdirSync(out, { recursive: true });
    for (let back = day; back >= Math.max(0, day - rawDays); back--) link(rawFolder(folder, back), data);
    for (let back = day - 1; back >= Math.max(0, day - recordedDays); back--)
      link(join(own, `recorded-${back}`), data);
    const [start, end] = [
      Math.max(watched.from, day * DAY_SECONDS),
      Math.min(watched.to, (day + 1) * DAY_SECONDS),
    ];
    if (start >= end) continue;
    const { stdout } = await promisify(execFile)(
      program,
      [
        ...['rules', '--data', data, '--out', out],
        ...['--start', instant(start), '--end', String(Number(instant(end)) - 1)],
        ...Object.keys(files),
      ],
      // When a group is evaluated first is derived from its file's name: names without the folder.
      { cwd: rules, maxBuffer: 1024 * 1024 * 1024 },
    );
    const answer = JSON.parse(stdout) as {
      alerts: Sighting[];
      rules: { name: string; health: string; lastError?: string }[];
    };
    const broken = answer.rules.find(({ health }) => health === 'err');
    if (broken) throw new Error(`${name}: ${broken.name} failed on day ${day}: ${broken.lastError}`);
    sightings.push(...answer.alerts);
    rmSync(data, { recursive: true });
  }
  return joined(sightings);
}

/** Seconds of the month as Unix milliseconds. */
const instant = (seconds: number): string => String((MONTH_START + seconds) * 1000);

/** Hard links: blocks never change. */
function link(from: string, to: string): void {
  if (!existsSync(from)) return;
  for (const block of readdirSync(from).filter((each) => /^[0-9A-Z]{26}$/.test(each)))
    cpSync(join(from, block), join(to, block), { recursive: true });
}

/** Firings, those joined that only midnight divides. */
export function joined(sightings: readonly Sighting[]): readonly Firing[] {
  const last = new Map<string, { labels: Sighting['labels']; from: number; to: number }>();
  const firings: { labels: Sighting['labels']; from: number; to: number }[] = [];
  for (const { labels, state, from, to } of sightings.toSorted((a, b) => a.from - b.from)) {
    if (state !== 'firing') continue;
    const key = JSON.stringify(Object.entries(labels).sort());
    const before = last.get(key);
    if (before !== undefined && from - before.to <= JOINED_MS && crossesMidnight(before.to, from)) {
      before.to = Math.max(before.to, to);
      continue;
    }
    const firing = { labels, from, to };
    last.set(key, firing);
    firings.push(firing);
  }
  return firings;
}

const crossesMidnight = (from: number, to: number): boolean =>
  Math.floor(from / DAY_MS) !== Math.floor(to / DAY_MS);
