import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { load } from 'js-yaml';

/**
 * Takes Grafana's place under its own container specification, where Grafana cannot be had: checks every file,
 * secret and folder that Grafana would use, ends with what is wrong, and otherwise answers as far as probes and
 * tests ask.
 */
const configFile = process.argv
  .find((argument) => argument.startsWith('--config='))
  ?.slice('--config='.length);
const problems: string[] = [];
const config = configFile === undefined ? {} : readIni(configFile);
if (configFile === undefined) problems.push('no --config was given');

const provisioning = setting('paths', 'provisioning');
const data = setting('paths', 'data');
const passwordFile = /^\$__file\{(.+)\}$/.exec(setting('security', 'admin_password'))?.[1];

if (process.getuid?.() === 0) problems.push('runs as root');
check('the admin password is no readable, filled file', () => {
  if (passwordFile === undefined || readFileSync(passwordFile, 'utf8').trim() === '')
    throw new Error('it is not');
});
check('the data folder cannot be written', () => write(data));
check('/tmp cannot be written', () => write('/tmp'));
if (writable('/usr/share/grafana')) problems.push('the root file system can be written');
for (const [name, value] of Object.entries(process.env)) {
  if (/PASSWORD|SECRET|TOKEN/.test(name) && value !== '') problems.push(`${name} stands in the environment`);
}

interface DataSource {
  readonly name: string;
  readonly uid?: string;
  readonly url: string;
}
interface Provider {
  readonly options: { readonly path: string };
}

const sources = provisioned<DataSource>('datasources', 'datasources');
const providers = provisioned<Provider>('dashboards', 'providers');
if (sources.length === 0) problems.push('no data source is provisioned');
if (providers.length === 0) problems.push('no dashboards are provisioned');
dashboards();

if (problems.length > 0) {
  console.error(`stand-in for Grafana: ${problems.join('; ')}`);
  process.exit(1);
}

const server = createServer((request, response) => {
  if (request.url === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end('grafana_build_info{version="stand-in"} 1\n');
    return;
  }
  const answer = ANSWERS[request.url ?? ''];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer?.() ?? { message: 'the stand-in for Grafana has no such page' }));
});
const ANSWERS: Readonly<Record<string, () => unknown>> = {
  '/api/health': () => ({ database: 'ok', version: 'stand-in' }),
  '/api/datasources': () => sources,
  // Read at each request, as Grafana looks for changes while it runs.
  '/api/search': dashboards,
};
server.listen(Number(setting('server', 'http_port') || 3000), setting('server', 'http_addr') || undefined);
process.on('SIGTERM', () => server.close(() => process.exit(0)).closeAllConnections());

function dashboards(): { uid: string; title: string }[] {
  return providers.flatMap(({ options }) => {
    if (!existsSync(options.path)) {
      problems.push(`${options.path} is missing`);
      return [];
    }
    return readdirSync(options.path, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.json') && !file.startsWith('..'))
      .map((file) => {
        const { uid, title } = JSON.parse(readFileSync(join(options.path, file), 'utf8'));
        return { uid, title };
      });
  });
}

function provisioned<T>(kind: string, key: string): T[] {
  const folder = join(provisioning, kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => (load(readFileSync(join(folder, file), 'utf8')) as Record<string, T[]>)[key] ?? []);
}

function setting(section: string, key: string): string {
  return config[section]?.[key] ?? '';
}

function readIni(file: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let current: Record<string, string> = {};
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const section = /^\[(.+)\]$/.exec(line.trim())?.[1];
    const [, key, value] = /^([^#;=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      current = {};
      sections[section] = current;
    } else if (key !== undefined && value !== undefined) current[key] = value;
  }
  return sections;
}

function check(problem: string, attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    problems.push(`${problem}: ${error instanceof Error ? error.message : error}`);
  }
}

function write(folder: string): void {
  const file = join(folder, '.stand-in');
  writeFileSync(file, '');
  rmSync(file);
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
