import { z } from 'zod';
import { pagerduty } from '../../notifications/channels/pagerduty.ts';
import { HttpFake, json, length } from './http.ts';
import { limitOf } from './limits.ts';

const text = z.string();

/** The published form of an event; limits and what must not be blank are held against it one by one. */
const EVENT = z.strictObject({
  routing_key: text,
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: text.optional(),
  client: text.optional(),
  client_url: text.optional(),
  links: z.array(z.strictObject({ href: text, text: text.optional() })).optional(),
  images: z.array(z.strictObject({ src: text, href: text.optional(), alt: text.optional() })).optional(),
  payload: z
    .strictObject({
      summary: text,
      source: text,
      severity: text,
      timestamp: z.iso.datetime({ offset: true }).optional(),
      class: text.optional(),
      component: text.optional(),
      group: text.optional(),
      custom_details: z.record(text, z.unknown()).optional(),
    })
    .nullish(),
});

export type PagerDutyEvent = z.output<typeof EVENT>;

const SEVERITIES = ['critical', 'error', 'warning', 'info'];

const MAX_EVENT = limitOf(pagerduty, 'event');
const MAX_KEY = limitOf(pagerduty, 'dedup_key');
const MAX_SUMMARY = limitOf(pagerduty, 'payload.summary');

/** PagerDuty's Events API v2 for the given integration keys: refuses what the published API refuses. */
export function fakePagerDuty(keys: readonly string[]): HttpFake<PagerDutyEvent> {
  return new HttpFake<PagerDutyEvent>((request) => {
    const event = json(request);
    const errors = request.path === '/v2/enqueue' ? flaws(event, request.body, keys) : ['no such path'];
    if (errors.length > 0) {
      const body = { status: 'invalid event', message: 'Event object is invalid', errors };
      return { refused: { status: 400, type: 'application/json', body: JSON.stringify(body) } };
    }
    const taken = event as PagerDutyEvent;
    const body = { status: 'success', message: 'Event processed', dedup_key: taken.dedup_key };
    return { taken, reply: { status: 202, type: 'application/json', body: JSON.stringify(body) } };
  });
}

/** The published form of an event of the older API; `payload` and `event_action` are Alertmanager's, and ignored. */
const OLDER_EVENT = z.object({
  service_key: text,
  event_type: z.enum(['trigger', 'acknowledge', 'resolve']),
  incident_key: text.optional(),
  description: text.optional(),
  client: text.optional(),
  client_url: text.optional(),
  details: z.record(text, z.unknown()).optional(),
});

export type OlderPagerDutyEvent = z.output<typeof OLDER_EVENT>;

/** PagerDuty's Events API v1 for the given service keys: refuses what the published API refuses. */
export function fakeOlderPagerDuty(keys: readonly string[]): HttpFake<OlderPagerDutyEvent> {
  return new HttpFake<OlderPagerDutyEvent>((request) => {
    const event = OLDER_EVENT.safeParse(json(request));
    const errors =
      request.path !== '/generic/2010-04-15/create_event.json'
        ? ['no such path']
        : event.success
          ? olderFlaws(event.data, request.body, keys)
          : event.error.issues.map(({ path, message }) => `'${path.join('.')}' is invalid: ${message}`);
    if (!event.success || errors.length > 0) {
      const body = { status: 'invalid event', message: 'Event object is invalid', errors };
      return { refused: { status: 400, type: 'application/json', body: JSON.stringify(body) } };
    }
    const body = { status: 'success', message: 'Event processed', incident_key: event.data.incident_key };
    return {
      taken: event.data,
      reply: { status: 200, type: 'application/json', body: JSON.stringify(body) },
    };
  });
}

function olderFlaws(event: OlderPagerDutyEvent, body: string, keys: readonly string[]): readonly string[] {
  const errors: string[] = [];
  if (Buffer.byteLength(body) > MAX_EVENT) errors.push('The event is larger than 512 KB');
  if (!keys.includes(event.service_key)) errors.push("'service_key' is unknown");
  if (length(event.incident_key ?? '') > MAX_KEY) errors.push("'incident_key' is longer than 255 characters");
  if (event.event_type !== 'trigger' && !event.incident_key)
    errors.push("'incident_key' is missing or blank");
  if (event.event_type === 'trigger' && !event.description) errors.push("'description' is missing or blank");
  if (length(event.description ?? '') > MAX_SUMMARY)
    errors.push("'description' is longer than 1024 characters");
  return errors;
}

function flaws(sent: unknown, body: string, keys: readonly string[]): readonly string[] {
  if (sent === undefined) return ['The request body is not valid JSON'];
  const event = EVENT.safeParse(sent);
  if (!event.success)
    return event.error.issues.map(
      ({ path, message }) => `'${path.join('.')}' is not of the published form: ${message}`,
    );
  const { routing_key: key, event_action: action, dedup_key: dedup, payload, links = [] } = event.data;
  const errors: string[] = [];
  if (Buffer.byteLength(body) > MAX_EVENT) errors.push('The event is larger than 512 KB');
  if (key === '') errors.push("'routing_key' is missing or blank");
  else if (length(key) !== 32) errors.push("Length of 'routing_key' is incorrect (should be 32 characters)");
  else if (!keys.includes(key)) errors.push("'routing_key' is unknown");
  if (dedup !== undefined && length(dedup) > MAX_KEY)
    errors.push("'dedup_key' is longer than 255 characters");
  if (action !== 'trigger' && !dedup) errors.push("'dedup_key' is missing or blank");
  if (links.some(({ href }) => !URL.canParse(href))) errors.push("'links' has an entry without a valid href");
  if (action === 'trigger') {
    if (!payload?.summary) errors.push("'payload.summary' is missing or blank");
    else if (length(payload.summary) > MAX_SUMMARY)
      errors.push("'payload.summary' is longer than 1024 characters");
    if (!payload?.source) errors.push("'payload.source' is missing or blank");
    if (!payload?.severity || !SEVERITIES.includes(payload.severity)) {
      errors.push(`'payload.severity' is invalid (must be one of: ${SEVERITIES.join(', ')})`);
    }
  }
  return errors;
}
