import pc from 'picocolors';
import { addressing } from '../../stack/addressing.ts';
import { checkAdminPassword } from '../admin-password.ts';
import { command, STACK_OPTION } from '../arguments.ts';
import { expectedOf } from '../expected-state.ts';
import { type Check, checkHealth, OPENED, type RuleCost, ruleCost } from '../health-checks.ts';
import { count, table } from '../output.ts';
import { ROOT } from '../project.ts';
import { reaching } from '../site-access.ts';
import { readSettings } from '../stack-file/settings.ts';

export default command({
  name: 'health',
  summary: 'check every component, target and rule; fails when something is wrong or missing, and names it',
  options: {
    ...STACK_OPTION,
    json: { type: 'boolean', help: 'Print JSON.' },
    verbose: { type: 'boolean', help: 'List every rule, not only those that are not ok.' },
  },
  run: async ({ stack, json, verbose }) => {
    const settings = readSettings({ stack });
    const declared = addressing(settings, ROOT);
    const expected = expectedOf(settings, declared, ROOT);
    const { checks, cost } = await reaching(settings, declared, OPENED, async (platform) => ({
      checks: [
        ...(await checkHealth(settings, platform, expected)),
        ...(await checkAdminPassword(settings, platform)),
      ],
      cost: await ruleCost(platform),
    }));
    if (json) console.log(JSON.stringify(checks));
    else printHealth(checks, verbose, cost);
    return checks.every(({ healthy }) => healthy) ? 0 : 1;
  },
});

/** Rules are many and mostly well: they are one line unless asked for, or not ok. */
export function printHealth(checks: readonly Check[], verbose = false, cost?: RuleCost): void {
  const rules = checks.filter(({ kind }) => kind === 'rule');
  const shown = verbose ? checks : checks.filter(({ kind, healthy }) => kind !== 'rule' || !healthy);
  const rows = shown.map(({ kind, name, healthy, detail }) => [
    kind,
    name,
    healthy ? pc.green('✓') : pc.red('✗'),
    healthy ? detail : pc.red(detail),
  ]);
  const sound = rules.filter(({ healthy }) => healthy).length;
  if (!verbose && rules.length > 0)
    rows.push([
      'rules',
      `${sound} of ${rules.length}`,
      sound === rules.length ? pc.green('✓') : pc.red('✗'),
      'ok',
    ]);
  console.log(table(['what', 'name', '', 'state'], rows));
  if (cost) {
    const { recordings, alerts, series } = cost;
    console.log(`${count(recordings, 'recording rule')} add ${series} series; ${count(alerts, 'alert')}.`);
  }
  const wrong = checks.filter(({ healthy }) => !healthy);
  console.log(
    wrong.length === 0
      ? pc.green('Everything is healthy.')
      : pc.red(
          `${count(wrong.length, 'thing')} wrong: ${wrong
            .slice(0, 10)
            .map(({ name }) => name)
            .join(', ')}`,
        ),
  );
}
