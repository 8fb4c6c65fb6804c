import { CHANNELS, type Channel } from '../kit/events.ts';
import { HttpError } from '../kit/http.ts';

export interface FraudRequest {
  readonly user: string;
  readonly device: string;
  readonly merchant: string;
  readonly channel: Channel;
  /** US dollars. */
  readonly amount: number;
}

export interface PersonalizationRequest {
  readonly user: string;
  /** Share of the price, 0 to 1. */
  readonly discount: number;
}

/** Checks the body of `POST /predict/fraud`. Throws a 400 that names the field. */
export function fraudRequest(body: unknown): FraudRequest {
  const fields = object(body);
  const channel = CHANNELS.find((name) => name === fields.channel);
  if (!channel) throw invalid('channel', fields.channel, `one of ${CHANNELS.join(', ')}`);
  return {
    user: identifier(fields, 'user'),
    device: identifier(fields, 'device'),
    merchant: identifier(fields, 'merchant'),
    channel,
    amount: number(fields, 'amount', 0, 1_000_000),
  };
}

/** Checks the body of `POST /predict/personalization`. Throws a 400 that names the field. */
export function personalizationRequest(body: unknown): PersonalizationRequest {
  const fields = object(body);
  return { user: identifier(fields, 'user'), discount: number(fields, 'discount', -1, 1) };
}

function object(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) throw new HttpError(400, 'the body must be a JSON object');
  return body as Record<string, unknown>;
}

function identifier(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && /^[\w-]{1,64}$/.test(value)) return value;
  throw invalid(name, value, '1 to 64 letters, digits, _ or -');
}

function number(fields: Record<string, unknown>, name: string, min: number, max: number): number {
  const value = fields[name];
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw invalid(name, value, `a number from ${min} to ${max}`);
}

function invalid(name: string, value: unknown, allowed: string): HttpError {
  return new HttpError(
    400,
    `${name}: ${JSON.stringify(value) ?? 'missing'} is not allowed; must be ${allowed}`,
  );
}
