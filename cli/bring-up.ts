import pc from 'picocolors';
import { checkPorts } from './machine.ts';
import { apply } from './operation.ts';
import { count } from './output.ts';
import { openSession, type SessionOptions } from './session.ts';
import { printUrls } from './urls.ts';

/** Brings a stack up and says where everything is. @returns the exit code. */
export async function bringUp(options: SessionOptions): Promise<number> {
  const { plan, settings, stack } = await openSession(options);
  await checkPorts(settings, plan.platform);
  const { changes, same } = await apply(stack, { preview: false, refresh: true });
  console.log(
    changes.length === 0
      ? `Nothing to change: ${count(same, 'resource')} as they should be.`
      : `${count(changes.length, 'change')} made, ${same} unchanged.`,
  );
  if (plan.own.grafanaStandIn && settings.grafana.mode === 'managed') {
    console.log(
      pc.yellow(
        'Grafana itself could not be had on this machine: a preview of its dashboards runs under its URL.',
      ),
    );
  }
  printUrls(settings, plan.platform);
  return 0;
}
