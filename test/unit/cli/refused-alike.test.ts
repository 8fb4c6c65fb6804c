import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../../sentences.ts';
import { CheckoutCopy, DEEP, faults } from './checkout-copy.ts';

/** What must refuse the same, with the same words, before it touches anything. */
const COMMANDS = ['render', 'diff', 'pr-report', 'preview', 'up'] as const;

const copy = new CheckoutCopy();
beforeAll(() => copy.make({ isRepository: true, hasEngine: false, stack: 'bad' }));
afterAll(() => copy.remove());

const STACK = 'Pulumi.bad.yaml';
const setting = (text: string) => ({ [STACK]: `config:\n  feature-store-monitoring:${text}\n` });
const user = (path: string, content: string) => ({ [STACK]: 'config: {}\n', [path]: content });

/** Bad input, one of each kind, and what is said of it. */
const REFUSED: Readonly<Record<string, readonly [input: Readonly<Record<string, string>>, said: RegExp]>> = {
  'a folder for the file of the stack': [{ [STACK]: 'FOLDER' }, /it is a folder/],
  'a dangling link for the file of the stack': [{ [STACK]: 'LINK nowhere' }, /no such file/],
  'bytes that are no UTF-8 in the file of the stack': [{ [STACK]: 'a: \xff\xfe\xd8' }, /UTF-8/],
  'tabs in the file of the stack': [{ [STACK]: 'config:\n\tplatform: local\n' }, /YAML/],
  'a file of the stack that ends too soon': [{ [STACK]: 'config: [' }, /YAML/],
  'a list for the file of the stack': [{ [STACK]: '- a\n' }, /must be a group/],
  'a file of the stack that is too deep': [{ [STACK]: `config: ${DEEP}` }, /YAML/],
  'an unknown setting, behind a BOM and CRLF': [
    { [STACK]: '\xef\xbb\xbfconfig:\r\n  nonsense: 1\r\n' },
    /nonsense is not a setting/,
  ],
  'port 99999': [setting('ports: {prometheus: 99999}'), /ports\.prometheus is 99999/],
  'a platform of no driver': [setting('platform: mainframe'), /platform is "mainframe"/],
  'a network of Docker that is nobody’s own': [
    { [STACK]: 'config:\n  platform: docker\n  docker: {subnet: 8.8.8.0/24}\n' },
    /docker\.subnet is '8\.8\.8\.0\/24': allowed is a private .*Change it: make set STACK=bad NAME='docker\.subnet'/,
  ],
  'an interval that outlasts the lookback': [setting('prometheus: {scrapeInterval: 10m}'), /at most 1m/],
  'rules that are too deep': [user('rules.d/a.yaml', DEEP), /rules\.d\/a\.yaml/],
  'rules that are no YAML': [user('rules.d/a.yaml', 'groups: ['), /rules\.d\/a\.yaml/],
  'rules in no UTF-8': [user('rules.d/a.yaml', 'groups: \xff'), /rules\.d\/a\.yaml.*UTF-8/],
  'rules with tabs': [user('rules.d/a.yaml', 'groups:\n\t- name: a\n'), /rules\.d\/a\.yaml/],
  'a dangling link among the rules': [user('rules.d/a.yaml', 'LINK nowhere'), /link to nothing/],
  'a dashboard that is too deep': [user('dashboards.d/a.json', DEEP), /dashboards\.d\/a\.json/],
  'a dashboard that ends too soon': [user('dashboards.d/a.json', '{'), /dashboards\.d\/a\.json:1:2/],
  'a dashboard that is a list': [user('dashboards.d/a.json', '[]'), /dashboards\.d\/a\.json/],
  'a dashboard in no UTF-8': [user('dashboards.d/a.json', '{"a": "\xff"}'), /dashboards\.d\/a\.json/],
  'a dangling link among the dashboards': [user('dashboards.d/a.json', 'LINK nowhere'), /link to nothing/],
  'targets that are too deep': [user('targets.d/a.json', DEEP), /targets\.d\/a\.json/],
  'targets that are no YAML': [user('targets.d/a.yaml', '- targets: ['), /targets\.d\/a\.yaml/],
  'targets that are a group': [user('targets.d/a.yaml', 'targets: [a:1]\n'), /targets\.d\/a\.yaml/],
  'a target without a port that can be': [
    user('targets.d/a.yaml', '- targets: ["a:99999"]\n'),
    /targets\.d\/a\.yaml/,
  ],
  'targets in no UTF-8': [user('targets.d/a.yaml', '- targets: ["\xff:1"]\n'), /targets\.d\/a\.yaml/],
  'a dangling link among the targets': [user('targets.d/a.yaml', 'LINK nowhere'), /link to nothing/],
  'a transform of the wrong type': [
    user('transform.ts', "export default { 'local:index:Process': 5 };\n"),
    /transform\.ts cannot be used[\s\S]*Type 'number' is not assignable/,
  ],
  'a transform that throws': [
    user(
      'transform.bad.ts',
      "export default { 'local:index:Process': () => { throw new Error('on purpose'); } };\n",
    ),
    /transform\.bad\.ts cannot be used[\s\S]*“on purpose”/,
  ],
  'targets of a job of the stack': [
    user('targets.d/prometheus.yaml', '- targets: ["a:1"]\n'),
    /targets\.d\/prometheus\.yaml/,
  ],
};

/** The words of the refusal: a comparison says above them what it compared, and below what it did not look at. */
function wordsOf(said: string): string {
  const [, words = said] =
    /^Refused: .*\n(?:Compared: .*\n)?\n?([\s\S]*?)\n*(?:\nNot checked[\s\S]*|Not checked: [\s\S]*|Written to [\s\S]*)?$/.exec(
      said,
    ) ?? [];
  return words.trim();
}

describe('all five commands refuse alike', () => {
  const names = Object.keys(REFUSED);
  let words: ReadonlyMap<string, readonly string[]>;
  let before: Readonly<Record<string, string>>;
  let after: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const cases = Object.values(REFUSED).flatMap(([input]) =>
      COMMANDS.map((name) => ({
        input,
        args: [name, '--stack', 'bad', ...(name === 'render' ? ['--out', 'out'] : [])],
      })),
    );
    before = copy.content();
    const found = await copy.run(cases);
    after = copy.content();
    expect(faults(found)).toEqual([]);
    expect(found.filter(({ code }) => code !== 1)).toEqual([]);
    const reports = found.filter(({ args }) => args.startsWith('pr-report'));
    expect(reports.filter(({ said }) => !said.includes('Written to'))).toEqual([]);
    words = new Map(
      names.map((name, index) => [
        name,
        found.slice(index * COMMANDS.length, (index + 1) * COMMANDS.length).map(({ said }) => wordsOf(said)),
      ]),
    );
  }, 240_000);

  test.each(names)('%s', (name) => {
    const said = words.get(name) ?? [];
    expect(said).toEqual(COMMANDS.map(() => said[0]));
    expect(said[0]).toMatch(REFUSED[name]?.[1] ?? /^$/);
    expect(faultsOf(said[0] ?? ''), said[0]).toEqual([]);
  });

  test('and change nothing but the report that says so', () => {
    const changed = Object.keys({ ...before, ...after }).filter((path) => before[path] !== after[path]);
    expect(changed.filter((path) => path !== STACK && !path.startsWith('pr-report/'))).toEqual([]);
  });
});
