import { addressing } from '../../stack/addressing.ts';
import { checkedFiles } from '../../stack/checked.ts';
import { command, STACK_OPTION } from '../arguments.ts';
import { ROOT } from '../project.ts';
import { settleSilences } from '../silence-steps.ts';
import { reaching } from '../site-access.ts';
import { readSettings } from '../stack-file/settings.ts';

export default command({
  name: 'silences',
  summary: 'put the silences of the settings into Alertmanager, as `make up` does: for after `pulumi up`',
  options: STACK_OPTION,
  run: async ({ stack }) => {
    const settings = readSettings({ stack });
    // What the other commands refuse does not get in by this one.
    await checkedFiles(settings, addressing(settings, ROOT), ROOT);
    const done = await reaching(settings, addressing(settings, ROOT), ['alertmanager'], (platform) =>
      settleSilences(settings, platform),
    );
    for (const line of done) console.log(line);
    if (done.length === 0) console.log('Alertmanager holds the silences of the settings already.');
    return 0;
  },
});
