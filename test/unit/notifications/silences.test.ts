import { describe, expect, test } from 'vitest';
import type { ExistingSilence, PostedSilence } from '../../../lib/alertmanager-client.ts';
import type { SilenceSettings } from '../../../notifications/settings.ts';
import { applySilences, describePlan, planSilences } from '../../../notifications/silences.ts';

const NOW = new Date('2026-03-18T10:00:00Z');

const wanted = (more: Partial<SilenceSettings> = {}): SilenceSettings => ({
  id: 'migration',
  owner: 'platform',
  reason: 'moving Redis',
  matchers: ['service="redis"'],
  startsAt: '2026-03-18T09:00:00Z',
  endsAt: '2026-03-18T12:00:00Z',
  ...more,
});

const existing = (more: Partial<ExistingSilence> = {}): ExistingSilence => ({
  id: 'uuid-1',
  status: { state: 'active' },
  createdBy: 'platform',
  comment: 'moving Redis [managed: migration]',
  startsAt: '2026-03-18T09:00:03Z',
  endsAt: '2026-03-18T12:00:00.000Z',
  matchers: [{ name: 'service', value: 'redis', isRegex: false, isEqual: true }],
  ...more,
});

const NOTHING = { create: [], update: [], keep: [], expire: [], expired: [] };

describe('the plan', () => {
  test('creates what is not there', () => {
    expect(planSilences([wanted()], [], NOW)).toEqual({
      ...NOTHING,
      create: [
        {
          id: 'migration',
          silence: {
            createdBy: 'platform',
            comment: 'moving Redis [managed: migration]',
            startsAt: '2026-03-18T09:00:00.000Z',
            endsAt: '2026-03-18T12:00:00.000Z',
            matchers: [{ name: 'service', value: 'redis', isRegex: false, isEqual: true }],
          },
        },
      ],
    });
  });

  test('keeps what is there, although it began when it was taken', () => {
    expect(planSilences([wanted()], [existing()], NOW)).toEqual({
      ...NOTHING,
      keep: [{ id: 'migration', existing: 'uuid-1' }],
    });
  });

  test.each([
    ['end', { endsAt: '2026-03-18T13:00:00Z' }],
    ['reason', { reason: 'moving Kafka' }],
    ['owner', { owner: 'streaming' }],
    ['matchers', { matchers: ['service="kafka"'] }],
    ['operator', { matchers: ['service!="redis"'] }],
    ['start, which is still to come', { startsAt: '2026-03-18T11:00:00Z' }],
  ])('changes one with another %s', (_, change) => {
    const plan = planSilences([wanted(change)], [existing()], NOW);
    expect(plan.update).toMatchObject([{ id: 'migration', silence: { id: 'uuid-1' } }]);
    expect({ ...plan, update: [] }).toEqual(NOTHING);
  });

  test('ends what is no longer wanted, and copies', () => {
    expect(planSilences([], [existing()], NOW).expire).toEqual([{ id: 'migration', existing: 'uuid-1' }]);
    const plan = planSilences([wanted()], [existing(), existing({ id: 'uuid-2' })], NOW);
    expect(plan).toMatchObject({ keep: [{ existing: 'uuid-1' }], expire: [{ existing: 'uuid-2' }] });
  });

  test('never touches what somebody made by hand, or what is over', () => {
    const others = [
      existing({ comment: 'moving Redis' }),
      existing({ comment: '[managed: migration] moving Redis' }),
      existing({ status: { state: 'expired' } }),
    ];
    expect(planSilences([], others, NOW)).toEqual(NOTHING);
  });

  test('reports what is over and still stands in the settings, and does not create it', () => {
    const plan = planSilences([wanted({ endsAt: '2026-03-18T10:00:00Z' })], [], NOW);
    expect(plan).toEqual({
      ...NOTHING,
      expired: [{ id: 'migration', endsAt: '2026-03-18T10:00:00Z', owner: 'platform' }],
    });
    expect(describePlan(plan)).toEqual([
      'silence migration of platform ended at 2026-03-18T10:00:00Z: remove it from notifications.silences',
    ]);
  });
});

test('creates before it ends anything', async () => {
  const calls: string[] = [];
  const alertmanager = {
    postSilence: async ({ comment }: PostedSilence) => void calls.push(`post ${comment}`),
    expireSilence: async (id: string) => void calls.push(`expire ${id}`),
  };
  await applySilences(planSilences([wanted({ id: 'new' })], [existing()], NOW), alertmanager);
  expect(calls).toEqual(['post moving Redis [managed: new]', 'expire uuid-1']);
});
