import type { AlertmanagerConfig, Labels } from '../../notifications/config.ts';
import { inhibitions } from '../../notifications/simulate.ts';
import { EVALUATION_MS, type Group, groupsOf, isActive, waitsOfGroup } from '../../test/incidents/groups.ts';

/** One time that an alert fired. Unix milliseconds: the first evaluation that saw it, and the last. */
export interface Firing {
  readonly labels: Labels;
  readonly from: number;
  readonly to: number;
}

/** A message that tells of something new. */
export interface Message {
  readonly at: number;
  readonly receiver: string;
  /** Whether nothing of its group was known to fire: to a pager, this is a page and what follows joins it. */
  readonly opens: boolean;
  /** What is new in it. */
  readonly firings: readonly Firing[];
}

/**
 * The messages that Alertmanager sends about alerts over time: a group opens with its first alert, is flushed after
 * `group_wait` and then every `group_interval`. What an inhibition mutes at that instant is not sent, whether it fires or
 * has ended. What a message told fires until a message tells its end. Reminders tell nothing new and are left out.
 */
export function messagesOf(config: AlertmanagerConfig, firings: readonly Firing[]): readonly Message[] {
  const groups = groupsOf(config, firings, ({ labels, from }) => ({ labels, time: new Date(from) }));
  const active = new ActiveAt(firings);
  const isMuted = (firing: Firing, at: number) =>
    inhibitions(config.inhibit_rules, firing.labels, active.at(at)).length > 0;
  return [...groups.values()].flatMap((group) => tell(config, group, isMuted)).sort((a, b) => a.at - b.at);
}

function tell(
  config: AlertmanagerConfig,
  { members, hop }: Group<Firing>,
  isMuted: (firing: Firing, at: number) => boolean,
): readonly Message[] {
  const { wait, interval } = waitsOfGroup(config, hop);
  const ordered = members.toSorted((a, b) => a.from - b.from);
  const messages: Message[] = [];
  /** What the last message said to fire, by labels. */
  const told = new Map<string, Firing>();
  let next = 0;
  while (next < ordered.length) {
    const first = ordered[next] as Firing;
    for (let at = first.from + wait; ; at += interval) {
      while (next < ordered.length && (ordered[next] as Firing).from <= at) next++;
      const seen = ordered.slice(0, next).filter((each) => each.to + EVALUATION_MS + interval + wait > at);
      const firing = seen.filter((each) => isActive(each, at));
      const heard = firing.filter((each) => !isMuted(each, at));
      const fresh = heard.filter((each) => !told.has(keyOf(each)));
      const opens = told.size === 0;
      for (const [key, each] of told) {
        const still = firing.some((other) => keyOf(other) === key);
        if (!still && !isMuted(each, at)) told.delete(key);
      }
      if (fresh.length > 0) {
        messages.push({ at, receiver: hop.receiver, opens, firings: fresh });
        for (const each of fresh) told.set(keyOf(each), each);
      }
      if (firing.length === 0) break;
    }
  }
  return messages;
}

const keyOf = ({ labels }: Firing): string => JSON.stringify(Object.entries(labels).sort());

/** What fires at an instant, remembered since many ask for the same. */
class ActiveAt {
  readonly #firings: readonly Firing[];
  readonly #known = new Map<number, readonly Labels[]>();

  constructor(firings: readonly Firing[]) {
    this.#firings = firings;
  }

  at(instant: number): readonly Labels[] {
    const known = this.#known.get(instant);
    if (known !== undefined) return known;
    const labels = this.#firings.filter((each) => isActive(each, instant)).map((each) => each.labels);
    this.#known.set(instant, labels);
    return labels;
  }
}
