import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dump } from 'js-yaml';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..', '..');
const STACK = 'backtest';

/** What a test changes between two versions of its stack. */
export interface Knobs {
  /** `for` of FlapWaits. */
  readonly waits: string;
  /** Threshold of FlapNow. */
  readonly threshold: number;
}

/** A clone of the project with a stack of its own, whose alerts are evaluated every second. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'backtest-project-'));

  static async make(knobs: Knobs): Promise<Project> {
    const project = new Project();
    await run('git', ['clone', '--quiet', ROOT, project.folder]);
    symlinkSync(join(ROOT, 'node_modules'), join(project.folder, 'node_modules'));
    project.configure(knobs);
    await project.#git('add', `Pulumi.${STACK}.yaml`);
    await project.#git('commit', '--quiet', '--message', 'A stack');
    return project;
  }

  configure({ waits, threshold }: Knobs): void {
    const config = {
      platform: 'local',
      prometheus: { evaluationInterval: '1s', scrapeInterval: '1s' },
      rules: {
        own: {
          metrics: { flap: { type: 'gauge', labels: ['kind'] } },
          // Of one group and with the same labels: only their names tell their series apart.
          recordings: [
            recording('kind:flap:max', 'max by (kind) (flap)'),
            recording('kind:flap:min', 'min by (kind) (flap)'),
          ],
          alerts: [
            alert('FlapNow', 'flap > $threshold', '0s', threshold),
            alert('FlapWaits', 'flap > $threshold', waits),
            alert('FlapLingers', 'flap{kind="slow"} > $threshold', '1s'),
            alert('FlapNever', 'flap > $threshold', '0s', 5),
            {
              ...alert('FlapMissing', 'absent(flap{kind="slow"}) == $threshold', '2s', 1),
              proof: { over: flap('quick', 1), under: flap('slow', 0), labels: [{ kind: 'slow' }], value: 1 },
            },
          ],
        },
        alerts: { FlapLingers: { keepFiringFor: '1s' }, ConsumerLagHigh: { for: '2s' } },
      },
    };
    const named = Object.entries(config).map(([key, value]) => [`feature-store-monitoring:${key}`, value]);
    writeFileSync(
      join(this.folder, `Pulumi.${STACK}.yaml`),
      dump({ config: Object.fromEntries(named) }, { noRefs: true }),
    );
  }

  /** Every file of the working tree's version, by path. */
  async render(): Promise<Readonly<Record<string, string>>> {
    const out = mkdtempSync(join(tmpdir(), 'backtest-rendered-'));
    try {
      await this.cli('render', '--out', out);
      const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      return Object.fromEntries(
        files.map(({ parentPath, name }) => {
          const path = join(parentPath, name);
          return [path.slice(out.length + 1), readFileSync(path, 'utf8')];
        }),
      );
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }

  /** Runs a command of the clone, and returns what it printed. */
  async cli(command: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run(
      join(ROOT, 'node_modules', '.bin', 'node'),
      ['--disable-warning=ExperimentalWarning', 'cli/main.ts', command, '--stack', STACK, ...args],
      { cwd: this.folder, env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 1e8 },
    );
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #git(...args: readonly string[]): Promise<void> {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost'];
    await run('git', ['-C', this.folder, ...identity, ...args]);
  }
}

const flap = (kind: string, value: number) => [{ series: `flap{kind="${kind}"}`, kind: 'gauge', value }];

function recording(record: string, expr: string): unknown {
  return {
    record,
    expr,
    proof: { series: flap('slow', 1), yields: [{ labels: { kind: 'slow' }, value: 1 }] },
  };
}

function alert(name: string, expr: string, wait: string, threshold = 0.5): Readonly<Record<string, unknown>> {
  return {
    name,
    service: 'platform',
    severity: 'warning',
    signal: 'quality',
    expr,
    threshold: { value: threshold, unit: 'score', direction: 'above' },
    for: wait,
    summary: `${name} is on`,
    description: 'It is {{ $value }}',
    runbook: 'flap',
    proof: {
      over: flap('slow', threshold + 1),
      under: flap('slow', 0),
      labels: [{ kind: 'slow' }],
      value: threshold + 1,
    },
  };
}
