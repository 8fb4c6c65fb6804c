import { expect, test } from 'vitest';
import { walk } from '../../../lib/promql/ast.ts';
import { parse } from '../../../lib/promql/parse.ts';
import { isAlert } from '../../../rules/alert.ts';
import { buildRules, type Recording, type RulesSettingsInput } from '../../../rules/index.ts';
import { countedAsSums } from '../../../rules/slo/direct.ts';
import { RUNNING_SUMS } from '../../../rules/slo/totals.ts';
import { renderOwnTests } from '../../../rules/tests.ts';

const sums = buildRules();
const totals = buildRules({ settings: { longWindows: 'totals' } });
const running = new Set<string>(RUNNING_SUMS);

const idOf = ({ record, labels = {} }: Recording): string => JSON.stringify([record, labels]);

test('running totals change how windows over a day are counted, and nothing else', () => {
  const before = new Map(sums.recordings.map((rule) => [idOf(rule), rule.expr]));
  const changed = totals.recordings.filter((rule) => before.get(idOf(rule)) !== rule.expr);
  const kinds = new Set(changed.map(({ record, labels }) => [record, labels?.window].join(' ').trim()));
  expect([...kinds].sort()).toEqual(
    [
      ...RUNNING_SUMS,
      ...['slo:bad:increase', 'slo:total:increase', 'slo:history:ratio'].flatMap((record) =>
        ['3d', '30d'].map((window) => `${record} ${window}`),
      ),
    ].sort(),
  );
  expect(totals.recordings).toHaveLength(sums.recordings.length + RUNNING_SUMS.length * sums.slos.length);
  expect(totals.alerts.map(({ expr }) => expr)).toEqual(sums.alerts.map(({ expr }) => expr));
});

test('of all events long windows are what they are of bad ones', () => {
  const exprs = (record: string) =>
    totals.recordings.filter(
      (rule) => rule.record === record && ['3d', '30d', undefined].includes(rule.labels?.window),
    );
  for (const name of ['running_sum', 'increase']) {
    const bad = exprs(`slo:bad:${name}`).filter(({ labels }) => labels?.slo?.startsWith('inference'));
    const all = exprs(`slo:total:${name}`).filter(({ labels }) => labels?.slo?.startsWith('inference'));
    expect(bad).not.toEqual([]);
    expect(bad.map(({ expr }) => expr.replaceAll('slo:bad:', 'slo:total:'))).toEqual(
      all.map(({ expr }) => expr),
    );
  }
});

test('running totals come after what they add up, and before the windows that read them', () => {
  for (const { name, rules } of totals.groups) {
    const recorded: string[] = [];
    for (const rule of rules) {
      const own = isAlert(rule) ? rule.name : rule.record;
      for (const part of walk(parse(rule.expr)))
        if (part.kind === 'selector' && running.has(part.metric) && part.metric !== own)
          expect(recorded, `${own} in ${name} reads ${part.metric}`).toContain(part.metric);
      recorded.push(own);
    }
  }
});

test.each([
  [7, ['1d', '3d', '3d'], '7'],
  [28, ['1d', ...Array<string>(9).fill('3d')], '28'],
  [30, Array<string>(10).fill('3d'), '30'],
  [90, Array<string>(30).fill('3d'), '90'],
] as const)(
  'a period of %i days is as long as the windows that stand in for young totals',
  (days, parts, all) => {
    const { recordings } = buildRules({
      settings: { longWindows: 'totals', slos: { 'stream-lag': { windowDays: days } } },
    });
    const exprOf = (name: string) =>
      recordings.find(
        ({ record, labels }) =>
          record === name && labels?.slo === 'stream-lag' && labels.window === `${days}d`,
      )?.expr ?? '';
    const read = [...walk(parse(exprOf('slo:bad:increase')))].flatMap((part) =>
      part.kind === 'offset' && part.expr.kind === 'selector' && part.expr.metric === 'slo:bad:increase'
        ? [`${part.expr.matchers.find(({ label }) => label === 'window')?.value} ${part.offset}`]
        : [],
    );
    // The newest has no offset.
    expect([...read.map((each) => each.split(' ')[0]), '3d'].sort()).toEqual([...parts].sort());
    expect(new Set(read).size).toBe(parts.length - 1);
    expect(exprOf('slo:history:ratio')).toMatch(new RegExp(`\\) / ${all}\\)$`));
  },
);

test('counted as sums, the rules are those without running totals', () => {
  const direct = countedAsSums(totals);
  expect(direct.recordings).toEqual(sums.recordings);
  expect(direct.groups.map(({ name, rules }) => [name, rules.map(({ expr }) => expr)])).toEqual(
    sums.groups.map(({ name, rules }) => [name, rules.map(({ expr }) => expr)]),
  );
});

test('a user’s own SLO has the same tests with running totals as without', () => {
  const own: NonNullable<RulesSettingsInput>['own'] = {
    metrics: { checkouts_total: { type: 'counter', labels: ['result'] } },
    slos: {
      'checkout-errors': {
        kind: 'events',
        title: 'Checkout',
        promise: 'Checkouts succeed.',
        service: 'checkout',
        signal: 'errors',
        objective: 0.999,
        bad: 'sum(rate(checkouts_total{result="failed"}[$window]))',
        total: 'sum(rate(checkouts_total[$window]))',
        runbook: 'checkout-errors',
        proof: [
          { series: 'checkouts_total{result="failed"}', kind: 'counter', good: 0, bad: 1 },
          { series: 'checkouts_total{result="ok"}', kind: 'counter', good: 1, bad: 0 },
        ],
      },
    },
  };
  const tests = (longWindows: 'sums' | 'totals') =>
    renderOwnTests(buildRules({ settings: { longWindows, own } }));
  expect(Object.keys(tests('sums'))).not.toEqual([]);
  expect(tests('totals')).toEqual(tests('sums'));
});
