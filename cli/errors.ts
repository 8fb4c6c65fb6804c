import pc from 'picocolors';
import { UsageError } from './arguments.ts';

/** Errors whose message says everything: what is wrong, where, and how to mend it. */
const SELF_EXPLAINING = new Set([
  'SettingsError',
  'UserFilesError',
  'ToolsError',
  'RulesError',
  'PortsError',
  'DashboardsError',
  'EngineError',
  'KubectlError',
  'OwnershipError',
  'DockerError',
  'RegistryError',
  'CheckError',
  'PolicyError',
  'PreviewError',
  'SilencesError',
  'NotificationsError',
]);

/** What a person reads of an error: its message, and the stack only where the message was not written for them. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return pc.red(String(error));
  if (error instanceof UsageError || SELF_EXPLAINING.has(error.name)) return pc.red(error.message);
  return error.stack ?? error.message;
}
