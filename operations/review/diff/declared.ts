import { duration, seconds } from '../../../lib/promql/parse.ts';
import { matchesAll } from '../../../notifications/matcher.ts';
import type { SilenceFacts } from '../../../policies/policy.ts';
import { settingsNameOf } from '../../../rules/alert-names.ts';
import { type Change, compared, counted, type Effect, named } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import type { Model } from '../model.ts';
import type { Declared } from '../version.ts';

/**
 * What stands in no rendered file: silences, settings of the policies, secrets. Versions of which one does not say are
 * not compared.
 * @param now by which silences are judged. Default: the present.
 */
export function declaredChanges(before: Model, after: Model, now = new Date()): readonly Change[] {
  const is = after.declared;
  if (before.declared === undefined || is === undefined) return [];
  // Older code leaves out what it did not know of: a note says so, and nothing counts as new.
  const was: Declared = {
    ...is,
    ...before.declared,
    policies: { ...is.policies, ...before.declared.policies },
  };
  return [
    ...silences(was, is, { before, after }, now),
    ...policies(was, is),
    ...secrets(was, is),
    // Older code had no transform.
    ...transformed(before.declared.transform ?? {}, is.transform ?? {}),
    ...(was.production === is.production
      ? []
      : [
          policy(
            'production',
            is.production
              ? 'the stack is judged as production'
              : 'the stack is no longer judged as production: policies that are mandatory there become advisory',
            is.production ? 'stricter' : 'weaker',
          ),
        ]),
  ];
}

/** What a transform does to resources: only people can tell what follows from it. */
function transformed(
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): readonly Change[] {
  const { added, removed, both } = compared(new Map(Object.entries(was)), new Map(Object.entries(is)));
  const change = (place: string, kind: Change['kind'], text: string): Change => {
    const [type = '', name = '', ...path] = place.split(' ');
    return {
      area: 'workload',
      subject: name,
      kind,
      text: `the transform of ${type} ${path.join(' ')}: ${text}`,
      effect: 'unclear',
    };
  };
  return [
    ...removed.map(([place]) => change(place, 'removed', 'is gone')),
    ...added.map(([place, text]) => change(place, 'added', text)),
    ...both
      .filter(({ was: old, now }) => old !== now)
      .map(({ name: place, was: old, now }) => change(place, 'changed', `${old}, now ${now}`)),
  ];
}

function policy(subject: string, text: string, effect: Effect): Change {
  return { area: 'policy', subject, kind: 'changed', text, effect };
}

const byId = (silences: readonly SilenceFacts[]) => new Map(silences.map((each) => [each.id, each]));

interface Versions {
  readonly before: Model;
  readonly after: Model;
}

function silences(was: Declared, is: Declared, { before, after }: Versions, now: Date): readonly Change[] {
  const { added, removed, both } = compared(byId(was.silences), byId(is.silences));
  const change = (
    silence: SilenceFacts,
    text: string,
    effect: Effect,
    more: Partial<Change> = {},
  ): Change => ({
    area: 'notification',
    subject: `silence ${silence.id}`,
    kind: 'changed',
    text,
    effect,
    loss: 'silent',
    ...more,
  });
  const heldIn = ({ labelSets }: Model, { matchers }: SilenceFacts) =>
    new Set(labelSets.filter((labels) => matchesAll(matchers, labels)).map(settingsNameOf));
  const held = (silence: SilenceFacts) => [...heldIn(after, silence)].sort();
  /** Alerts that a silence holds anew, since their labels changed. */
  const caught = (silence: SilenceFacts) =>
    held(silence).filter((name) => before.alerts.has(name) && !heldIn(before, silence).has(name));
  const over = ({ endsAt }: SilenceFacts) => Date.parse(endsAt) <= now.getTime();
  const words = (silence: SilenceFacts) => {
    const alerts = held(silence);
    return (
      `${silence.matchers.join(', ')} from ${silence.startsAt} to ${silence.endsAt} (${lasts(silence)}), by ${silence.owner}: “${silence.reason}”; ` +
      `it keeps quiet ${alerts.length === 0 ? 'no alert of this stack' : `${counted(alerts.length, 'alert')}: ${named(alerts)}`}`
    );
  };
  return [
    ...removed.map(([, each]) =>
      change(each, `removed (${each.matchers.join(', ')})`, over(each) ? 'neutral' : 'stricter', {
        kind: 'removed',
      }),
    ),
    ...added.map(([, each]) =>
      change(
        each,
        over(each) ? `added and over already: ${words(each)}` : words(each),
        over(each) ? 'neutral' : 'weaker',
        {
          kind: 'added',
          reaches: held(each),
        },
      ),
    ),
    ...both.flatMap((each) =>
      differences(plain(each.was), plain(each.now)).length === 0
        ? caught(each.now).length === 0 || over(each.now)
          ? []
          : [
              change(
                each.now,
                `keeps quiet ${named(caught(each.now))} too, until ${each.now.endsAt}`,
                'weaker',
                { reaches: caught(each.now) },
              ),
            ]
        : [
            change(
              each.now,
              `${differences(plain(each.was), plain(each.now)).map(describeDifference).join('; ')}; now ${words(each.now)}`,
              /^(owner|reason)$/.test(
                differences(plain(each.was), plain(each.now))
                  .map(({ path }) => path)
                  .join('|'),
              ) || over(each.now)
                ? 'neutral'
                : 'weaker',
              { reaches: held(each.now) },
            ),
          ],
    ),
  ];
}

