import { containerLogs } from '../../../platforms/docker/logs.ts';
import { STACK_LABEL } from '../../../platforms/docker/names.ts';
import { keptVolumes, purge } from '../../../platforms/docker/retained-volumes.ts';
import type { WorkloadLog } from '../../../platforms/workload.ts';
import { PlannedStack, STACK } from '../../contract/planned.ts';
import type { Change, PlatformUnderTest } from '../../contract/subject.ts';
import type { Engine } from '../../docker-engine/engine.ts';
import type { Plugin } from '../../providers/plugins.ts';
import { inspected, isLoader } from './containers.ts';

export const PREFIX = `monitoring-${STACK}`;
export const CANARY = 'canary-5b1e8d77';
const PORTS = { prometheus: 24_090, alertmanager: 24_093, grafana: 24_030, demo: 24_080 };

/** The whole stack with its demo on a Docker engine, held to the contract. */
export class DockerUnderTest implements PlatformUnderTest {
  readonly prometheuses = ['prometheus'];
  readonly ruleSeconds = 15;
  readonly killed = ['prometheus', 'alertmanager', 'inference-api', 'kafka'];
  readonly stack: PlannedStack;
  readonly #engine: Engine;

  private constructor(engine: Engine, stack: PlannedStack) {
    this.#engine = engine;
    this.stack = stack;
  }

  /** @param settings besides ports and secrets. */
  static async open(
    engine: Engine,
    provider: Plugin,
    settings: Readonly<Record<string, unknown>>,
  ): Promise<DockerUnderTest> {
    const stack = await PlannedStack.open(
      provider,
      { DOCKER_HOST: engine.host },
      {
        platform: 'docker',
        ports: PORTS,
        demo: { requestsPerSecond: 10 },
        grafana: { adminPassword: CANARY },
        // The demo refuses what is meant for Slack: what Alertmanager logs of that must not hold the URL.
        notifications: { slack: { webhookUrl: `http://demo:8090/webhook/${CANARY}` } },
        ...settings,
      },
    );
    return new DockerUnderTest(engine, stack);
  }

  up(change?: Change): Promise<{ changed: boolean }> {
    return this.stack.up(change);
  }

  async down(): Promise<readonly string[]> {
    await this.stack.destroy();
    return await keptVolumes({ stack: STACK, host: this.#engine.host });
  }

  async purge(): Promise<void> {
    await purge({ stack: STACK, host: this.#engine.host });
  }

  async remains(): Promise<readonly string[]> {
    const ours = ['--filter', `label=${STACK_LABEL}=${PREFIX}`, '--format'];
    const listed = [
      ['ps', '--all', ...ours, '{{.Names}}'],
      ['network', 'ls', ...ours, '{{.Name}}'],
      ['volume', 'ls', ...ours, '{{.Name}}'],
    ].flatMap((command) => this.#engine.docker(command).split('\n'));
    return listed.filter((name) => name !== '').sort();
  }

  async running(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(
      Object.entries(inspected(this.#engine, PREFIX))
        .filter(([name, { State }]) => !isLoader(name) && State.Health?.Status === 'healthy')
        .map(([name, { Id, State }]) => [name, `${Id} ${State.Pid}`]),
    );
  }

  async kill(copy: string): Promise<void> {
    const pid = inspected(this.#engine, PREFIX)[copy]?.State.Pid ?? 0;
    if (pid === 0) throw new Error(`${copy} does not run`);
    process.kill(pid, 'SIGKILL');
  }

  async ask<T>(workload: string, path: string): Promise<T> {
    return (await (await this.#request(workload, path)).json()) as T;
  }

  logs(): Promise<readonly WorkloadLog[]> {
    return containerLogs({ stack: STACK, host: this.#engine.host });
  }

  async begin(incident: string): Promise<void> {
    await this.#request('demo', `/incidents/${incident}`, 'POST');
  }

  async recover(): Promise<void> {
    await this.#request('demo', '/incidents', 'DELETE');
  }

  /** Leaves nothing behind, whatever a failed test left. */
  async remove(): Promise<void> {
    await this.down();
    await this.purge();
    this.stack.forget();
  }

  async #request(workload: string, path: string, method = 'GET'): Promise<Response> {
    const url = `http://127.0.0.1:${PORTS[workload as keyof typeof PORTS]}${path}`;
    const answer = await fetch(url, { method, signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
