import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { type Plan, planStack } from '../../stack/plan.ts';
import { monitoring } from '../../stack/program.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import type { Plugin } from '../providers/plugins.ts';
import { TestStack } from '../providers/stack.ts';
import type { Change } from './subject.ts';

export const STACK = 'test-suite';
/** The user's own dashboards: Grafana's second provider looks for them. */
const FILES = { 'dashboards.d/own.json': '{"uid":"own","title":"Own","panels":[]}' };

/** The program that `make up` would run, for a stack whose provider `make up` does not know. */
export class PlannedStack {
  readonly #stack: TestStack;
  readonly #settings: Readonly<Record<string, unknown>>;
  /** In the project's place: for the user's own files, and what planning keeps. */
  readonly #root = mkdtempSync(join(tmpdir(), 'fsm-planned-'));

  private constructor(stack: TestStack, settings: Readonly<Record<string, unknown>>) {
    this.#stack = stack;
    this.#settings = settings;
  }

  /**
   * @param environment what the provider sees.
   * @param settings of every update, as the stack's file would hold them.
   */
  static async open(
    provider: Plugin,
    environment: Readonly<Record<string, string>>,
    settings: Readonly<Record<string, unknown>>,
  ): Promise<PlannedStack> {
    return new PlannedStack(await TestStack.open(provider, environment), settings);
  }

  /** @throws what `make up` would say, before the engine hears of anything. */
  async plan(change: Change = {}): Promise<Plan & { program: PulumiFn }> {
    for (const folder of ['rules.d', 'dashboards.d'])
      rmSync(join(this.#root, folder), { recursive: true, force: true });
    for (const [path, content] of Object.entries({ ...FILES, ...change.files })) {
      mkdirSync(dirname(join(this.#root, path)), { recursive: true });
      writeFileSync(join(this.#root, path), content);
    }
    const rules = change.alerts === undefined ? {} : { rules: { alerts: change.alerts } };
    const settings = parseSettings({ ...this.#settings, ...rules, ...change.settings }, { stack: STACK });
    const plan = await planStack(settings, this.#root);
    return { ...plan, program: monitoring(plan) };
  }

  async up(change?: Change): Promise<{ changed: boolean }> {
    const { program } = await this.plan(change);
    return changedBy(await this.#stack.up(program));
  }

  /** Compares the state with what is there. */
  async refresh(): Promise<{ changed: boolean }> {
    return changedBy(await this.#stack.refresh());
  }

  async destroy(): Promise<void> {
    await this.#stack.destroy();
  }

  /** The state as it is stored. */
  exported(): Promise<string> {
    return this.#stack.exported();
  }

  /** Forgets the state and the files; what still stands on the platform stays there. */
  forget(): void {
    this.#stack.forget();
    rmSync(this.#root, { recursive: true, force: true });
  }
}

function changedBy({ same: _, ...changes }: Readonly<Record<string, number>>): { changed: boolean } {
  return { changed: Object.keys(changes).length > 0 };
}
