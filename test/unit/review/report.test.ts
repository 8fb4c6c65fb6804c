import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costPart } from '../../../operations/review/report/cost.ts';
import {
  type Part,
  type PullRequestReport,
  pullRequestReport,
} from '../../../operations/review/report/document.ts';
import { pullRequestHtml } from '../../../operations/review/report/html.ts';
import { commentMarker, pullRequestMarkdown } from '../../../operations/review/report/markdown.ts';
import { planPart } from '../../../operations/review/report/plan.ts';
import { type Paint, textOf } from '../../../operations/review/text.ts';
import { shop } from './shop.ts';
import { BASE, reviewed, versionOf } from './versions.ts';

const GITHUB_LIMIT = 65_536;
const looser = reviewed(
  versionOf({ rules: { alerts: { InferenceAPIHighLatency: { threshold: '200ms' } } } }),
);

/** A report with one part. */
const reportOf = (part: Partial<Part>): PullRequestReport => ({
  stack: 'local',
  versions: 'main → the working tree',
  verdict: { state: 'warn', text: 'Look twice.' },
  parts: [{ title: 'Part', open: true, sections: [], ...part }],
});

describe('the comment', () => {
  test('begins with the verdict and ends with what tells it from others', () => {
    const lines = pullRequestMarkdown(pullRequestReport(looser, [])).split('\n');
    expect(lines[0]).toBe(
      '🟠 **Look twice: monitoring gets weaker: needs more to fire (InferenceAPIHighLatency); 5 changes in all.**',
    );
    expect(lines.at(-1)).toBe(commentMarker('local'));
    expect(lines).toContain(
      '| 🟠 weaker | Alerts | InferenceAPIHighLatency | threshold 0.15 s → 0.2 s (+33 %), looser |',
    );
  });

  test('of a change that alters nothing is one line', () => {
    const text = pullRequestMarkdown(pullRequestReport(reviewed(BASE), []));
    expect(text.split('\n\n')).toEqual([
      expect.stringMatching(/^🟢 \*\*Nothing changes: /),
      'Stack `local`, base → head.',
      commentMarker('local'),
    ]);
  });

  test('stays under the limit whatever there is to say, and says what it leaves out', () => {
    const text = fc.string({ maxLength: 3000 });
    const rows = fc.array(fc.tuple(text, text, text), { maxLength: 400 });
    const details = fc.array(fc.record({ title: text, before: text, after: text }), { maxLength: 60 });
    fc.assert(
      fc.property(rows, details, (cells, more) => {
        const report = reportOf({
          sections: [{ title: 'T', table: { head: ['a', 'b', 'c'], rows: cells } }],
          details: more,
        });
        const comment = pullRequestMarkdown(report);
        expect(comment.length).toBeLessThan(GITHUB_LIMIT);
        expect(comment.split('\n')[0]).toBe('🟠 **Look twice.**');
        expect(comment.endsWith(commentMarker('local'))).toBe(true);
      }),
      { numRuns: 30 },
    );
    const long = reportOf({
      sections: [
        {
          title: 'T',
          table: {
            head: ['a'],
            rows: Array.from({ length: 5000 }, (_, i) => [`row ${i} ${'x'.repeat(50)}`]),
          },
        },
      ],
    });
    expect(pullRequestMarkdown(long)).toMatch(/… and \d+ more in the HTML report/);
  });

  test('takes text for text', () => {
    const table = { head: ['a'], rows: [['@team | <img src=x> `code` [a](b)\nnext']] };
    const comment = pullRequestMarkdown(reportOf({ sections: [{ title: 'T', table }] }));
    expect(comment).toContain('&#64;team \\| &lt;img src=x&gt; \\`code\\` \\[a\\](b) next');
    const code = pullRequestMarkdown(reportOf({ details: [{ title: 'x', after: '```\n</details>\n```' }] }));
    expect(code).toContain('````\n```\n</details>\n```\n````');
  });
});

