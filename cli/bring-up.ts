import pc from 'picocolors';
import { DEMO } from '../catalogue/services.ts';
import type { Plan } from '../program/plan.ts';
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
  for (const line of remarks(plan)) console.log(pc.yellow(line));
  printUrls(settings, plan.platform);
  return 0;
}

/** What works otherwise than it would in production, a line each. */
function remarks({ own, settings, files, platform }: Plan): readonly string[] {
  const lines = [];
  if (own.grafanaStandIn && settings.grafana.mode === 'managed') {
    lines.push(
      'Grafana itself could not be had on this machine: a preview of its dashboards runs under its URL.',
    );
  }
  if (files.notices.length > 0) {
    lines.push(
      `No receiver has its secret yet: notifications arrive at the demo, ${platform.url('demo', DEMO.demo.port)}`,
    );
  }
  return lines;
}
