import { DEMO } from '../catalogue/services.ts';
import { addressing } from '../program/addressing.ts';
import { UsageError } from './arguments.ts';
import { ROOT } from './project.ts';
import { readSettings } from './settings.ts';

/** Where the demo of a stack is controlled. @throws UsageError where the stack has none. */
export function demoUrl(stack: string): string {
  const settings = readSettings({ stack });
  if (!settings.demoEnabled)
    throw new UsageError(`Stack "${stack}" runs without the demo, so it has no incidents.`);
  return addressing(settings, ROOT).url('demo', DEMO.demo.port);
}
