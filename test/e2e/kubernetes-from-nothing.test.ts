import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../components/program.ts';
import { type Cluster, clusterProblem, NAMED, startCluster } from '../cluster/cluster.ts';
import { eventually } from '../eventually.ts';
import { imageArchives, OWN_IMAGE, STACK_IMAGES } from '../images/images.ts';
import { plugin, pluginProblem } from '../providers/plugins.ts';
import { Clone, type Ran } from './full-path/clone.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const STACK = 'prod';
const NOTIFICATIONS = 'feature-store-monitoring:notifications';
const [, DOCUMENT = ''] = readFileSync(join(ROOT, 'docs', 'kubernetes.md'), 'utf8').split(
  '\n## From nothing to a running stack\n',
);
const PAGE = DOCUMENT.split('\n## ')[0] ?? '';
const [SETTINGS = ''] = blocks('yaml');
/** What brings the stack up, and what has it page. */
const [FIRST = '', THEN = ''] = blocks('sh');

/** Of the right form; nothing of this machine's network leads to them. */
const SECRETS: Readonly<Record<string, string>> = {
  'grafana.adminPassword': 'correct-horse-0417',
  'notifications.slack.webhookUrl': 'https://hooks.slack.com/services/T0417/B0417/canaryslack0417',
  'notifications.heartbeat.url': 'https://heartbeat.example.org/0417',
  'notifications.pagerduty.routingKey': '0417ca0417ca0417ca0417ca0417ca04',
};
const SHOP = 'shop';
const PORTS = { 'inference-api': 8080, 'feature-store': 8081, 'stream-processing': 8082 };
const SERVER = `const { createServer } = require('node:http');
for (const port of [${Object.values(PORTS).join(', ')}])
  createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end('# TYPE stands_in gauge\\nstands_in 1\\n');
  }).listen(port);`;

const own =
  process.env[NAMED] === undefined
    ? undefined
    : 'not run: the page makes the namespace monitoring, which in a cluster that is not ours may be somebody’s';
const problem = (await clusterProblem()) ?? (await pluginProblem('kubernetes')) ?? own;
if (problem !== undefined) console.log(problem);

describe.skipIf(problem !== undefined)('docs/kubernetes.md, From nothing, in a cluster', () => {
  let cluster: Cluster;
  let clone: Clone;
  let home: string;

  beforeAll(async () => {
    cluster = startCluster();
    const archives = await imageArchives(STACK_IMAGES);
    cluster.load(Object.values(archives));
    cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: shop() }));
    clone = await Clone.make(STACK, 29_000);
    home = join(clone.folder, '..', 'home');
    mkdirSync(home);
    // The packages are those of this project, and newer than what make compares them with.
    symlinkSync(join(ROOT, 'node_modules'), join(clone.folder, 'node_modules'));
    utimesSync(join(clone.folder, 'package-lock.json'), 0, 0);
    const project = load(readFileSync(join(ROOT, 'Pulumi.yaml'), 'utf8')) as {
      plugins: { providers: object[] };
    };
    const providers = [
      ...project.plugins.providers,
      ...((await plugin('kubernetes')).settings?.providers ?? []),
    ];
    clone.write('Pulumi.yaml', dump({ ...project, plugins: { providers } }));
  });

  afterAll(async () => {
    if (clone !== undefined) {
      await shell(`make down STACK=${STACK} CONFIRM=${STACK} PURGE=1`);
      rmSync(join(clone.folder, '..', '..'), { recursive: true, force: true });
    }
    cluster?.kubectl(['delete', 'namespace', SHOP, '--ignore-not-found', '--wait=false']);
    cluster?.stop();
  });

  /** Runs lines of the page as a person would, who answers a question for a secret. */
  function shell(lines: string): Promise<Ran> {
    const answered = lines.replaceAll(
      /^make secret .*NAME=(\S+)$/gm,
      (line, name: string) => `printf %s '${SECRETS[name]}' | ${line}`,
    );
    const environment = {
      HOME: home,
      KUBECONFIG: cluster.kubeconfig,
      FSM_CACHE: process.env.FSM_CACHE ?? join(homedir(), '.cache', 'feature-store-monitoring'),
      PULUMI_CONFIG_PASSPHRASE_FILE: join(home, '.config', 'monitoring-prod-passphrase'),
    };
    return clone.run(
      'env',
      ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      'bash',
      '-euo',
      'pipefail',
      '-c',
      answered,
    );
  }

  async function runs(lines: string): Promise<string> {
    const { code, output } = await shell(lines);
    expect([code, output]).toEqual([0, output]);
    return output;
  }

  /** Changes the settings of the stack's file, as a person does: what is encrypted in it stays. */
  function edit(change: (config: Record<string, Record<string, unknown>>) => void): void {
    const path = join(clone.folder, `Pulumi.${STACK}.yaml`);
    const file = load(readFileSync(path, 'utf8')) as { config: Record<string, Record<string, unknown>> };
    change(file.config);
    writeFileSync(path, dump(file));
  }

  const [toUp = '', afterUp = ''] = FIRST.split(/^make health .*$/m);

  test('the secrets are set, the preview lists what is open, and the stack comes up', async () => {
    const given = configOf(readFileSync(join(ROOT, 'Pulumi.prod.yaml'), 'utf8'));
    const said = configOf(SETTINGS);
    // Both say something of the notifications: a person writes them as one.
    const notifications = { ...given[NOTIFICATIONS], ...said[NOTIFICATIONS] };
    clone.write(
      `Pulumi.${STACK}.yaml`,
      dump({ config: { ...given, ...said, [NOTIFICATIONS]: notifications } }),
    );
    const output = await runs(toUp);
    expect(output).toContain('Network: prometheus may connect to');
    expect(output).toMatch(/pods of namespace shop at port .*8080/);
  });

  test('every target answers, and what is open and logged is told', async () => {
    await eventually(240, async () => {
      const { code, output } = await shell(`make health STACK=${STACK}`);
      expect([code, output]).toEqual([0, output]);
    });
    const output = await runs(afterUp);
    expect(output).toContain('port-forward service/grafana 3000');
    expect(output).toContain('Server is ready to receive web requests');
  });

  test('the pager’s key is taken, and the preview says what that changes', async () => {
    edit((config) => {
      delete config[NOTIFICATIONS]?.severities;
      delete config['feature-store-monitoring:policies'];
    });
    const [lines = ''] = THEN.split(/^make up .*$/m);
    const output = await runs(lines);
    expect(output).toMatch(/alertmanager/);
  });
});

function blocks(language: string): string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );
}

function configOf(text: string): Record<string, object> {
  return (load(text) as { config: Record<string, object> }).config;
}

/** What the page finds there already: three services, and a Redis. */
function shop(): object[] {
  const pod = (name: string, container: object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: SHOP, labels: { app: name } },
    spec: { containers: [{ name, imagePullPolicy: 'IfNotPresent', ...container }] },
  });
  const service = (name: string, app: string, port: number) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: SHOP },
    spec: { selector: { app }, ports: [{ port }] },
  });
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SHOP } },
    pod('services', { image: OWN_IMAGE, args: ['-e', SERVER] }),
    pod('redis', { image: program('redis-server').image }),
    ...Object.entries(PORTS).map(([name, port]) => service(name, 'services', port)),
    service('redis', 'redis', 6379),
  ];
}
