import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type PluginName = 'docker' | 'grafana' | 'kubernetes';

/** Which provider a test run uses. */
export interface Plugin {
  readonly official: boolean;
  /** The first line of the run. */
  readonly line: string;
  /** `plugins` of an inline program's project settings: where the engine finds a stand-in. */
  readonly settings?: { readonly providers: { readonly name: string; readonly path: string }[] };
}

/**
 * The official plugin where it is installed, else the stand-in of this folder. Only tests call this: nothing
 * that a user runs knows of the stand-ins.
 */
export function plugin(name: PluginName, version: string): Plugin {
  const home = process.env.PULUMI_HOME ?? join(homedir(), '.pulumi');
  const plugins = join(home, 'plugins');
  const installed = existsSync(plugins)
    ? readdirSync(plugins).find((folder) => folder === `resource-${name}-v${version}`)
    : undefined;
  if (installed !== undefined) {
    return {
      official: true,
      line: `${name}: the official Pulumi plugin ${version} (${join(plugins, installed)})`,
    };
  }
  return {
    official: false,
    line: `${name}: the stand-in provider test/providers/${name} (install the official one with: pulumi plugin install resource ${name} v${version})`,
    settings: { providers: [{ name, path: join(import.meta.dirname, name) }] },
  };
}
