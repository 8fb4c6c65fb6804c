import { DEMO } from '../catalogue/services.ts';
import { type Endpoint, parseEndpoint } from '../lib/endpoint.ts';
import { set } from '../lib/setting-commands.ts';
import { addressing } from '../stack/addressing.ts';
import type { Settings } from '../stack/settings/index.ts';
import { UsageError } from './arguments.ts';
import { ROOT } from './project.ts';
import { reaching } from './site-access.ts';
import { readSettings } from './stack-file/settings.ts';

/** Settings of a stack that runs the demo. @throws UsageError where it does not. */
export function settingsWithDemo(stack: string): Settings {
  const settings = readSettings({ stack });
  if (!settings.demoEnabled)
    throw new UsageError(
      `Stack "${stack}" runs without the demo, so it has no incidents. To run it: ${set('demo.enabled', 'true', stack)}`,
    );
  return settings;
}

/**
 * Runs `work` with the endpoint at which a stack's demo is controlled meanwhile, and the URL that people open.
 * @throws UsageError where the stack has none.
 */
export async function withDemo<T>(
  stack: string,
  work: (demo: Endpoint, shown: string) => Promise<T>,
): Promise<T> {
  const settings = settingsWithDemo(stack);
  const platform = addressing(settings, ROOT);
  const { port } = DEMO.demo;
  return await reaching(settings, platform, ['demo'], (reached) =>
    work(parseEndpoint(reached.url('demo', port)), platform.url('demo', port)),
  );
}
