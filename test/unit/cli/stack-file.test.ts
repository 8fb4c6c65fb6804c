import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { engineTexts, stackContent } from '../../../cli/stack-file/stack-file.ts';
import { configOf, parseSettings, SettingsError } from '../../../stack/settings/index.ts';

const PROJECT = 'feature-store-monitoring';
const read = (text: string) =>
  configOf(engineTexts(stackContent(text, 'Pulumi.try.yaml'), 'hidden'), PROJECT);
const settings = (text: string) => parseSettings(read(text), { stack: 'try' });

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

test('a key without a project belongs to this one, as it does to the engine', () => {
  const text =
    'config:\n  ports: {prometheus: 19095}\n  services:\n    - {name: checkout, address: "10.0.0.8:9000"}\n';
  expect(settings(text).ports).toEqual({ prometheus: 19095 });
  expect(settings(text).services.map(({ name }) => name)).toContain('checkout');
  expect(read(`config:\n  ${PROJECT}:config:platform: docker\n`)).toEqual({ platform: 'docker' });
  expect(read('config:\n  docker:host: ssh://a\n')).toEqual({});
  expect(refusal(() => read(`config:\n  platform: local\n  ${PROJECT}:platform: docker\n`))).toContain(
    'config has "feature-store-monitoring:platform" twice, once under the name',
  );
  expect(refusal(() => read('config:\n  a:b:c:d: local\n'))).toContain('config has the key "a:b:c:d"');
});

test('anchors and merge keys are what they stand for', () => {
  const text = `
x-web: &web
  interval: 30s
  scheme: http
config:
  ${PROJECT}:services:
    - <<: *web
      name: checkout
      address: 10.0.0.8:9000
    - <<: [{interval: 45s}, *web]
      scheme: https
      name: basket
      address: 10.0.0.9:9000
`;
  const found = settings(text).services.slice(-2);
  expect(found.map(({ name, interval, scheme }) => [name, interval, scheme])).toEqual([
    ['checkout', '30s', 'http'],
    ['basket', '45s', 'https'],
  ]);
});

test.each(['', '\n', '# nothing\n', '---\n', 'config:\n', 'config: {}\n', 'encryptionsalt: v1:a\n'])(
  'a file that says nothing is a whole stack: %j',
  (text) => {
    expect(settings(text).platform).toBe('local');
  },
);

test('a key without a value is not set', () => {
  const text = `config:\n  services:\n  platform: ~\n  prometheus:\n    externalLabels:\n    retention: {time: }\n`;
  expect(settings(text).prometheus.retention.time).toBe('30d');
  expect(settings(text).platform).toBe('local');
});

test.each([
  ['- a\n', 'the file is a list, but must be a group'],
  ['text\n', 'the file is "text", but must be a group'],
  ['5\n', 'the file is 5, but must be a group'],
  ['config: []\n', 'config is a list, but must be a group of settings'],
  ['config: 0x10\n', 'config is 0x10, but must be a group of settings'],
  ['config: {1: a}\n', 'the key 1 is no text to the engine'],
  ['config: {null: a}\n', 'the key null is no text to the engine'],
  ['config: {platform: a, platform: b}\n', 'it is not YAML'],
  ['config: {a: 1}\n---\nconfig: {}\n', 'it is not YAML'],
  ['config: {a: !!int "5"}\n', 'it is not YAML'],
  ['config: {a: !mine 5}\n', 'it is not YAML'],
  ['config:\n\tplatform: local\n', 'it is not YAML'],
  [`config: ${'['.repeat(10_000)}\n`, 'it is not YAML'],
  [`config: ${'{a: '.repeat(10_000)}\n`, 'it is not YAML'],
  [`config: {services: '${'['.repeat(10_000)}${']'.repeat(10_000)}'}\n`, 'nests more than 64'],
  [
    `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
      .split('')
      .map((name, index) => {
        const before = 'abcdefgh'[index];
        return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
      })
      .join('\n')}\nconfig: {services: *i}\n`,
    'holds more than 200000 values',
  ],
])('%.40j is refused with its reason', (text, reason) => {
  const message = refusal(() => settings(text));
  expect(message).toContain(reason);
  expect(message.length).toBeLessThan(600);
});

test.each([
  ['0777', 'a number in another base'],
  ['08', 'a number in another base'],
  ['0x1F', 'a number in another base'],
  ['0b11', 'a number in another base'],
  ['0o17', 'a number in another base'],
  ['1_000', 'a number with groups of digits'],
  ['.inf', 'a number that JSON does not have'],
  ['9007199254740993', 'a number with more digits'],
])('%s without quotes is refused where it stands, and taken with them', (scalar, taken) => {
  const file = (value: string) => `config:\n  prometheus: {externalLabels: {build: ${value}}}\n`;
  expect(refusal(() => read(file(scalar)))).toContain(
    `config.prometheus.externalLabels.build is ${scalar}, which the engine takes for ${taken}`,
  );
  expect(settings(file(`"${scalar}"`)).prometheus.externalLabels).toEqual({ build: scalar });
});

