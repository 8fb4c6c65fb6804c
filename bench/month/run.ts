import { mkdirSync, rmSync } from 'node:fs';
import { ensureTools } from '../../tools/install.ts';
import { rawFolder, writeDay } from './blocks.ts';
import { evaluate } from './evaluate.ts';
import { messagesOf } from './messages.ts';
import type { MonthPlan } from './plan.ts';
import type { Contender } from './rules.ts';
import { Month } from './samples.ts';
import { type Score, scoreOf } from './score.ts';

/** Writes the samples of a plan into a folder, one folder a day in it. */
export async function writeMonth(plan: MonthPlan, folder: string): Promise<void> {
  const { promtool } = await ensureTools(['promtool']);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const month = new Month(plan);
  for (let day = 0; day < plan.days; day++)
    await writeDay(promtool, rawFolder(folder, day), day, month.next());
}

/** Evaluates a rule set over a month that was written, and judges what it told. */
export async function judge(plan: MonthPlan, folder: string, contender: Contender): Promise<Score> {
  const firings = await evaluate(contender, folder, plan);
  return scoreOf(plan, contender, messagesOf(contender.routing, firings));
}
