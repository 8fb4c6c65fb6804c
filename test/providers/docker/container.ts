import type Docker from 'dockerode';
import { tar } from '../../images/archive.ts';
import type { Properties } from '../serve.ts';
import { NotReady } from '../serve.ts';
import { awaitHealthy } from './health.ts';
import { type Kind, orGone } from './kind.ts';
import { creation, MEBIBYTE, type NetworkInput, type UploadInput } from './specification.ts';

/** What the official provider gives to the engine's update call. */
const UPDATED = ['restart', 'cpuShares', 'memory', 'memorySwap'];
/** What only the provider itself heeds. */
const OWN = ['wait', 'waitTimeout', 'attach', 'logs', 'mustRun', 'destroyGraceSeconds'];
/** What the official provider accepts and does nothing about; `replaceOnChanges` has to see to it. */
const LEFT_ALONE = ['healthcheck', 'memoryReservation', 'cpuPeriod', 'cpuQuota', 'tmpfs'];

export const container: Kind = {
  shape: {
    name: true,
    image: true,
    entrypoints: true,
    command: true,
    envs: true,
    user: true,
    hostname: true,
    capabilities: { adds: true, drops: true },
    securityOpts: true,
    privileged: true,
    readOnly: true,
    memory: true,
    memoryReservation: true,
    memorySwap: true,
    cpuShares: true,
    cpuPeriod: true,
    cpuQuota: true,
    networkMode: true,
    networksAdvanced: { name: true, aliases: true },
    hosts: { host: true, ip: true },
    ports: { internal: true, external: true, ip: true, protocol: true },
    mounts: {
      type: true,
      source: true,
      target: true,
      readOnly: true,
      volumeOptions: { noCopy: true },
      bindOptions: { propagation: true },
    },
    tmpfs: true,
    pidMode: true,
    restart: true,
    stopSignal: true,
    stopTimeout: true,
    destroyGraceSeconds: true,
    healthcheck: { tests: true, interval: true, timeout: true, startPeriod: true, retries: true },
    wait: true,
    waitTimeout: true,
    logDriver: true,
    logOpts: true,
    labels: { label: true, value: true },
    attach: true,
    logs: true,
    mustRun: true,
    uploads: { file: true, content: true, permissions: true },
  },
  inPlace: [...UPDATED, ...OWN, ...LEFT_ALONE],

  async create(engine, inputs) {
    const made = await engine.createContainer(creation(inputs));
    try {
      await connect(engine, made, inputs);
      for (const upload of (inputs.uploads ?? []) as UploadInput[]) await send(made, upload);
      await made.start();
    } catch (error) {
      throw new NotReady(`${inputs.name}: ${(error as Error).message}`, made.id, inputs, inputs);
    }
    if (inputs.attach === true) await made.wait();
    const outputs = await outputsOf(made, inputs);
    const problem = inputs.wait === true ? await awaitHealthy(made, inputs.waitTimeout as number) : undefined;
    if (problem !== undefined) throw new NotReady(`${inputs.name} ${problem}`, made.id, outputs, inputs);
    return { id: made.id, outputs };
  },

  async update(engine, id, inputs, changed) {
    const ignored = changed.filter((property) => LEFT_ALONE.includes(property));
    if (ignored.length > 0) {
      throw new Error(
        `the official provider would accept ${ignored.join(', ')} and change nothing: it needs replaceOnChanges`,
      );
    }
    const there = engine.getContainer(id);
    if (changed.some((property) => UPDATED.includes(property))) {
      await there.update({
        RestartPolicy: { Name: inputs.restart as string },
        CpuShares: inputs.cpuShares as number,
        Memory: (inputs.memory as number) * MEBIBYTE,
        MemorySwap: (inputs.memorySwap as number) * MEBIBYTE,
      });
    }
    return await outputsOf(there, inputs);
  },

  async read(engine, id, state) {
    const found = await orGone(engine.getContainer(id).inspect());
    if (found === undefined) return undefined;
    return { ...state, mustRun: state.mustRun !== false && found.State.Running };
  },

  async delete(engine, id, state) {
    const there = engine.getContainer(id);
    const grace = (state.destroyGraceSeconds ?? 0) as number;
    // 304: it has ended already, which is no error to the engine.
    if (grace > 0) await orGone(there.stop({ t: grace }).catch(unlessEnded));
    await orGone(there.remove({ v: true, force: true }));
  },
};

async function connect(engine: Docker, made: Docker.Container, inputs: Properties): Promise<void> {
  const networks = (inputs.networksAdvanced ?? []) as NetworkInput[];
  if (networks.length === 0) return;
  await engine.getNetwork('bridge').disconnect({ Container: made.id });
  for (const { name, aliases = [] } of networks) {
    await engine.getNetwork(name).connect({ Container: made.id, EndpointConfig: { Aliases: [...aliases] } });
  }
}

async function send(
  made: Docker.Container,
  { file, content = '', permissions = '0644' }: UploadInput,
): Promise<void> {
  if (content === '') throw new Error(`upload ${file}: the official provider refuses empty content`);
  const entry = {
    path: file.replace(/^\//, ''),
    content: Buffer.from(content),
    mode: Number.parseInt(permissions, 8),
  };
  await made.putArchive(tar([entry]), { path: '/' });
}

async function outputsOf(there: Docker.Container, inputs: Properties): Promise<Properties> {
  const { State } = await there.inspect();
  if (inputs.mustRun !== false && !State.Running) return inputs;
  if (State.Running) return inputs;
  const logs = inputs.logs === true ? await there.logs({ stdout: true, stderr: true }) : Buffer.alloc(0);
  return { ...inputs, exitCode: State.ExitCode, containerLogs: plainText(logs) };
}

/** Output of both streams without the eight bytes before each frame. */
function plainText(frames: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at + 8 <= frames.length; ) {
    const length = frames.readUInt32BE(at + 4);
    parts.push(frames.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  return parts.join('');
}

function unlessEnded(error: { statusCode?: number }): void {
  if (error.statusCode !== 304) throw error;
}
