import { setTimeout } from 'node:timers/promises';
import pc from 'picocolors';
import { DEMO } from '../../catalogue/services.ts';
import { checkOwnership } from '../../stack/cluster.ts';
import type { Plan } from '../../stack/plan.ts';
import type { DrivenSite } from '../../stack/site.ts';
import { checkAdminPassword } from '../admin-password.ts';
import { printUrls } from '../commands/urls.ts';
import { expectedOf } from '../expected-state.ts';
import { checkPorts } from '../free-ports.ts';
import { type Check, checkHealth, OPENED } from '../health-checks.ts';
import { count } from '../output.ts';
import { ROOT } from '../project.ts';
import { settleSilences } from '../silence-steps.ts';
import { reaching, siteOf, withCredentials } from '../site-access.ts';
import type { SettingsOptions } from '../stack-file/settings.ts';
import { freeStack } from './locks.ts';
import { apply } from './operation.ts';
import { openSession } from './session.ts';
import { tellPlace } from './state-place.ts';

/** Brings a stack up and says where everything is. @returns the exit code. */
export async function bringUp(options: SettingsOptions): Promise<number> {
  const session = await openSession(options);
  const { plan, settings } = session;
  tellPlace(settings);
  await checkPorts(settings, plan.platform);
  await checkOwnership(plan, ROOT);
  await freeStack(settings.stack);
  const { changes, same } = await apply(session, { preview: false, refresh: true });
  console.log(
    changes.length === 0
      ? `Nothing to change: ${count(same, 'resource')} as they should be.`
      : `${count(changes.length, 'change')} made, ${same} unchanged.`,
  );
  for (const line of remarks(plan)) console.log(pc.yellow(line));
  const open = await withCredentials(settings);
  const driven = await siteOf(open);
  for (const line of await replaced(driven)) console.log(pc.yellow(line));
  const expected = expectedOf(settings, plan.platform, ROOT);
  const checks = await reaching(open, plan.platform, OPENED, async (platform) => {
    // Before anything is waited for: what is planned to be broken must not page meanwhile.
    for (const line of await settleSilences(settings, platform)) console.log(line);
    const checks = await settled(
      () => checkHealth(settings, platform, expected),
      driven.driver.settleSeconds,
    );
    return [...checks, ...(await checkAdminPassword(settings, platform, { replaceDefault: console.log }))];
  });
  printUrls(settings, plan.platform);
  const wrong = checks.filter(({ healthy }) => !healthy);
  if (wrong.length === 0) return 0;
  console.log(pc.red('Not healthy:'));
  for (const { kind, name, detail } of wrong) console.log(`  ${kind} ${name}: ${detail}`);
  return 1;
}

/** Three Alertmanagers, one after the other, each started and then ready for three evaluations. */
const ROLLOUT_SECONDS = 600;
const QUICK_MILLISECONDS = 2000;

/** Waits until what runs is what is declared: a port that is opened leads to one copy. @returns what is not there. */
async function replaced({ driver, site }: DrivenSite): Promise<readonly string[]> {
  const saying = globalThis.setTimeout(
    () => console.log(pc.dim('Waiting until pods are replaced, one after the other …')),
    QUICK_MILLISECONDS,
  );
  try {
    return await driver.rolledOut(site, ROLLOUT_SECONDS);
  } finally {
    clearTimeout(saying);
  }
}

/** Waits until everything is healthy. @returns what is not, when time is up. */
async function settled(check: () => Promise<readonly Check[]>, seconds: number): Promise<readonly Check[]> {
  const deadline = performance.now() + seconds * 1000;
  let told = false;
  for (;;) {
    const wrong = (await check()).filter(({ healthy }) => !healthy);
    if (wrong.length === 0 || performance.now() > deadline) return wrong;
    if (!told) console.log(pc.dim('Waiting until every target is scraped and every rule evaluated …'));
    told = true;
    await setTimeout(1000);
  }
}

/** What works otherwise than it would in production, a line each. */
function remarks({ own, settings, files, platform, advice }: Plan): readonly string[] {
  const lines = [...advice];
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
