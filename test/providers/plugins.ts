import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { ensureTools } from '../../tools/install.ts';
import { ToolsError } from '../../tools/outcome.ts';

/** Packages whose version is that of the plugin that they ask for. */
const SDKS = {
  docker: '@pulumi/docker',
  grafana: '@pulumiverse/grafana',
  kubernetes: '@pulumi/kubernetes',
} as const;

export type PluginName = keyof typeof SDKS;

/** Which provider a test run uses. */
export interface Plugin {
  /** The first line of the run. */
  readonly line: string;
  /** That it is the one that users get, and not somewhat older or other. */
  readonly installed: boolean;
  /** `plugins` of an inline program's project settings: where the engine finds one that is not installed. */
  readonly settings?: { readonly providers: { readonly name: string; readonly path: string }[] };
}

/**
 * The plugin of Pulumi where it is installed. Otherwise Docker's and Kubernetes's are built from their Go modules, and
 * Grafana's, which is in none, is stood in for by the one of this folder. Only tests call this: nothing that a user
 * runs knows of these.
 * @throws {ToolsError} where one can neither be found nor built.
 */
export async function plugin(name: PluginName): Promise<Plugin> {
  const version = manifest.dependencies[SDKS[name]];
  const installed = join(
    process.env.PULUMI_HOME ?? join(homedir(), '.pulumi'),
    'plugins',
    `resource-${name}-v${version}`,
  );
  if (existsSync(installed))
    return { installed: true, line: `${name}: Pulumi's plugin ${version} (${installed})` };
  const instead = `; to take Pulumi's: pulumi plugin install resource ${name} v${version}`;
  if (name === 'grafana') {
    const path = join(import.meta.dirname, name);
    const line = `${name}: the stand-in test/providers/${name}${instead}`;
    return { installed: false, line, settings: at(name, path) };
  }
  const built = (await ensureTools([`pulumi-resource-${name}`]))[`pulumi-resource-${name}`];
  const line = `${name}: built from its Go module (${built})${instead}`;
  return { installed: false, line, settings: at(name, dirname(built)) };
}

/** Why the tests that need Kubernetes's newer provider are not run; undefined where they are. */
export async function olderProvider(): Promise<string | undefined> {
  return (await plugin('kubernetes')).installed
    ? undefined
    : 'not run: that what is there already is refused. The provider that was built takes it over, as all before 4.29 did';
}

/** Why a suite cannot have its provider, with the command that changes it; undefined where it can. */
export async function pluginProblem(name: PluginName): Promise<string | undefined> {
  try {
    await plugin(name);
  } catch (error) {
    if (!(error instanceof ToolsError)) throw error;
    const [missing] = error.missing;
    return `no provider for ${name}: ${missing?.tried.join('; ')}; ${missing?.advice}`;
  }
  return undefined;
}

function at(name: string, path: string): NonNullable<Plugin['settings']> {
  return { providers: [{ name, path }] };
}
