import { expect, test } from 'vitest';
import { sentence } from '../../../lib/sentence.ts';
import { faultsOf, slipsOf } from '../../sentences.ts';
import { messages } from './messages.ts';

test.each([
  ['services[0].interval is "10m", but must be must be at most 2m. Change it.', 'two beginnings'],
  ['SERVICE=x is no service of the stack try There are a, b.', 'two sentences in one'],
  ['The page could not be read: is its scheme http?.', 'marks in a row'],
  ['A value that is is wrong.', 'a word twice'],
  ['ports.prometheus: Invalid input: expected number.', 'words of the schema'],
  ['The port is undefined.', 'a value that is none'],
  ['Error: x.\n    at open (node:fs:1:1)', 'a stack trace'],
  ['the page could not be read.', 'it begins with no key'],
  ['Cannot be read', 'it ends with no full stop'],
])('%s', (message, fault) => {
  expect(faultsOf(message).join('; ')).toContain(fault);
});

test('a head with its list, and a command at the end, are whole', () => {
  expect(
    faultsOf(
      "Pulumi.try.yaml: 2 settings cannot be used, and nothing was changed.\n  - a.b is 1, but must be 2. Change it: make set STACK=try NAME='a.b' VALUE='2'\n  - c is missing.",
    ),
  ).toEqual([]);
});

test('every message that the source writes out is a sentence, and those that stand alone begin as one', () => {
  const all = messages();
  expect(all.length).toBeGreaterThan(150);
  expect(all.filter(({ whole }) => whole).length).toBeGreaterThan(80);
  const found = all.flatMap(({ at, text, whole }) => {
    const said = sentence(text);
    // What stands under a head is given the name of its file or key; what is filled in last has its own end.
    const faults = whole
      ? faultsOf(said).filter((fault) => !(fault.startsWith('it ends') && text.endsWith('X')))
      : slipsOf(said);
    return faults.map((fault) => `${at}: ${fault}`);
  });
  expect(found).toEqual([]);
});

/** A command, an option or variable, a key of the settings, a file, an address: something to mend, or to mend it with. */
const MENDED =
  /\b(?:make|git|npm|kubectl|docker|export|pulumi|mkdir|rm|mv|cp|kill|ps|apt-get) [\w.$<X-]|\b[a-z][\w-]*(?:\[[^\]]*\]|\.[a-z<][\w-]*)+|\b[A-Z][A-Z_]{2,}(?==|\b)|X=X|--[a-zX]|https?:\/\//;
/** Values that are such a thing, by what the source calls them; or another message for people, which has its own. */
const NAMED =
  /file|path|folder|director|checkout|\burl\b|shown|address|socket|\bset(?:Secret)?\(|\balertmanager\b|problem|grant|command/i;

const saysWhatToMend = (text: string, values: readonly string[]): boolean =>
  // What kubectl says stands as it is.
  text === 'kubectl: X' || MENDED.test(text) || values.some((value) => NAMED.test(value));

test.each([
  ['Bring it up: make up STACK=try', true],
  ['notifications.slack.channel is “a”, but must begin with #.', true],
  ['Give it by SERVICE=<name>.', true],
  ['The two differ.', false],
  ['It did not end within 10 s of being asked to.', false],
])('%s: says what to mend: %s', (text, says) => {
  expect(saysWhatToMend(text, [])).toBe(says);
});

test('every message that stands alone names what to mend, or the command that does', () => {
  const lost = messages().filter(({ text, values, whole }) => whole && !saysWhatToMend(text, values));
  expect(lost.map(({ at, text }) => `${at}: ${text}`)).toEqual([]);
});

test.each([
  ['Port 1 is taken', 'Port 1 is taken.'],
  ['Is it there?', 'Is it there?'],
  ['Bring it up: make up STACK=try', 'Bring it up: make up STACK=try'],
  [
    "Change it: make set STACK=try NAME='a.b' VALUE='2'",
    "Change it: make set STACK=try NAME='a.b' VALUE='2'",
  ],
  ['Or name it: PROM=http://…:9090', 'Or name it: PROM=http://…:9090'],
  ['See https://docs.docker.com/engine/install/', 'See https://docs.docker.com/engine/install/'],
  ['Write, for example:\na: 1', 'Write, for example:\na: 1'],
  ['It is “no.”', 'It is “no.”'],
  ['', ''],
])('%s is closed', (text, closed) => {
  expect(sentence(text)).toBe(closed);
});
