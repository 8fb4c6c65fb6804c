import { requestFailure } from '../lib/requests.ts';
import { type Matcher, parseMatcher } from './matcher.ts';
import type { SilenceSettings } from './settings.ts';

/** A silence as Alertmanager's API v2 returns it. */
export interface ExistingSilence {
  readonly id: string;
  readonly status: { readonly state: 'active' | 'pending' | 'expired' };
  readonly createdBy: string;
  readonly comment: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: readonly ApiMatcher[];
}

/** A silence as Alertmanager's API v2 takes it. With `id`, it replaces that one. */
export interface PostedSilence {
  readonly id?: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: readonly ApiMatcher[];
}

interface ApiMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** What there is to do so that Alertmanager holds the wanted silences. Each entry names the silence's own id. */
export interface SilencePlan {
  readonly create: readonly { readonly id: string; readonly silence: PostedSilence }[];
  readonly update: readonly { readonly id: string; readonly silence: PostedSilence }[];
  readonly keep: readonly { readonly id: string; readonly existing: string }[];
  /** In Alertmanager, but no longer wanted. */
  readonly expire: readonly { readonly id: string; readonly existing: string }[];
  /** Wanted, but over: to be taken out of the settings. */
  readonly expired: readonly { readonly id: string; readonly endsAt: string; readonly owner: string }[];
}

/** At the end of a comment; silences without it are somebody's own and never touched. */
const MARK = / \[managed: ([a-z][a-z0-9-]*)\]$/;

/**
 * Compares the silences of the settings with those that Alertmanager holds. Pure. Where several carry one id,
 * all but one are expired.
 */
export function planSilences(
  wanted: readonly SilenceSettings[],
  existing: readonly ExistingSilence[],
  now: Date,
): SilencePlan {
  const over = wanted.filter(({ endsAt }) => Date.parse(endsAt) <= now.getTime());
  const current = wanted.filter((silence) => !over.includes(silence));
  const managed = existing.flatMap((silence) => {
    const id = MARK.exec(silence.comment)?.[1];
    return id === undefined || silence.status.state === 'expired' ? [] : [{ id, silence }];
  });
  const pairs = current.map((silence) => {
    const own = managed.filter(({ id }) => id === silence.id).map((found) => found.silence);
    const same = own.find((found) => isSame(silence, found, now));
    return { silence, same, held: same ?? own[0] };
  });
  const held = pairs.flatMap((pair) => pair.held ?? []);
  return {
    create: pairs.flatMap(({ silence, held: found }) =>
      found ? [] : [{ id: silence.id, silence: posted(silence) }],
    ),
    update: pairs.flatMap(({ silence, same, held: found }) =>
      found && !same ? [{ id: silence.id, silence: { id: found.id, ...posted(silence) } }] : [],
    ),
    keep: pairs.flatMap(({ silence, same }) => (same ? [{ id: silence.id, existing: same.id }] : [])),
    expire: managed
      .filter(({ silence }) => !held.includes(silence))
      .map(({ id, silence }) => ({ id, existing: silence.id })),
    expired: over.map(({ id, endsAt, owner }) => ({ id, endsAt, owner })),
  };
}

/** Whether carrying a plan out would change what Alertmanager holds. A silence that is over is no change: time took it. */
export const changesSilences = ({ create, update, expire }: SilencePlan): boolean =>
  create.length + update.length + expire.length > 0;

/** Lines for a preview: what will change, and what is over and can go. Empty where there is nothing to say. */
export function describePlan(plan: SilencePlan): readonly string[] {
  return [
    ...plan.create.map(({ id, silence }) => `silence ${id}: create, until ${silence.endsAt}`),
    ...plan.update.map(({ id, silence }) => `silence ${id}: change, until ${silence.endsAt}`),
    ...plan.expire.map(({ id }) => `silence ${id}: end now, the settings no longer have it`),
    ...plan.expired.map(
      ({ id, endsAt, owner }) =>
        `silence ${id} of ${owner} ended at ${endsAt}: remove it from notifications.silences`,
    ),
  ];
}

/** Alertmanager does not answer, or refuses a silence. */
export class SilencesError extends Error {
  override readonly name = 'SilencesError';
}

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * Reads the silences of an Alertmanager.
 *
 * @param baseUrl such as `http://127.0.0.1:9093`; any member of a cluster does, they tell each other.
 * @throws SilencesError if it does not answer, or refuses.
 */
export async function fetchSilences(baseUrl: string, fetch: Fetch = globalThis.fetch) {
  const response = await call(fetch, baseUrl, '/api/v2/silences', {});
  return (await response.json()) as readonly ExistingSilence[];
}

/**
 * Carries a plan out. New silences come before old ones go, so that nothing is loud in between.
 *
 * @throws SilencesError at the first that Alertmanager refuses, with its reason; the same plan made anew goes on from there.
 */
export async function applySilences(
  plan: SilencePlan,
  baseUrl: string,
  fetch: Fetch = globalThis.fetch,
): Promise<void> {
  for (const { silence } of [...plan.create, ...plan.update]) {
    await call(fetch, baseUrl, '/api/v2/silences', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(silence),
    });
  }
  for (const { existing } of plan.expire) {
    await call(fetch, baseUrl, `/api/v2/silence/${existing}`, { method: 'DELETE' });
  }
}

async function call(fetch: Fetch, baseUrl: string, path: string, init: RequestInit): Promise<Response> {
  const url = `${baseUrl.replace(/\/$/, '')}${path}`;
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    throw new SilencesError(
      `Alertmanager does not answer at ${url} (${requestFailure(error, 10)}), so its silences are not those of the settings. ` +
        'When it runs: make silences',
    );
  }
  if (!response.ok) {
    throw new SilencesError(
      `Alertmanager refused ${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`,
    );
  }
  return response;
}

function posted({ id, owner, reason, matchers, startsAt, endsAt }: SilenceSettings): PostedSilence {
  return {
    createdBy: owner,
    comment: `${reason} [managed: ${id}]`,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    matchers: matchers.map(parseMatcher).map(apiMatcher),
  };
}

function apiMatcher({ label, operator, value }: Matcher): ApiMatcher {
  return {
    name: label,
    value,
    isRegex: operator === '=~' || operator === '!~',
    isEqual: operator === '=' || operator === '=~',
  };
}

/** A silence that has begun keeps the time at which Alertmanager took it, whatever the settings say. */
function isSame(wanted: SilenceSettings, found: ExistingSilence, now: Date): boolean {
  const target = posted(wanted);
  const begun = (text: string) => Date.parse(text) <= now.getTime();
  return (
    found.comment === target.comment &&
    found.createdBy === target.createdBy &&
    Date.parse(found.endsAt) === Date.parse(target.endsAt) &&
    (Date.parse(found.startsAt) === Date.parse(target.startsAt) ||
      (begun(found.startsAt) && begun(target.startsAt))) &&
    matcherSet(found.matchers) === matcherSet(target.matchers)
  );
}

function matcherSet(matchers: readonly ApiMatcher[]): string {
  return matchers
    .map(({ name, value, isRegex, isEqual }) => JSON.stringify([name, value, isRegex, isEqual]))
    .sort()
    .join();
}
