import { describe, expect, test } from 'vitest';
import { fakeDiscord } from '../../fakes/discord.ts';
import type { HttpFake } from '../../fakes/http.ts';
import { fakeOpsgenie } from '../../fakes/opsgenie.ts';
import { fakeOlderPagerDuty, fakePagerDuty } from '../../fakes/pagerduty.ts';
import { fakeSlack } from '../../fakes/slack.ts';
import { fakeTeams } from '../../fakes/teams.ts';
import { fakeTelegram } from '../../fakes/telegram.ts';

async function answer(
  fake: HttpFake<unknown>,
  path: string,
  body: unknown,
  { method = 'POST', authorization = '' } = {},
) {
  await fake.listen(0);
  try {
    const response = await fetch(`${fake.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, text: await response.text(), taken: fake.taken.length };
  } finally {
    await fake.close();
  }
}

describe('the fake of PagerDuty', () => {
  const key = 'k'.repeat(32);
  const payload = { summary: 's', source: 'x', severity: 'critical' };
  const event = { routing_key: key, event_action: 'trigger', dedup_key: 'd', payload };

  test('takes a good event', async () => {
    expect(await answer(fakePagerDuty([key]), '/v2/enqueue', event)).toMatchObject({ status: 202, taken: 1 });
  });

  test.each([
    ['no routing key', { ...event, routing_key: '' }, 'missing or blank'],
    ['a short routing key', { ...event, routing_key: 'k' }, 'should be 32 characters'],
    ['a strange routing key', { ...event, routing_key: 'x'.repeat(32) }, 'unknown'],
    ['a wrong severity', { ...event, payload: { ...payload, severity: 'page' } }, 'payload.severity'],
    ['an over-long summary', { ...event, payload: { ...payload, summary: 'ä'.repeat(1025) } }, '1024'],
    ['no summary', { ...event, payload: { ...payload, summary: '' } }, 'payload.summary'],
    ['no source', { ...event, payload: { ...payload, source: '' } }, 'payload.source'],
    ['an over-long dedup key', { ...event, dedup_key: 'd'.repeat(256) }, '255'],
    ['a link to nowhere', { ...event, links: [{ href: '' }] }, 'links'],
    ['a field that events do not have', { ...event, description: 's' }, 'description'],
    [
      'a summary that is no text',
      { ...event, payload: { ...payload, summary: 7 } },
      "'payload.summary' is not",
    ],
    ['a time that is none', { ...event, payload: { ...payload, timestamp: 'noon' } }, 'payload.timestamp'],
    ['an unknown action', { ...event, event_action: 'shout' }, 'event_action'],
    [
      'an over-long event',
      { ...event, payload: { ...payload, custom_details: { x: 'x'.repeat(600_000) } } },
      '512 KB',
    ],
    ['no JSON', '{', 'not valid JSON'],
  ])('refuses %s', async (_, body, reason) => {
    const { status, text } = await answer(fakePagerDuty([key]), '/v2/enqueue', body);
    expect(status).toBe(400);
    expect(text).toContain(reason);
  });
});

describe('the fake of PagerDuty’s older API', () => {
  const key = 'k'.repeat(32);
  const event = { service_key: key, event_type: 'trigger', incident_key: 'i', description: 's' };
  const ask = (body: unknown) =>
    answer(fakeOlderPagerDuty([key]), '/generic/2010-04-15/create_event.json', body);

  test('takes a good event', async () => {
    expect(await ask(event)).toMatchObject({ status: 200, taken: 1 });
  });

  test.each([
    ['a strange key', { ...event, service_key: 'x'.repeat(32) }, 'unknown'],
    ['no description', { ...event, description: '' }, 'missing or blank'],
    ['an over-long description', { ...event, description: 'ä'.repeat(1025) }, '1024'],
    ['an over-long incident key', { ...event, incident_key: 'i'.repeat(256) }, '255'],
    ['an end of nothing', { ...event, event_type: 'resolve', incident_key: '' }, 'incident_key'],
    ['an unknown type', { ...event, event_type: 'shout' }, 'event_type'],
    ['an over-long event', { ...event, details: { x: 'x'.repeat(600_000) } }, '512 KB'],
    ['no JSON', '{', 'invalid'],
  ])('refuses %s', async (_, body, reason) => {
    const { status, text } = await ask(body);
    expect(status).toBe(400);
    expect(text).toContain(reason);
  });
});

describe('the fake of Slack', () => {
  const message = { channel: '#alerts', attachments: [{ text: 't', fallback: 'f' }] };
  const ask = (path: string, body: unknown) => answer(fakeSlack(['/hook'], ['#alerts']), path, body);

  test('takes a good message', async () => {
    expect(await ask('/hook', message)).toEqual({ status: 200, text: 'ok', taken: 1 });
  });

  test.each([
    ['a strange hook', '/other', message, 'no_service'],
    ['an unknown channel', '/hook', { ...message, channel: '#other' }, 'channel_not_found'],
    ['nothing to say', '/hook', { channel: '#alerts', attachments: [{ text: '', fallback: '' }] }, 'no_text'],
    [
      'an over-long text',
      '/hook',
      { ...message, attachments: [{ text: 'x'.repeat(40_001) }] },
      'msg_too_long',
    ],
    [
      'too many attachments',
      '/hook',
      { ...message, attachments: Array(101).fill({ text: 't' }) },
      'too_many_attachments',
    ],
    ['no JSON', '/hook', '{', 'invalid_payload'],
  ])('refuses %s', async (_, path, body, text) => {
    expect(await ask(path, body)).toMatchObject({ text, taken: 0 });
  });
});

describe('the fake of Teams', () => {
  const card = (text: string) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'TextBlock', text }] },
      },
    ],
  });

  test.each([
    ['takes a card', card('t'), 202],
    ['refuses an over-long card', card('x'.repeat(29_000)), 413],
    ['refuses an empty card', card(''), 400],
    ['refuses what is no card', { text: 't' }, 400],
  ])('%s', async (_, body, status) => {
    expect(await answer(fakeTeams('/flow'), '/flow', body)).toMatchObject({ status });
  });
});

describe('the fake of Telegram', () => {
  const chat = -1_001_234_567_890;
  const message = {
    chat_id: String(chat),
    text: '<b>a &amp; b</b> <a href="https://x/?a=1&amp;b">l</a>',
    parse_mode: 'HTML',
  };
  const ask = (body: unknown, path = '/bot1:key/sendMessage') =>
    answer(fakeTelegram('1:key', [chat]), path, body);

  test('takes a good message, and counts no markup', async () => {
    expect(await ask(message)).toMatchObject({ status: 200, taken: 1 });
    const long = { ...message, text: `<b>${'&amp;'.repeat(4096)}</b>` };
    expect(await ask(long)).toMatchObject({ status: 200, taken: 1 });
  });

  test.each([
    ['a strange token', message, 401, 'Unauthorized', '/bot2:key/sendMessage'],
    ['an unknown chat', { ...message, chat_id: '5' }, 400, 'chat not found'],
    ['an over-long text', { ...message, text: 'ä'.repeat(4097) }, 400, 'message is too long'],
    ['nothing to say', { ...message, text: '<b></b>' }, 400, 'message text is empty'],
    ['a tag that is cut', { ...message, text: '<b>a</b> <a href="https' }, 400, "can't parse entities"],
    ['a tag that is not closed', { ...message, text: '<b>a' }, 400, "can't parse entities"],
    ['a tag that it does not know', { ...message, text: '<div>a</div>' }, 400, "can't parse entities"],
    ['tags that cross', { ...message, text: '<b><i>a</b></i>' }, 400, 'Unmatched end tag'],
    ['an entity that is cut', { ...message, text: 'a &am' }, 400, 'entity'],
  ])('refuses %s', async (_, body, status, reason, path = '/bot1:key/sendMessage') => {
    const found = await ask(body, path);
    expect(found).toMatchObject({ status, taken: 0 });
    expect(found.text).toContain(reason);
  });
});

describe('the fake of Discord', () => {
  const embed = { title: 't', description: 'd', color: 1 };
  const ask = (body: unknown, path = '/hook') => answer(fakeDiscord('/hook'), path, body);

  test('takes a good message', async () => {
    expect(await ask({ content: '', embeds: [embed] })).toMatchObject({ status: 204, taken: 1 });
  });

  test.each([
    ['a strange webhook', { embeds: [embed] }, 404, '/other'],
    ['an over-long content', { content: 'x'.repeat(2001) }, 400],
    ['an over-long title', { embeds: [{ ...embed, title: 'x'.repeat(257) }] }, 400],
    ['an over-long description', { embeds: [{ ...embed, description: 'x'.repeat(4097) }] }, 400],
    [
      'embeds that are too long together',
      { embeds: [1, 2].map(() => ({ ...embed, description: 'x'.repeat(3500) })) },
      400,
    ],
    ['nothing to say', { content: '', embeds: [] }, 400],
    ['no JSON', '{', 400],
  ])('refuses %s', async (_, body, status, path = '/hook') => {
    expect(await ask(body, path)).toMatchObject({ status, taken: 0 });
  });
});

describe('the fake of Jira Service Management', () => {
  const alert = { message: 'm', alias: 'a', details: {}, source: 's', tags: ['t'], priority: 'P1' };
  const ask = (path: string, body: unknown, { method = 'POST', key = 'k' } = {}) =>
    answer(fakeOpsgenie('/jsm', 'k'), path, body, { method, authorization: `GenieKey ${key}` });

  test.each([
    ['a new alert', '/jsm/v2/alerts', alert, 'POST'],
    ['its message', '/jsm/v2/alerts/a/message?identifierType=alias', { message: 'm' }, 'PUT'],
    ['its description', '/jsm/v2/alerts/a/description?identifierType=alias', { description: 'm' }, 'PUT'],
    ['its end', '/jsm/v2/alerts/a/close?identifierType=alias', { source: 's' }, 'POST'],
  ])('takes %s', async (_, path, body, method) => {
    expect(await ask(path, body, { method })).toMatchObject({ status: 202, taken: 1 });
  });

  test.each([
    ['a strange key', alert, 401, { key: 'x' }],
    ['another method', alert, 405, { method: 'PUT' }],
    ['no message', { ...alert, message: '' }, 422, {}],
    ['an over-long message', { ...alert, message: 'x'.repeat(131) }, 422, {}],
    ['an over-long description', { ...alert, description: 'x'.repeat(15_001) }, 422, {}],
    ['too many tags', { ...alert, tags: Array(21).fill('t') }, 422, {}],
    ['an over-long tag', { ...alert, tags: ['t'.repeat(51)] }, 422, {}],
    ['a priority that it does not know', { ...alert, priority: 'P0' }, 422, {}],
  ])('refuses %s', async (_, body, status, how) => {
    expect(await ask('/jsm/v2/alerts', body, how)).toMatchObject({ status, taken: 0 });
  });
});
