import { expect, test } from 'vitest';
import { faultsOf } from '../../sentences.ts';

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
