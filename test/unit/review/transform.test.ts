import { expect, test } from 'vitest';
import type { Version } from '../../../operations/review/version.ts';
import { BASE, reviewed, told } from './versions.ts';

const PLACE = 'kubernetes:apps/v1:StatefulSet prometheus spec.replicas';

/** The version with what a transform changes in it. */
const withTransform = (transform: Readonly<Record<string, string>>): Version => ({
  ...BASE,
  ...(BASE.facts?.declared && {
    facts: { ...BASE.facts, declared: { ...BASE.facts.declared, transform } },
  }),
});

test('what a transform does is a change that only people can judge, and so is its end', () => {
  const head = 'the transform of kubernetes:apps/v1:StatefulSet spec.replicas: ';
  const one = withTransform({ [PLACE]: '2 → 1' });
  expect(told(one)).toEqual([`prometheus: ${head}2 → 1`]);
  expect(reviewed(one).verdict.level).toBe('look');
  expect(told(BASE, one)).toEqual([`prometheus: ${head}is gone`]);
  expect(told(withTransform({ [PLACE]: '2 → 3' }), one)).toEqual([`prometheus: ${head}2 → 1, now 2 → 3`]);
  expect(told(one, one)).toEqual([]);
});

test('a version from before there were any had none', () => {
  const { transform: _, ...declared } = BASE.facts?.declared ?? {};
  const older = { ...BASE, facts: { ...BASE.facts, declared } } as unknown as Version;
  expect(told(BASE, older)).toEqual([]);
});