describe('the page', () => {
  test('holds everything and asks for nothing', () => {
    const html = pullRequestHtml({
      ...reportOf({
        pictures: [{ title: 'Panel <1>', before: Buffer.from('png'), after: Buffer.from('png') }],
        details: [{ title: 'x', before: 'a < b', after: 'a > b' }],
      }),
    });
    expect(html).toContain('src="data:image/png;base64,cG5n"');
    expect(html).toContain('Panel &lt;1&gt;');
    expect(html).toContain('a &lt; b');
    expect(html).not.toMatch(/<script|<link|src="(?!data:)|url\(/);
  });
});

describe('the plan', () => {
  const change = (op: string, type: string, name: string) => ({
    op,
    type,
    name,
    properties: [{ path: 'spec.size', kind: 'update' }],
  });

  test('puts first what loses data', () => {
    const part = planPart({
      changes: [
        change('update', 'kubernetes:core/v1:ConfigMap', 'rules'),
        change('replace', 'kubernetes:core/v1:PersistentVolumeClaim', 'prometheus-data'),
        change('delete', 'docker:index/container:Container', 'demo'),
        change('delete', 'docker:index/volume:Volume', 'prometheus'),
      ],
      same: 12,
    });
    expect(part.open).toBe(true);
    expect(part.summary).toBe(
      '2 with data removed or replaced, 1 to change, 1 to replace, 2 to remove, 12 as they are',
    );
    expect(part.sections[0]?.table?.rows.map(([what, name]) => [what, name])).toEqual([
      [{ text: 'replace: data is lost', state: 'bad' }, 'prometheus-data'],
      [{ text: 'remove: data is lost', state: 'bad' }, 'prometheus'],
      [{ text: 'remove', state: 'warn' }, 'demo'],
      [{ text: 'change', state: 'none' }, 'rules'],
    ]);
  });

  test('says that nothing would change', () => {
    expect(planPart({ changes: [], same: 22 })).toMatchObject({
      summary: 'nothing would change, 22 as they are',
      open: false,
    });
  });
});

test('the cost counts rules, series and targets, and the time that was measured', () => {
  const after = versionOf({ services: [{ name: 'checkout', address: '10.0.0.8:9000' }] });
  const { models, series } = reviewed(after);
  if (models === undefined || series === undefined) throw new Error('both versions build');
  const part = costPart({
    ...models,
    series,
    timings: new Map([['(sum(up{job="checkout"}) or vector(0)) < 1', 0.25]]),
  });
  const rows = part.sections[0]?.table?.rows ?? [];
  const [, before, now, more] = rows.find(([what]) => what === 'alert rules') ?? [];
  expect([Number(now) - Number(before), more]).toEqual([2, '+2']);
  expect(rows.find(([what]) => what === 'targets and probes')?.[3]).toBe('+2');
  expect(rows.at(-1)).toEqual(['evaluation of changed rules', '0 ms', '250 ms', '+250 ms']);
});

describe('advice on files and settings of one’s own', () => {
  const said = "dashboards.d/shop.json: panel 'Queue' has no unit (panel-units).";
  const without = shop({ board: (text) => text.replace('"unit": "short"', '"decimals": 0') });
  const plain = new Proxy({}, { get: (_, name) => (name === 'effect' ? plain : (text: string) => text) });
  const paint = plain as Paint;

  test('stands in diff and report, and what is new is told from what was there', () => {
    const found = reviewed(without, shop());
    expect(found.advice.filter(({ isNew }) => isNew)).toEqual([{ text: said, isNew: true }]);
    expect(textOf(found, paint)).toMatch(
      /\nAdvice\n( {2}.* \(as before\)\n)* {2}dashboards.d\/shop.json: .* \(panel-units\)\.\n/,
    );
    const comment = pullRequestMarkdown(pullRequestReport(found, []));
    expect(comment).toContain('### Advice on files and settings of your own: 1 new, ');
    expect(comment).toMatch(/\| dashboards.d\/shop.json: panel 'Queue' has no unit .* \| new \|/);
  });

  test('stands there too where nothing changes, and alone', () => {
    const found = reviewed(without, without);
    expect(textOf(found, paint)).toContain(`\n  ${said} (as before)`);
    expect(pullRequestReport(found, []).parts.map(({ title, open }) => [title, open])).toEqual([
      ['Advice on files and settings of your own', false],
    ]);
  });

  test('is not known of older versions', () => {
    const { advice: _, ...facts } = shop().facts ?? {};
    expect(reviewed(without, { ...shop(), facts } as never).advice).toContainEqual({
      text: said,
      isNew: true,
    });
    expect(reviewed({ ...shop(), facts } as never, without).advice).toEqual([]);
  });

  test('names settings that do nothing', () => {
    const idle = versionOf({ docker: { host: 'unix:///run/docker.sock' } });
    expect(reviewed(idle).advice).toEqual([{ text: expect.stringContaining('docker'), isNew: true }]);
  });
});
