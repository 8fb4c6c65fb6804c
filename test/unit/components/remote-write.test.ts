import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { RUNNING_SUMS } from '../../../rules/slo/totals.ts';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';

interface Write {
  readonly url: string;
  readonly write_relabel_configs?: readonly {
    readonly source_labels?: readonly string[];
    readonly regex: string;
    readonly action: string;
  }[];
}

function written(longWindows: 'sums' | 'totals'): readonly Write[] {
  const settings = parseSettings(
    {
      prometheus: {
        remoteWrite: [
          { url: 'https://long.example.org/write' },
          {
            url: 'https://other.example.org/write',
            write_relabel_configs: [{ regex: 'pod', action: 'labeldrop' }],
          },
        ],
      },
      rules: { longWindows },
    },
    { stack: 'local' },
  );
  const { prometheus } = renderFiles({
    settings,
    platform: addressing(settings, '/srv'),
    replicas: replicasOf(settings),
    user: NO_USER_FILES,
  });
  return (load(prometheus) as { remote_write: readonly Write[] }).remote_write;
}

test('running totals, which each replica has of its own, are kept out of remote storage', () => {
  const [first, second] = written('totals');
  const drop = first?.write_relabel_configs?.[0];
  expect(drop).toMatchObject({ source_labels: ['__name__'], action: 'drop' });
  const dropped = new RegExp(`^(?:${drop?.regex})$`);
  for (const name of RUNNING_SUMS) expect(name).toMatch(dropped);
  for (const name of ['slo:bad:increase', 'slo:history:ratio', 'slo:bad:rate1m', 'up'])
    expect(name).not.toMatch(dropped);
  // What the entry says itself still holds, after it.
  expect(second?.write_relabel_configs).toEqual([drop, { regex: 'pod', action: 'labeldrop' }]);
});

test('without them, entries stay as they were written', () => {
  expect(written('sums')).toEqual([
    { url: 'https://long.example.org/write' },
    {
      url: 'https://other.example.org/write',
      write_relabel_configs: [{ regex: 'pod', action: 'labeldrop' }],
    },
  ]);
});