test('a time without quotes is one where a time is meant, and refused elsewhere', () => {
  const silence = (from: string, to: string) =>
    `config:\n  notifications: {silences: [{id: a, owner: a, reason: b, matchers: ['service="kafka"'], startsAt: ${from}, endsAt: ${to}}]}\n`;
  expect(
    settings(silence('2027-03-01T20:00:00Z', '2027-03-01T23:00:00.5+02:00')).notifications.silences,
  ).toMatchObject([{ startsAt: '2027-03-01T20:00:00Z', endsAt: '2027-03-01T23:00:00.5+02:00' }]);
  const exempt = `config:\n  policies: {exemptions: [{policy: no-root, subject: a, owner: a, reason: long enough, expires: 2027-01-31}]}\n`;
  expect(settings(exempt).policies.exemptions[0]?.expires).toBe('2027-01-31');
  expect(refusal(() => settings('config:\n  prometheus: {externalLabels: {since: 2027-01-31}}\n'))).toContain(
    'prometheus.externalLabels.since is a time without quotes in the file',
  );
  // No day of the calendar: the engine takes it for a text.
  expect(
    settings('config:\n  prometheus: {externalLabels: {since: 2027-02-31}}\n').prometheus.externalLabels,
  ).toEqual({ since: '2027-02-31' });
});

/** What `pulumi config set --path <key> <value>` makes of a value (`Map.Set` and `coerce` of its config package). */
function engineSet(content: Record<string, unknown>, path: readonly (string | number)[], value: string) {
  const coerced =
    path.length === 1
      ? value
      : value === 'true' || value === 'false'
        ? value === 'true'
        : /^(0|-?[1-9]\d*)$/.test(value)
          ? Number(value)
          : value;
  let here = content as Record<string | number, unknown>;
  for (const [index, part] of path.slice(0, -1).entries()) {
    here[part] ??= typeof path[index + 1] === 'number' ? [] : {};
    here = here[part] as Record<string | number, unknown>;
  }
  here[path.at(-1) ?? ''] = coerced;
}

describe('a remedy mends', () => {
  test.each([
    [{ production: 'yes' }, ['production'], 'false'],
    [{ production: 1 }, ['production'], 'false'],
    [{ demo: { enabled: 'on' } }, ['demo', 'enabled'], 'false'],
    [{ demo: { requestsPerSecond: 'many' } }, ['demo', 'requestsPerSecond'], '2.5'],
    [{ kubernetes: { replicas: { prometheus: 'two' } } }, ['kubernetes', 'replicas', 'prometheus'], '2'],
    [{ prometheus: { externalLabels: { build: [] } } }, ['prometheus', 'externalLabels', 'build'], '17'],
    [{ prometheus: { externalLabels: { canary: [] } } }, ['prometheus', 'externalLabels', 'canary'], 'true'],
    [
      { rules: { slos: { 'stream-lag': { windowDays: 'x' } } } },
      ['rules', 'slos', 'stream-lag', 'windowDays'],
      '30',
    ],
    [{ environment: 'A b' }, ['environment'], 'a7'],
    [{ services: [{ name: 'a', address: 'x' }] }, ['services', 0, 'address'], 'a_b:80'],
    [{ prometheus: { scrapeInterval: '0s' } }, ['prometheus', 'scrapeInterval'], '30s'],
    [{ services: 'x' }, ['services'], '[{"name":"checkout","address":"a:1"}]'],
  ])('%j', (broken: Record<string, unknown>, path, value) => {
    const given = structuredClone(broken);
    const file = (content: unknown) =>
      stackContent(
        dump({
          config: Object.fromEntries(
            Object.entries(content as object).map(([k, v]) => [`${PROJECT}:${k}`, v]),
          ),
        }),
        'Pulumi.try.yaml',
      );
    const parse = (content: unknown) =>
      parseSettings(configOf(engineTexts(file(content), undefined), PROJECT), { stack: 'try' });
    expect(refusal(() => parse(given))).toMatch(/\. Change it(: make set| in Pulumi\.try\.yaml)/);
    engineSet(given, path, value);
    expect(parse(given)).toBeDefined();
  });

  test('a key with a dot is removed by its own name', () => {
    expect(refusal(() => settings(`config:\n  ${PROJECT}:docker.subnet: x\n`))).toContain(
      `make unset STACK=try NAME='["docker.subnet"]'`,
    );
  });
});

test('a value with quotes and without is the same', () => {
  const flag = (text: string) =>
    settings(
      `config:\n  production: ${text}\n  platform: docker\n  grafana: {mode: 'off'}\n  demo: {enabled: false}\n`,
    );
  expect(flag('"true"').production).toBe(true);
  expect(flag('true').production).toBe(true);
  expect(flag('"false"').production).toBe(false);
  fc.assert(
    fc.property(
      fc.record({
        demo: fc.record({ enabled: fc.boolean(), requestsPerSecond: fc.integer({ min: 1, max: 500 }) }),
        ports: fc.constantFrom({ grafana: 3001 }, {}, { prometheus: 19_090, grafana: 13_000 }),
        prometheus: fc.record({
          externalLabels: fc.dictionary(
            fc.constantFrom('a', 'b', 'c'),
            fc.constantFrom('x', '1', 'true', 'é'),
          ),
          volumeGibibytes: fc.integer({ min: 16, max: 64 }),
        }),
      }),
      (config) => {
        const quoted = (value: unknown): unknown => {
          if (typeof value !== 'object' || value === null) return String(value);
          return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, quoted(item)]));
        };
        const of = (value: unknown) => settings(dump({ config: value }));
        expect(of(quoted(config))).toEqual(of(config));
      },
    ),
    { numRuns: 50 },
  );
});
