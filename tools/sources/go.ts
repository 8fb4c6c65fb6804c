import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { executableIn } from '../cache.ts';
import { onPath, versionIn } from '../lookup.ts';
import { run } from '../run.ts';
import type { GoBuild, Platform } from '../versions.ts';
import type { Way, WayContext } from './way.ts';

const MODULES = join(import.meta.dirname, '..', 'modules');

/** From this version on Go fetches the toolchain that a module asks for by itself. */
const FIRST_WITH_TOOLCHAINS = '1.21';

/** A build from the pinned Go module. */
export const goWay: Way = {
  how: 'go',
  title: 'Go module',
  version: (tool) => tool.version,
  async obtain(context) {
    const build = context.tool.go;
    if (!build) throw new Error('there is none');
    const [go] = await onPath('go', context.env.PATH);
    const cwd = join(MODULES, build.module);
    const needed = await neededGo(cwd);
    if (!go) throw new Error(`Go is not installed (${needed} or newer is needed)`);

    const env = await goEnvironment(go, needed, context);
    await reachModules(go, build, cwd, env, context);

    await mkdir(context.target);
    const version = `${build.versionPrefix}${context.tool.version}`;
    context.step('waiting for its turn to be built');
    const result = await context.inTurn(() => {
      context.step('building from its Go module, which can take minutes');
      return run(
        go,
        [
          'build',
          '-mod=readonly',
          '-trimpath',
          '-buildvcs=false',
          ...tagsOf(build),
          '-ldflags',
          `-s -w -X ${build.versionVariable}=${version}`,
          '-o',
          join(context.target, executableIn(context.name, context.tool)),
          build.package,
        ],
        { cwd, env },
      );
    });
    if (!result.ok) throw new Error(`go build in ${cwd}: ${result.failure}`);
  },
};

function tagsOf({ tags }: GoBuild): string[] {
  return tags === undefined ? [] : ['-tags', tags.join(',')];
}

/** The `go` line of a module: the oldest Go that builds it. */
async function neededGo(module: string): Promise<string> {
  const file = await readFile(join(module, 'go.mod'), 'utf8');
  return /^go (\S+)$/m.exec(file)?.[1] ?? '1.26';
}

async function goEnvironment(go: string, needed: string, context: WayContext): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = {
    ...context.env,
    ...target(context.platform),
    // Set, because an empty one gives way to what `go env -w` has written.
    GOFLAGS: '-mod=readonly',
    GOWORK: 'off',
    GO111MODULE: 'on',
    GOTOOLCHAIN: 'local',
  };
  const answer = await run(go, ['env', 'GOVERSION'], { env, timeoutMs: 30_000 });
  const installed = versionIn(answer.output);
  if (!installed)
    throw new Error(`${go} does not tell its version (${answer.failure || answer.output.trim()})`);
  if (compare(installed, needed) >= 0) return env;
  if (compare(installed, FIRST_WITH_TOOLCHAINS) < 0) {
    throw new Error(`${go} is ${installed}, ${needed} or newer is needed`);
  }
  return { ...env, GOTOOLCHAIN: `go${needed}+auto` };
}

/** macOS keeps cgo: without it the node exporter there knows neither CPU nor memory. */
function target(platform: Platform): NodeJS.ProcessEnv {
  const [GOOS, GOARCH] = platform.split('-');
  return GOOS === 'linux' ? { GOOS, GOARCH, CGO_ENABLED: '0' } : { GOOS, GOARCH };
}

/**
 * Fetches the modules, beside what is being built. Go itself waits for minutes on a network that is not there: if the
 * modules are not all on this machine, their proxy must answer first.
 */
async function reachModules(
  go: string,
  build: GoBuild,
  cwd: string,
  env: NodeJS.ProcessEnv,
  context: WayContext,
): Promise<void> {
  const list = ['list', ...tagsOf(build), '-deps', build.package];
  const offline = await run(go, list, { cwd, env: { ...env, GOPROXY: 'off' } });
  if (offline.ok) return;
  const setting = await run(go, ['env', 'GOPROXY'], { cwd, env });
  const proxy = setting.output
    .trim()
    .split(/[,|]/)
    .find((entry) => entry.startsWith('http'));
  context.step('fetching its Go modules');
  if (proxy)
    await context.downloader.reach(proxy).catch((error: Error) => {
      throw new Error(
        `its modules are not on this machine, and the module proxy does not answer: ${error.message}`,
      );
    });
  const fetched = await run(go, list, { cwd, env });
  if (!fetched.ok) throw new Error(`go list in ${cwd}: ${fetched.failure}`);
}

function compare(left: string, right: string): number {
  const a = left.split('.').map(Number);
  const b = right.split('.').map(Number);
  return (
    [0, 1, 2].map((place) => (a[place] ?? 0) - (b[place] ?? 0)).find((difference) => difference !== 0) ?? 0
  );
}
