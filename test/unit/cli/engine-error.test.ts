import { expect, test } from 'vitest';
import { engineError, plainWords } from '../../../cli/engine/engine-error.ts';

/** As the SDK throws it: what the engine said stands in it twice. */
const wrapped = (said: string) =>
  `code: -2\n stdout: \n stderr: Command failed with exit code 255: pulumi up --yes --stack local\nerror: ${said}\nerror: ${said}\n err?: Error: Command failed with exit code 255: pulumi up --yes\nerror: ${said}\n    at makeError (/x/node_modules/execa/lib/error.js:60:11)\n    at processTicksAndRejections (node:internal/process/task_queues:105:5)\n`;

const NOISE = /code: -2|stdout:|stderr:|err\?:|Command failed|^\s+at /m;

test.each([
  [
    'the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n  file:///x/a.json: created by root@m (pid 7) at 2026-01-31T12:00:00Z',
    'make unlock STACK=local',
  ],
  ['getting stack configuration: get stack secrets manager: incorrect passphrase', 'make down STACK=local'],
  ['could not deserialize deployment: unexpected end of JSON input', 'docs/state.md'],
  ['write /x/state.json: no space left on device', 'The disk is full'],
  [
    'One or more errors occurred: 14 UNAVAILABLE: No connection established. Last error: undefined.',
    'no_proxy',
  ],
  ['something that nobody has seen before', 'something that nobody has seen before'],
])('an error of the engine is told in our words, each once: %s', (said, remedy) => {
  const { message } = engineError(wrapped(said), 'local', '`make up`');
  expect(message).toContain(remedy);
  expect(message).not.toMatch(NOISE);
  expect(message).not.toContain('pulumi cancel');
  const lines = message.split('\n');
  expect(new Set(lines).size).toBe(lines.length);
});

test('what is left of its words is whole lines, without stacks', () => {
  expect(plainWords(wrapped('a\nb'))).toBe('a\nb');
});
