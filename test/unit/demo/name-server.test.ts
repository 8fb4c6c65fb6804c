import { decode, encode } from 'dns-packet';
import { expect, test } from 'vitest';
import { answer } from '../../../demo/controller/name-server.ts';

function ask(name: string) {
  const query = encode({ type: 'query', id: 7, questions: [{ type: 'A', name }] });
  return decode(answer(query) ?? Buffer.alloc(0));
}

test('a service of the demo is on loopback', () => {
  const reply = ask('inference-api');
  expect(reply.id).toBe(7);
  expect(reply.answers).toMatchObject([{ type: 'A', name: 'inference-api', data: '127.0.0.1' }]);
});

test('any other name does not exist', () => {
  const reply = ask('example.com') as ReturnType<typeof ask> & { rcode: string };
  expect(reply.rcode).toBe('NXDOMAIN');
  expect(reply.answers).toEqual([]);
});

test('what is no query gets no answer', () => {
  expect(answer(Buffer.from('hello'))).toBeUndefined();
  expect(answer(encode({ type: 'response', id: 1, questions: [] }))).toBeUndefined();
});
