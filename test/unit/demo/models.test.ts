import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUP_NAMES, offlineValues, QUALITY_CHECKS, standardise } from '../../../demo/models/features.ts';
import { accuracy, DivergedError, fitModel, importance, probability } from '../../../demo/models/logistic.ts';
import { drawExamples, inputsOf, MODEL_TYPES, trainModel } from '../../../demo/models/models.ts';
import { populationStability } from '../../../demo/models/psi.ts';
import { exponential, seeded } from '../../../demo/models/random.ts';

describe('models', () => {
  it.each(MODEL_TYPES)('%s learns what its data holds, and is mostly sure', (type) => {
    const model = trainModel(type, 'test');
    const held = drawExamples(type, 1_500, 'held-out');
    expect(accuracy(model, held)).toBeGreaterThan(0.92);
    const sure = held.filter(({ inputs }) => Math.abs(probability(model, inputs) - 0.5) > 0.35);
    expect(sure.length / held.length).toBeGreaterThan(0.85);
  });

  it('diverges on data that holds values that are no numbers', () => {
    const bad = drawExamples('fraud', 100, 'bad').map((example) => ({ ...example, inputs: [Number.NaN] }));
    expect(() => [...fitModel(bad, { epochs: 3, rate: 1 })]).toThrow(DivergedError);
  });

  it('lowers its loss with each of the first epochs', () => {
    const losses = [...fitModel(drawExamples('fraud', 500, 'loss'), { epochs: 20, rate: 0.5 })].map(
      (e) => e.loss,
    );
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(losses[0]).toBeCloseTo(Math.log(2), 5);
  });

  it('counts a missing feature as average', () => {
    expect(inputsOf('personalization', { discount: 0.2 }, {})).toEqual([0, 0, 0, 0]);
    expect(inputsOf('fraud', { amount: 10 }, { device: { device_risk: null } })).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('has importances that add up to 1', () => {
    expect(
      importance([
        [1, -3],
        [1, 3],
      ]),
    ).toEqual([0.25, 0.75]);
    expect(importance([[0, 0]])).toEqual([0.5, 0.5]);
  });
});

describe('population stability index', () => {
  const scores = (seed: string, count: number, power = 1) => {
    const random = seeded(seed);
    return Array.from({ length: count }, () => random() ** power);
  };

  it('is near 0 for one population and large for another', () => {
    expect(populationStability(scores('a', 4_000), scores('b', 1_000))).toBeLessThan(0.05);
    expect(populationStability(scores('a', 4_000), scores('b', 1_000, 3))).toBeGreaterThan(0.25);
  });

  it('is what the definition gives', () => {
    const reference = Array.from({ length: 10 }, (_, i) => i / 10 + 0.05);
    const live = [...reference.slice(0, 9), 0.05];
    // The first bin doubles from 0.1 to 0.2, the last one falls to half an observation, 0.05.
    expect(populationStability(reference, live)).toBeCloseTo(0.1 * Math.log(2) - 0.05 * Math.log(0.5), 10);
  });

  it('is 0 without data and never negative or infinite', () => {
    expect(populationStability([], [0.5])).toBe(0);
    const scoresOf = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 50, maxLength: 200 });
    fc.assert(
      fc.property(scoresOf, (values) => {
        const index = populationStability(values, values);
        return index === 0 && Number.isFinite(populationStability(values, [0.1]));
      }),
    );
  });
});

describe('features', () => {
  it('are the same in every process, and pass their own checks', () => {
    for (const group of GROUP_NAMES) {
      for (let i = 0; i < 200; i++) {
        const values = offlineValues(group, `id-${i}`);
        expect(offlineValues(group, `id-${i}`)).toEqual(values);
        for (const check of Object.values(QUALITY_CHECKS)) expect(check(group, values)).toBe(true);
      }
    }
  });

  it('fail the check that names what is wrong', () => {
    const values = offlineValues('device', 'd');
    const failing = (changed: Record<string, number | null>) =>
      Object.entries(QUALITY_CHECKS).flatMap(([name, check]) => (check('device', changed) ? [] : [name]));
    expect(failing({ ...values, device_risk: null })).toEqual(['not_null']);
    expect(failing({ ...values, device_risk: 40 })).toEqual(['in_range']);
    expect(failing({ device_risk: 0.3 })).toEqual(['complete']);
  });

  it('are standardised to their centre and spread', () => {
    expect(standardise('user_profile', 'country_risk', 0.38)).toBeCloseTo(1, 10);
    expect(standardise('transaction_history', 'mean_amount_usd', 45 * Math.exp(0.5))).toBeCloseTo(1, 10);
    expect(standardise('device', 'unheard_of', 3)).toBe(0);
  });
});

it('random arrivals have the rate that was asked for', () => {
  const random = seeded('arrivals');
  const waits = Array.from({ length: 20_000 }, () => exponential(random, 20));
  expect(waits.reduce((a, b) => a + b, 0) / waits.length).toBeCloseTo(1 / 20, 2);
});
