import { HttpFake, json, length } from './http.ts';

export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  readonly client?: string;
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text?: string }[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: string;
    readonly class?: string;
    readonly component?: string;
    readonly group?: string;
    readonly custom_details?: Readonly<Record<string, unknown>>;
  };
}

const SEVERITIES = ['critical', 'error', 'warning', 'info'];

/** Documented limit of an event, in bytes. */
const MAX_EVENT = 512 * 1024;

/** PagerDuty's Events API v2 for the given integration keys: refuses what the published API refuses. */
export function fakePagerDuty(keys: readonly string[]): HttpFake<PagerDutyEvent> {
  return new HttpFake<PagerDutyEvent>((request) => {
    const event = json(request) as Partial<PagerDutyEvent> | undefined;
    const errors = request.path === '/v2/enqueue' ? flaws(event, request.body, keys) : ['no such path'];
    if (event === undefined || errors.length > 0) {
      const body = { status: 'invalid event', message: 'Event object is invalid', errors };
      return { refused: { status: 400, type: 'application/json', body: JSON.stringify(body) } };
    }
    const body = { status: 'success', message: 'Event processed', dedup_key: event.dedup_key };
    return {
      taken: event as PagerDutyEvent,
      reply: { status: 202, type: 'application/json', body: JSON.stringify(body) },
    };
  });
}

function flaws(
  event: Partial<PagerDutyEvent> | undefined,
  body: string,
  keys: readonly string[],
): readonly string[] {
  if (event === undefined) return ['The request body is not valid JSON'];
  const { routing_key: key, event_action: action, dedup_key: dedup, payload, links = [] } = event;
  const errors: string[] = [];
  if (Buffer.byteLength(body) > MAX_EVENT) errors.push('The event is larger than 512 KB');
  if (typeof key !== 'string' || key === '') errors.push("'routing_key' is missing or blank");
  else if (length(key) !== 32) errors.push("Length of 'routing_key' is incorrect (should be 32 characters)");
  else if (!keys.includes(key)) errors.push("'routing_key' is unknown");
  if (action === undefined || !['trigger', 'acknowledge', 'resolve'].includes(action)) {
    errors.push("'event_action' is invalid");
  }
  if (dedup !== undefined && length(dedup) > 255) errors.push("'dedup_key' is longer than 255 characters");
  if (action !== 'trigger' && !dedup) errors.push("'dedup_key' is missing or blank");
  if (links.some(({ href }) => !URL.canParse(href ?? '')))
    errors.push("'links' has an entry without a valid href");
  if (action === 'trigger') {
    if (!payload?.summary) errors.push("'payload.summary' is missing or blank");
    else if (length(payload.summary) > 1024) errors.push("'payload.summary' is longer than 1024 characters");
    if (!payload?.source) errors.push("'payload.source' is missing or blank");
    if (!payload?.severity || !SEVERITIES.includes(payload.severity)) {
      errors.push(`'payload.severity' is invalid (must be one of: ${SEVERITIES.join(', ')})`);
    }
  }
  return errors;
}
