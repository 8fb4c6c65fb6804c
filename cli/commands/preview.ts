import pc from 'picocolors';
import { changesSilences, describePlan, type SilencePlan } from '../../notifications/index.ts';
import type { Addressing } from '../../platforms/workload.ts';
import { checkOwnership } from '../../stack/cluster.ts';
import type { Settings } from '../../stack/settings/index.ts';
import { command, STACK_OPTION } from '../arguments.ts';
import { apply } from '../engine/operation.ts';
import { openSession } from '../engine/session.ts';
import { tellPlace } from '../engine/state-place.ts';
import { count } from '../output.ts';
import { ROOT } from '../project.ts';
import { foreseeFirstSilences, foreseeSilences } from '../silence-steps.ts';
import { reaching } from '../site-access.ts';

export default command({
  name: 'preview',
  summary: 'say what `make up` would change, and change nothing',
  options: {
    ...STACK_OPTION,
    refresh: { type: 'boolean', help: 'Look at what really runs first.' },
    'expect-no-changes': {
      type: 'boolean',
      help: 'End with 1 where a resource or a silence would change: drift.',
    },
  },
  run: async ({ stack: name, refresh, 'expect-no-changes': expectNone }) => {
    const session = await openSession({ stack: name });
    const { plan, settings } = session;
    tellPlace(settings);
    for (const line of plan.advice) console.log(pc.yellow(line));
    for (const line of plan.openings ?? []) console.log(pc.dim(line));
    await checkOwnership(plan, ROOT);
    const { changes, same } = await apply(session, { preview: true, refresh });
    console.log(
      changes.length === 0
        ? `Nothing would change: ${count(same, 'resource')} as declared.`
        : `${count(changes.length, 'resource')} would change, ${same} would not.`,
    );
    const silences = await foreseen(settings, plan.platform);
    for (const line of describePlan(silences)) console.log(pc.yellow(line));
    return expectNone && (changes.length > 0 || changesSilences(silences)) ? 1 : 0;
  },
});

/** What becomes of silences; where nothing runs yet, there are none. */
async function foreseen(settings: Settings, platform: Addressing): Promise<SilencePlan> {
  try {
    return await reaching(settings, platform, ['alertmanager'], (reached) =>
      foreseeSilences(settings, reached),
    );
  } catch (error) {
    if (!['AlertmanagerError', 'KubectlError'].includes((error as Error).name)) throw error;
    return foreseeFirstSilences(settings);
  }
}
