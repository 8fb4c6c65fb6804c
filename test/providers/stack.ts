import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LocalWorkspace, type OpMap, type PulumiFn, type Stack } from '@pulumi/pulumi/automation/index.js';
import { ensureTools } from '../../tools/install.ts';
import type { Plugin } from './plugins.ts';

const PROJECT = 'feature-store-monitoring';

/** A stack of the real engine with its state in a folder of its own. */
export class TestStack {
  readonly #folder: string;
  readonly #stack: Stack;

  private constructor(folder: string, stack: Stack) {
    this.#folder = folder;
    this.#stack = stack;
  }

  /** Opens an empty stack; `environment` is what providers see. */
  static async open(plugin: Plugin, environment: Readonly<Record<string, string>>): Promise<TestStack> {
    const { pulumi } = await ensureTools(['pulumi']);
    process.env.PATH = `${dirname(pulumi)}${delimiter}${process.env.PATH ?? ''}`;
    const folder = mkdtempSync(join(tmpdir(), 'fsm-stack-'));
    const backend = join(folder, 'state');
    mkdirSync(backend);
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: 'test', projectName: PROJECT, program: async () => undefined },
      {
        workDir: folder,
        projectSettings: {
          name: PROJECT,
          runtime: 'nodejs',
          backend: { url: pathToFileURL(backend).href },
          ...(plugin.settings === undefined ? {} : { plugins: plugin.settings }),
        },
        envVars: {
          PULUMI_CONFIG_PASSPHRASE: 'for a throwaway stack',
          PULUMI_SKIP_UPDATE_CHECK: '1',
          ...environment,
        },
      },
    );
    return new TestStack(folder, stack);
  }

  /** Number of resources by what was done with them. */
  async up(program: PulumiFn): Promise<OpMap> {
    this.#stack.workspace.program = program;
    const { summary } = await this.#stack.up({ onError: () => undefined });
    return summary.resourceChanges ?? {};
  }

  async preview(program: PulumiFn): Promise<OpMap> {
    this.#stack.workspace.program = program;
    return (await this.#stack.preview()).changeSummary;
  }

  async refresh(): Promise<OpMap> {
    const { summary } = await this.#stack.refresh();
    return summary.resourceChanges ?? {};
  }

  /** The state as it is stored, secrets encrypted: the Automation API's export would decrypt them. */
  async exported(): Promise<string> {
    const folder = join(this.#folder, 'state', '.pulumi', 'stacks');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.json'),
    );
    if (files.length === 0) throw new Error(`there is no state in ${folder}`);
    return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  }

  /** The resources of the state, to see whether any changed. */
  async resources(): Promise<unknown> {
    const { deployment } = await this.#stack.exportStack();
    return (deployment as { resources: unknown }).resources;
  }

  async destroy(): Promise<OpMap> {
    const { summary } = await this.#stack.destroy();
    return summary.resourceChanges ?? {};
  }

  /** Forgets the stack's state; what still stands in the cluster stays there. */
  forget(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