const plain = ({ startsAt, endsAt, matchers, ...rest }: SilenceFacts) => ({
  ...rest,
  matchers: [...matchers].sort(),
  startsAt: new Date(startsAt).toISOString(),
  endsAt: new Date(endsAt).toISOString(),
});

const lasts = ({ startsAt, endsAt }: SilenceFacts): string =>
  duration(Math.round((Date.parse(endsAt) - Date.parse(startsAt)) / 1000));

/** Limits of which more lets more through. */
const size = (value: string | number): number => (typeof value === 'number' ? value : seconds(value));

/** Levels, limits, exemptions and approvals. */
function policies(was: Declared, is: Declared): readonly Change[] {
  const levels = compared(
    new Map(Object.entries(was.policies.levels)),
    new Map(Object.entries(is.policies.levels)),
  );
  const level = (name: string, before: string, after: string) =>
    policy(
      name,
      `level ${before} → ${after}: the guard is ${after === 'advisory' ? 'loosened, what violates it is only printed' : after === 'mandatory' ? 'tightened' : 'as the policy says'}`,
      after === 'advisory'
        ? 'weaker'
        : after === 'mandatory'
          ? 'stricter'
          : before === 'mandatory'
            ? 'weaker'
            : 'stricter',
    );
  const limits = compared(
    new Map(Object.entries(was.policies.limits)),
    new Map(Object.entries(is.policies.limits)),
  );
  const exemption = ({ policy: name, subject }: { readonly policy: string; readonly subject: string }) =>
    `${name} ${subject}`;
  const exemptions = compared(
    new Map(was.policies.exemptions.map((each) => [exemption(each), each])),
    new Map(is.policies.exemptions.map((each) => [exemption(each), each])),
  );
  return [
    ...levels.added.map(([name, now]) => level(name, 'its own', now)),
    ...levels.removed.map(([name, old]) => level(name, old, 'its own')),
    ...levels.both
      .filter((each) => each.was !== each.now)
      .map((each) => level(each.name, each.was, each.now)),
    ...limits.both
      .filter((each) => each.was !== each.now && size(each.was) !== size(each.now))
      .map((each) =>
        policy(
          `limits.${each.name}`,
          `${each.was} → ${each.now}: the guard is ${size(each.now) > size(each.was) ? 'loosened' : 'tightened'}`,
          size(each.now) > size(each.was) ? 'weaker' : 'stricter',
        ),
      ),
    ...exemptions.added.map(([, each]) =>
      policy(
        each.policy,
        `${each.subject} is exempt until ${each.expires}, by ${each.owner}: “${each.reason}”`,
        'weaker',
      ),
    ),
    ...exemptions.removed.map(([, each]) =>
      policy(each.policy, `${each.subject} is no longer exempt`, 'stricter'),
    ),
    ...exemptions.both
      .filter((each) => differences(each.was, each.now).length > 0)
      .map((each) =>
        policy(
          each.now.policy,
          `the exemption of ${each.now.subject}: ${differences(each.was, each.now).map(describeDifference).join('; ')}`,
          each.now.expires > each.was.expires
            ? 'weaker'
            : each.now.expires < each.was.expires
              ? 'stricter'
              : 'neutral',
        ),
      ),
    ...differences(was.policies.approvals, is.policies.approvals, 'approvals').map((each) =>
      policy('approvals', describeDifference(each), 'neutral'),
    ),
  ];
}

/** Secrets by key: what is set anew may lead elsewhere. Their values are never known here. */
function secrets(was: Declared, is: Declared): readonly Change[] {
  const { added, removed, both } = compared(
    new Map(Object.entries(was.secrets)),
    new Map(Object.entries(is.secrets)),
  );
  const change = (
    subject: string,
    text: string,
    effect: Effect,
    kind: Change['kind'] = 'changed',
  ): Change => ({
    area: 'secret',
    subject,
    kind,
    text,
    effect,
    loss: 'silent',
  });
  return [
    ...removed.map(([key]) => change(key, 'the secret is no longer set', 'unclear', 'removed')),
    ...added.map(([key]) => change(key, 'the secret is set, it was not', 'unclear', 'added')),
    ...both
      .filter((each) => each.was !== each.now)
      .map(({ name }) =>
        change(name, 'the secret is set anew: another value, or the same encrypted again', 'unclear'),
      ),
  ];
}
