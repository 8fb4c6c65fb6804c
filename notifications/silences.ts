import type {
  AlertmanagerClient,
  ExistingSilence,
  PostedSilence,
  SilenceMatcher,
} from '../lib/alertmanager-client.ts';
import { type Matcher, parseMatcher } from './matcher.ts';
import type { SilenceSettings } from './settings.ts';

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

/**
 * Carries a plan out. New silences come before old ones go, so that nothing is loud in between.
 *
 * @throws AlertmanagerError at the first that Alertmanager refuses, with its reason; the same plan made anew goes on from there.
 */
export async function applySilences(
  plan: SilencePlan,
  alertmanager: Pick<AlertmanagerClient, 'postSilence' | 'expireSilence'>,
): Promise<void> {
  for (const { silence } of [...plan.create, ...plan.update]) await alertmanager.postSilence(silence);
  for (const { existing } of plan.expire) await alertmanager.expireSilence(existing);
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

function apiMatcher({ label, operator, value }: Matcher): SilenceMatcher {
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

function matcherSet(matchers: readonly SilenceMatcher[]): string {
  return matchers
    .map(({ name, value, isRegex, isEqual }) => JSON.stringify([name, value, isRegex, isEqual]))
    .sort()
    .join();
}
