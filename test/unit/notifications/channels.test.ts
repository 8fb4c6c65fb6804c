import { readdirSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { SECRET_PLACEHOLDER } from '../../../lib/secret-placeholder.ts';
import type { Channel } from '../../../notifications/channels/channel.ts';
import { COMMON_TEMPLATE } from '../../../notifications/channels/common-template.ts';
import { CHANNELS, type KnownChannel } from '../../../notifications/channels/index.ts';
import { withChannels } from '../../../notifications/docs.ts';
import { build } from './project.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Files of the folder that hold no channel. */
const SHARED = ['channel.ts', 'common-template.ts', 'fitting-template.ts', 'index.ts'];

/** Members without which a channel still satisfies the interface. */
type Forgettable<C> = { [M in keyof Channel]: Omit<C, M> extends Channel ? M : never }[keyof Channel];

test('the compiler objects to any channel without any one of its members', () => {
  expectTypeOf<Forgettable<Channel>>().toBeNever();
  expectTypeOf<{ [C in KnownChannel as C['name']]: Forgettable<C> }[KnownChannel['name']]>().toBeNever();
});

test('the list names every file of the folder, each once', () => {
  const files = readdirSync(join(ROOT, 'notifications/channels')).filter((file) => !SHARED.includes(file));
  expect(CHANNELS.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
});

test('no two channels share a list of Alertmanager', () => {
  expect(new Set(CHANNELS.map(({ list }) => list)).size).toBe(CHANNELS.length);
});

/** A stack that uses one channel, as its file says, with a receiver of its own and secrets by field. */
function using({ name, example, pages }: Channel, secrets: Readonly<Record<string, string>>) {
  const shared = example.shared as object;
  return {
    [name]: { ...shared, ...secrets },
    receivers: { desk: { [name]: example.own } },
    severities: { [pages ? 'critical' : 'info']: ['desk'] },
  };
}

const examples = ({ secrets }: Channel) =>
  Object.fromEntries(Object.entries(secrets).map(([field, { example }]) => [field, example]));

const deskOf = ({ config }: ReturnType<typeof build>) => config.receivers.find(({ name }) => name === 'desk');

describe.each(CHANNELS.map((channel) => [channel.name, channel] as const))('%s', (name, channel) => {
  const built = build(using(channel, examples(channel)));

  test('can be used as its example says', () => {
    expect(deskOf(built)).toHaveProperty(channel.list);
    expect(deskOf(built)).not.toHaveProperty(['webhook_configs', 0, 'url']);
  });

  test('keeps its secrets in files that the configuration names', () => {
    const files = Object.keys(built.secretFiles).filter((file) => file.startsWith(`${name}-`));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(built.files['alertmanager.yml']).toContain(`/${file}`);
    for (const text of Object.values(built.files))
      for (const value of Object.values(examples(channel))) expect(text).not.toContain(value);
  });

  test('is the same where its secrets are not decrypted', () => {
    const placeholders = Object.fromEntries(
      Object.keys(channel.secrets).map((field) => [field, SECRET_PLACEHOLDER]),
    );
    expect(build(using(channel, placeholders)).files).toEqual(built.files);
  });

  test('without its secrets asks for one, and the stand-in takes its messages', () => {
    const without = build(using(channel, {}));
    expect(without.notices.join('\n')).toMatch(new RegExp(`make secret NAME='notifications\\.${name}\\.`));
    expect(deskOf(without)).toMatchObject({ webhook_configs: [{ url: 'http://demo:8090/webhook/desk' }] });
  });

  test('refuses a secret of the wrong form without showing it', () => {
    const wrong = Object.fromEntries(Object.keys(channel.secrets).map((field) => [field, 'two\nhunter2']));
    const failing = () => build(using(channel, wrong));
    expect(failing).toThrow(/its value is not shown/);
    expect(failing).not.toThrow('hunter2');
  });

  test('lists exactly the secrets that its settings mark', () => {
    const marked = [channel.shared, channel.own].flatMap(secretFields);
    expect([...new Set(marked)].sort()).toEqual(Object.keys(channel.secrets).sort());
    for (const field of Object.keys(channel.secrets)) expect(fieldsOf(channel.shared)).toContain(field);
  });

  test('names as templates only fields that it has', () => {
    const fields = [...fieldsOf(channel.shared), ...fieldsOf(channel.own)];
    for (const field of channel.templated) expect(fields).toContain(field);
  });

  test('uses every template that it defines, and none that is undefined', () => {
    const config = JSON.stringify(deskOf(built)?.[channel.list]).replaceAll('\\"', '"');
    const named = (text: string, word: string) =>
      [...text.matchAll(new RegExp(`\\{\\{-? *${word} "([^"]+)"`, 'g'))].map(([, found = '']) => found);
    const used = [...named(config, 'template'), ...named(channel.template, 'template')];
    const defined = named(channel.template, 'define');
    for (const each of defined) expect(used).toContain(each);
    for (const each of used) expect([...defined, ...named(COMMON_TEMPLATE, 'define')]).toContain(each);
    for (const each of defined) expect(each).toMatch(new RegExp(`^fsm\\.${name}\\.`));
  });

  test('says where each limit of the service is stated', () => {
    for (const { max, source } of Object.values(channel.limits)) {
      expect(max).toBeGreaterThan(0);
      expect(source).toMatch(/^https:\/\//);
    }
  });
});

/** The groups within defaults and optionals. */
function groupOf(schema: z.ZodType): z.ZodObject {
  let here: unknown = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodPrefault)
    here = here.unwrap();
  if (!(here instanceof z.ZodObject)) throw new Error('the settings of a channel are a group');
  return here;
}

const fieldsOf = (schema: z.ZodType): readonly string[] => Object.keys(groupOf(schema).shape);

const secretFields = (schema: z.ZodType): readonly string[] =>
  Object.entries(groupOf(schema).shape).flatMap(([field, inner]) =>
    (inner as z.ZodType).meta()?.secret === true ||
    (inner as z.ZodOptional<z.ZodType>).unwrap?.().meta()?.secret
      ? [field]
      : [],
  );

/**
 * Files outside the folder that name a channel, each with the reason. Comments do not count, nor do values of the label
 * `integration` in samples. Words of everyday use (`email`, `teams`, `webhook`) count only as keys of settings or of
 * Alertmanager’s configuration.
 */
const NAMED_OUTSIDE: Readonly<Record<string, string>> = {
  'bench/engine/production-program.ts': 'settings of a sample stack',
  'dashboards/monitoring.ts': 'examples in the description of a panel',
  'examples/kubernetes/index.ts': 'settings of an example',
  'examples/rules/index.ts': 'settings of an example',
  'notifications/receivers.ts': 'the heartbeat and the stand-in are calls of a URL, as the webhook’s are',
  'stack/stack-settings.ts': 'types that are generated from the settings',
};

const uncommented = (text: string) =>
  text.replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '').replaceAll(/integration: '\w+'/g, '');

test('no other file names a channel, but for samples and examples', async () => {
  const everyday = ['email', 'teams', 'webhook'];
  const words = CHANNELS.flatMap(({ name, title, list }) =>
    everyday.includes(name)
      ? [RegExp.escape(list), `(?:notifications|settings|receiver)\\.${name}`, `channels/${name}`]
      : [`\\b${RegExp.escape(name)}(?![a-z])`, `\\b${RegExp.escape(title)}\\b`, RegExp.escape(list)],
  );
  const naming = new RegExp(words.join('|'));
  const found: string[] = [];
  for await (const file of glob('**/*.ts', {
    cwd: ROOT,
    exclude: (each) => ['node_modules', '.monitoring', '.test-output', 'test'].includes(each),
  })) {
    if (file.startsWith('notifications/channels/')) continue;
    if (naming.test(uncommented(readFileSync(join(ROOT, file), 'utf8')))) found.push(file);
  }
  expect(found.sort()).toEqual(Object.keys(NAMED_OUTSIDE).sort());
});

test('a document without a place for the channels is refused with what is missing', () => {
  expect(() => withChannels('# Notifications\n')).toThrow('make generate');
});
