import { describe, expect, test } from 'vitest';
import type { Version } from '../../../operations/review/version.ts';
import { BASE, reviewed } from './versions.ts';

const OLD = 'inference_api:errors:ratio_rate5m';
const NEW = 'inference_api:failures:ratio_rate5m';
const RULES = 'prometheus/rules/inference-api.yaml';

type Edit = (text: string, path: string) => string;

const written = (edit: Edit, version = BASE): Version => ({
  ...version,
  files: Object.fromEntries(Object.entries(version.files).map(([path, text]) => [path, edit(text, path)])),
});

const renamed = (old: string, fresh: string, version = BASE): Version =>
  written((text) => text.replaceAll(old, fresh), version);

const lines = (after: Version, before = BASE) =>
  reviewed(after, before).changes.map(({ effect, subject, text }) => `${effect} ${subject}: ${text}`);

test('a recording that all its readers follow changes nothing, and a note says what cannot be known', () => {
  const { changes, verdict, notes } = reviewed(renamed(OLD, NEW));
  expect(changes).toEqual([]);
  expect(verdict.level).toBe('same');
  expect(notes).toEqual([
    `The recording ${OLD} is called ${NEW} now, and its history begins anew. What reads it outside this stack, such as a dashboard that only Grafana has, has to follow`,
  ]);
});

test('one that is made of another renamed one changes nothing either', () => {
  const buckets = 'endpoint:inference_request_duration_seconds_bucket:rate5m';
  const quantile = 'endpoint:inference_request_duration_seconds:p95_5m';
  const both = renamed(
    quantile,
    'endpoint:latency:p95_5m',
    renamed(buckets, 'endpoint:latency_bucket:rate5m'),
  );
  expect(reviewed(both)).toMatchObject({ changes: [], verdict: { level: 'same' } });
  expect(reviewed(both).notes).toHaveLength(2);
});

test('what else changes is told beside it', () => {
  const after = written(
    (text, path) => (path === RULES ? text.replace('for: 2m', 'for: 9m') : text),
    renamed(OLD, NEW),
  );
  expect(lines(after)).toEqual(['weaker InferenceAPIHighLatency: for 2m → 9m, fires later']);
});

describe('a recording under another name', () => {
  const but = (path: RegExp, edit: Edit = (text) => text): Version =>
    written((text, name) => (path.test(name) ? edit(text, name) : text.replaceAll(OLD, NEW)));
  const JOB = { old: '  - job_name: prometheus\n', params: `    params: { 'match[]': ['${OLD}'] }\n` };
  const federated = written((text) => text.replace(JOB.old, `${JOB.old}${JOB.params}`));
  const kept = (pattern: string) =>
    written((text, path) =>
      path === 'prometheus/prometheus.yml'
        ? `${text}\nremote_write:\n  - url: http://storage.example:8428/api/v1/write\n    write_relabel_configs: [{ source_labels: [__name__], regex: '${pattern}', action: keep }]\n`
        : text,
    );

  test.each([
    {
      what: 'that a board still reads',
      after: but(/^grafana\/dashboards\/operations\/system-overview/),
      told: [/^weaker .*failures.*: renamed, it was .*, which .*panel.* still read/],
    },
    {
      what: 'whose rules move to a rare group',
      after: written(
        (text, path) =>
          path === RULES
            ? text.replace(/( +- name: [\w-]+\n)( +interval: \w+\n)?/, '$1    interval: 5m\n')
            : text,
        renamed(OLD, NEW),
      ),
      told: [/evaluated every 15s → 5m/],
    },
    {
      what: 'that a job asks for',
      before: federated,
      after: written((text) => text.replaceAll(OLD, NEW).replace(`['${NEW}']`, `['${OLD}']`), federated),
      told: [/^unclear .*: renamed, it was .*, still asked for by the job prometheus/],
    },
    {
      what: 'that storage no longer keeps',
      before: kept('inference_api:errors:.*'),
      after: renamed(OLD, NEW, kept('inference_api:errors:.*')),
      told: [/^unclear .*: renamed, it was .*, still asked for by prometheus.yml/],
    },
    {
      what: 'that storage keeps as before',
      before: kept('inference_api:.*'),
      after: renamed(OLD, NEW, kept('inference_api:.*')),
      told: [],
    },
    {
      what: 'that takes the name of another recording',
      after: renamed(OLD, 'inference_api:requests:rate5m'),
      told: [/^unclear inference_api:requests:rate5m/],
    },
    {
      what: 'of which a day is read',
      after: renamed('inference_api:requests:rate5m', 'inference_api:calls:rate5m'),
      told: [
        /^unclear inference_api:calls:rate5m: renamed.* its history begins anew, and a window of 1d1h reads it/,
      ],
    },
  ])('$what', ({ before = BASE, after, told }) => {
    const found = lines(after, before);
    for (const line of told) expect(found.join('\n')).toMatch(new RegExp(line, 'm'));
    if (told.length === 0) expect(found).toEqual([]);
  });

  test('that is a plain word hides nothing of labels and texts of the same word', () => {
    const word = (name: string, label: string) =>
      written((text) => text.replaceAll(OLD, name).replaceAll(`sum by (endpoint) (`, `sum by (${label}) (`));
    expect(reviewed(word('share_failed', 'endpoint'), word('share_bad', 'endpoint')).verdict.level).toBe(
      'same',
    );
    expect(reviewed(word('share_failed', 'share_failed'), word('share_bad', 'share_bad')).verdict.level).toBe(
      'look',
    );
  });
});
