import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alertmanagerWorkload } from '../../../components/alertmanager.ts';
import { rulesFolder } from '../../../components/mount-paths.ts';
import { prometheusWorkload } from '../../../components/prometheus/prometheus.ts';
import { processPaths, stateFolder } from '../../../platforms/local/paths.ts';
import { processInputs } from '../../../platforms/local/plan.ts';
import { localPlatform } from '../../../platforms/local/platform.ts';
import { ensureTools } from '../../../tools/install.ts';
import { until } from '../alertmanager/wait.ts';
import { freePort } from '../preview/prometheus.ts';

const NAMES = ['prometheus', 'alertmanager'] as const;
type Name = (typeof NAMES)[number];

/** The stack's own Prometheus and Alertmanager as the local platform starts them, with an alert that always fires. */
export class Servers {
  readonly urls: Readonly<Record<Name, string>>;
  readonly #children: Readonly<Record<Name, ChildProcess>>;

  private constructor(urls: Record<Name, string>, children: Record<Name, ChildProcess>) {
    this.urls = urls;
    this.#children = children;
  }

  static async start(folder: string, { guarded }: { readonly guarded: boolean }): Promise<Servers> {
    const tools = await ensureTools(NAMES);
    const executables = { node: process.execPath, 'process-compose': '-', ...tools };
    const ports = { prometheus: await freePort(), alertmanager: await freePort() };
    const stack = { stack: 'guard', root: folder, ports, executables };
    const platform = localPlatform(stack);
    const common = { platform, connectsTo: [] };
    const workloads = {
      alertmanager: alertmanagerWorkload({
        ...common,
        files: { 'alertmanager.yml': '{"route": {"receiver": "x"}, "receivers": [{"name": "x"}]}' },
        secrets: {},
      }),
      prometheus: prometheusWorkload({
        ...common,
        config: JSON.stringify({
          global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
          rule_files: [`${rulesFolder(platform)}/*.yaml`],
          alerting: {
            alertmanagers: [{ static_configs: [{ targets: [platform.address('alertmanager', 9093)] }] }],
          },
          scrape_configs: NAMES.map((name) => ({
            job_name: name,
            static_configs: [{ targets: [`127.0.0.1:${ports[name]}`] }],
          })),
        }),
        rules: {
          'a.yaml': '{"groups": [{"name": "a", "rules": [{"alert": "Always", "expr": "vector(1)"}]}]}',
        },
        retention: { time: '1d', size: '1GB' },
        gibibytes: 1,
      }),
    };
    const machine = {
      ...stack,
      state: stateFolder(folder, 'guard'),
      bound: (name: string) => ports[name as Name],
    };
    const run = (name: Name): ChildProcess => {
      const { guard, ...bare } = workloads[name];
      const { executable, args, directories, data } = processInputs(
        guarded ? workloads[name] : bare,
        machine,
      );
      for (const path of [processPaths(machine.state, name).run, data ?? folder])
        mkdirSync(path, { recursive: true });
      for (const { path, files } of Object.values(directories))
        for (const [file, content] of Object.entries(files)) {
          mkdirSync(dirname(join(path, file)), { recursive: true });
          writeFileSync(join(path, file), content as string);
        }
      return spawn(executable, args, { cwd: folder, stdio: 'ignore' });
    };
    const children = { alertmanager: run('alertmanager'), prometheus: run('prometheus') };
    const urls = {
      prometheus: platform.url('prometheus', 9090),
      alertmanager: platform.url('alertmanager', 9093),
    };
    const servers = new Servers(urls, children);
    for (const url of Object.values(urls))
      await until(`${url} is ready`, async () => (await servers.status(`${url}/-/ready`)) === 200);
    return servers;
  }

  /** Status of the answer; undefined where nothing answers. */
  async status(url: string, init: RequestInit = {}): Promise<number | undefined> {
    return (await fetch(url, init).catch(() => undefined))?.status;
  }

  /** URL at which a guarded server itself listens. */
  inner(name: Name): string {
    const { pid } = this.#children[name];
    const processes = execFileSync('ps', ['-A', '-o', 'ppid=,args='], { encoding: 'utf8' }).split('\n');
    const found = processes.flatMap((line) => {
      const [parent, ...args] = line.trim().split(/\s+/);
      const listens = args.find((arg) => arg.startsWith('--web.listen-address='));
      return Number(parent) === pid && listens !== undefined ? [listens.replace(/^[^=]+=/, 'http://')] : [];
    });
    if (found[0] === undefined) throw new Error(`the guard of ${name} runs no server`);
    return found[0];
  }

  /** The comments of all silences: who placed them. */
  async silences(): Promise<readonly string[]> {
    const answer = await fetch(`${this.urls.alertmanager}/api/v2/silences`);
    return ((await answer.json()) as { comment: string }[]).map(({ comment }) => comment).sort();
  }

  kill(name: Name): void {
    this.#children[name].kill('SIGKILL');
  }

  async stop(): Promise<void> {
    await Promise.all(
      Object.values(this.#children).map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }),
    );
  }
}
