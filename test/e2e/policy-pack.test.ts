import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import grpc from '@grpc/grpc-js';
import * as pulumi from '@pulumi/pulumi';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation/index.js';
import services from '@pulumi/pulumi/proto/analyzer_grpc_pb.js';
import type { AnalyzerInfo } from '@pulumi/pulumi/proto/analyzer_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../components/stack-parts.ts';
import { stopStack } from '../../platforms/local/supervisor.ts';
import type { Transform, Workload } from '../../platforms/workload.ts';
import { POLICIES } from '../../policies/index.ts';
import { type Plan, planStack } from '../../stack/plan.ts';
import { monitoring } from '../../stack/program.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { ensureTools } from '../../tools/install.ts';
import { plugin } from '../providers/plugins.ts';
import { projectWith } from '../unit/program/transform-project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACK = join(ROOT, 'policies/pack');
/** The engine reads the option as a line of CSV: a comma in the path would end it. */
const PACK_ARGUMENT = `"${PACK.replaceAll('"', '""')}"`;
const LAUNCHER = join(ROOT, 'test/providers/policy');
const PROJECT = 'feature-store-monitoring';
const NAME = 'policy-pack-test';
const grafanaPlugin = await plugin('grafana');
console.log(grafanaPlugin.line);

test('the runner of @pulumi/pulumi loads the pack as the official language plugin starts it', async () => {
  const runner = spawn(join(LAUNCHER, 'pulumi-analyzer-policy-nodejs'), ['127.0.0.1:1', '.'], {
    cwd: PACK,
    env: { ...process.env, PULUMI_NODEJS_STACK: NAME, PULUMI_NODEJS_PROJECT: PROJECT, PULUMI_CONFIG: '{}' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = (await once(createInterface(runner.stdout), 'line')) as [string];
    const client = new services.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const info = await new Promise<AnalyzerInfo>((resolve, reject) =>
      client.getAnalyzerInfo(new empty.Empty(), (error, answer) => (error ? reject(error) : resolve(answer))),
    );
    client.close();
    expect(info.getName()).toBe(PROJECT);
    expect(info.getPoliciesList().map((policy) => policy.getName())).toEqual(
      expect.arrayContaining(POLICIES.map(({ name }) => name)),
    );
  } finally {
    runner.kill();
  }
});

describe('the engine with the pack', () => {
  let folder: string;
  let stack: Stack;
  let plan: Plan;

  beforeAll(async () => {
    const { pulumi: engine } = await ensureTools(['pulumi']);
    process.env.PATH = `${dirname(engine)}${delimiter}${process.env.PATH ?? ''}`;
    folder = mkdtempSync(join(tmpdir(), 'fsm-pack-'));
    mkdirSync(join(folder, 'state'));
    const settings = parseSettings({ platform: 'local', ports: { prometheus: 24_190 } }, { stack: NAME });
    plan = await planStack(settings, ROOT);
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: NAME, projectName: PROJECT, program: monitoring(plan) },
      {
        workDir: folder,
        projectSettings: {
          name: PROJECT,
          runtime: 'nodejs',
          plugins: {
            providers: [
              { name: 'local', path: join(ROOT, 'platforms/local/provider') },
              ...(grafanaPlugin.settings?.providers ?? []),
            ],
            analyzers: [{ name: 'policy-nodejs', path: LAUNCHER }],
          },
        } as never,
        stackSettings: { [NAME]: { config: { [`${PROJECT}:platform`]: 'local' } } },
        envVars: {
          PULUMI_BACKEND_URL: pathToFileURL(join(folder, 'state')).href,
          PULUMI_CONFIG_PASSPHRASE: 'for a throwaway stack',
          PULUMI_SKIP_UPDATE_CHECK: '1',
          FSM_NODE: process.execPath,
        },
      },
    );
  });

  afterAll(async () => {
    await stopStack(join(ROOT, '.monitoring', NAME), { purge: true });
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(ROOT, '.monitoring', NAME), { recursive: true, force: true });
  });

  /** What a preview with the pack says, and whether it ends well. */
  async function preview(
    transform?: Transform,
    planned = plan,
  ): Promise<{ accepted: boolean; said: string }> {
    const program = monitoring(transform === undefined ? planned : { ...planned, transform });
    let said = '';
    const onOutput = (text: string) => {
      said += text;
    };
    try {
      await stack.preview({
        program,
        policyPacks: [PACK_ARGUMENT],
        onOutput,
        onError: onOutput,
        color: 'never',
      });
      return { accepted: true, said };
    } catch (error) {
      return { accepted: false, said: `${said}${(error as Error).message}` };
    }
  }

  /** Changes a text in the inputs of one resource, as a user's transform may. */
  const editing =
    (resource: string, from: string, to: string): Transform =>
    ({ name, props, opts }) => {
      if (name !== resource) return { props, opts };
      const text = JSON.stringify(props);
      if (!text.includes(from)) throw new Error(`${resource} has no ${from}`);
      return { props: JSON.parse(text.replaceAll(from, to)) as Record<string, unknown>, opts };
    };

  test('takes the stack as it is declared', async () => {
    const { accepted, said } = await preview();
    expect(said).not.toMatch(/mandatory/);
    expect(accepted).toBe(true);
  });

  test('refuses a threshold that was loosened after rendering', async () => {
    const { accepted, said } = await preview(
      editing('prometheus', 'ratio_rate5m < 0.7', 'ratio_rate5m < 0.4'),
    );
    expect(said).toContain('CacheHitRateLow fires at 0.4 ratio, and the SLO cache-hit-rate demands 0.7');
    expect(said).toMatch(/\[mandatory\]\s+threshold-within-slo/);
    expect(accepted).toBe(false);
  });

  test('refuses a retention under the SLO windows, which only the whole stack shows', async () => {
    const { accepted, said } = await preview(
      editing('prometheus', 'retention.time=30d', 'retention.time=3d'),
    );
    expect(said).toContain('set prometheus.retention.time to 30d');
    expect(accepted).toBe(false);
  });

  test('is asked for what a transform beside the stack’s file makes of it', async () => {
    const root = projectWith({
      'transform.ts':
        "import type { Transforms } from './stack/transforms.ts';\n" +
        "export default { 'local:index:Process': (props) => { props.env.GOMAXPROCS = '3'; } } satisfies Transforms;\n",
    });
    const changed = await planStack(plan.settings, root);
    let said = '';
    await stack.preview({
      program: monitoring(changed),
      diff: true,
      onOutput: (text) => {
        said += text;
      },
      color: 'never',
    });
    expect(said).toMatch(/GOMAXPROCS\s*: "3"/);
  });

  test('stops an update, too, before the resource that violates a policy', async () => {
    const transform = editing('prometheus', 'ratio_rate5m < 0.7', 'ratio_rate5m < 0.4');
    const program = async () => {
      const parent = new pulumi.ComponentResource('test:index:Stack', 'stack');
      const prometheus = workloadsOf(stackParts(plan)).find(({ name }) => name === 'prometheus');
      plan.platform.run(prometheus as Workload, parent, { transform });
    };
    // The Automation API updates without the preview that `pulumi up` begins with.
    const update = stack.up({ program, policyPacks: [PACK_ARGUMENT], onOutput: () => {}, color: 'never' });
    await expect(update).rejects.toThrow('CacheHitRateLow fires at 0.4 ratio');
    const { deployment } = await stack.exportStack();
    const types = (deployment as { resources: { type: string }[] }).resources.map(({ type }) => type);
    expect(types).toContain('test:index:Stack');
    expect(types).not.toContain('local:index:Process');
  });

  test('takes secrets where a Grafana that runs already encrypts them, and nowhere else', async () => {
    const password = 'canary-4712';
    const grafana = {
      mode: 'external',
      url: 'http://127.0.0.1:9',
      auth: 'glsa_canary-4711',
      basicAuth: { user: 'grafana', password },
    };
    const external = await planStack(parseSettings({ platform: 'local', grafana }, { stack: NAME }), ROOT);
    const key = (path: string) => `${PROJECT}:grafana.${path}`;
    await stack.setAllConfig(
      {
        [key('mode')]: { value: grafana.mode },
        [key('url')]: { value: grafana.url },
        [key('auth')]: { value: grafana.auth, secret: true },
        [key('basicAuth.user')]: { value: grafana.basicAuth.user },
        [key('basicAuth.password')]: { value: password, secret: true },
      },
      true,
    );
    try {
      const declared = await preview(undefined, external);
      expect(declared.said).not.toMatch(/mandatory/);
      expect(declared.accepted).toBe(true);
      const leaking: Transform = ({ type, props, opts }) => ({
        props: type.endsWith(':DataSource')
          ? { ...props, jsonDataEncoded: JSON.stringify({ password }) }
          : props,
        opts,
      });
      const { accepted, said } = await preview(leaking, external);
      expect(said).toContain('(jsonDataEncoded) holds a secret in plain text');
      expect(accepted).toBe(false);
    } finally {
      await stack.removeConfig(`${PROJECT}:grafana`);
    }
  });
});
