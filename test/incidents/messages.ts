import { relabelled } from '../../notifications/relabel.ts';
import { inhibitions, route } from '../../notifications/simulate.ts';
import { intervalsAt } from '../../notifications/time.ts';
import type { Model } from '../../operations/review/model.ts';
import { EVALUATION_MS, groupKeyOf, groupsOf, isActive, waitsOfGroup } from './groups.ts';

type Labels = Readonly<Record<string, string>>;

/** One time that an alert fired. Unix milliseconds. */
export interface Firing {
  /** Its name, and the labels that data gave it: the rule’s own come from the version. */
  readonly name: string;
  readonly brought: Labels;
  readonly from: number;
  readonly to: number;
}

/** What a receiver heard of a firing first. */
export interface Heard {
  readonly firing: Firing;
  readonly labels: Labels;
  readonly receiver: string;
  readonly group: string;
  readonly at: number;
}

interface Member {
  readonly firing: Firing;
  readonly labels: Labels;
}

/** The labels with which Alertmanager gets an alert; undefined where a version drops it, or has no such alert. */
function sentLabels({ alerts, prometheus }: Model, { name, brought }: Firing): Labels | undefined {
  const alert = alerts.get(name);
  if (alert === undefined) return undefined;
  return relabelled(prometheus.alerting?.alert_relabel_configs ?? [], {
    ...prometheus.global?.external_labels,
    ...brought,
    ...alert.labels,
    alertname: alert.alertname,
  });
}

/**
 * Who hears first of which alert, and when: groups open with their first alert, are told after `group_wait` and then every
 * `group_interval`, and what an inhibition or a time interval keeps quiet at that instant is not told.
 */
export class Day {
  readonly heard: readonly Heard[];
  readonly #members: readonly Member[];
  readonly #model: Model;

  /** @param later by how many milliseconds the firings come later than they say, for the time of the day. */
  constructor(model: Model, firings: readonly Firing[], later = 0) {
    this.#model = model;
    this.#members = firings.flatMap((firing) => {
      const labels = sentLabels(model, firing);
      return labels === undefined ? [] : [{ firing, labels }];
    });
    this.heard = this.#tell(later);
  }

  /** Whether the version routes anything by the time of the day. */
  get goesByTime(): boolean {
    return this.#members.some(({ labels }) =>
      route(this.#model.alertmanager, labels, new Date(0)).some(
        ({ activeIn, mutedIn }) => activeIn.length + mutedIn.length > 0,
      ),
    );
  }

  /** Alerts that keep an alert quiet at an instant. */
  sources(labels: Labels, at: number): readonly Labels[] {
    const firing = this.#members.filter((each) => isActive(each.firing, at)).map((each) => each.labels);
    return inhibitions(this.#model.alertmanager.inhibit_rules ?? [], labels, firing).map(
      ({ source }) => source,
    );
  }

  /** The labels under which a firing is on at an instant in this version; undefined where it is not. */
  labelsAt(firing: Firing, at: number): Labels | undefined {
    const key = dataKey(firing);
    return this.#members.find((each) => dataKey(each.firing) === key && isActive(each.firing, at))?.labels;
  }

  /** Groups in which a receiver hears of an alert. */
  groupsOf(labels: Labels, receiver: string): readonly string[] {
    return route(this.#model.alertmanager, labels, new Date(0))
      .filter((hop) => hop.receiver === receiver)
      .map(groupKeyOf);
  }

  #tell(later: number): readonly Heard[] {
    const { alertmanager } = this.#model;
    const groups = groupsOf(alertmanager, this.#members, ({ labels }) => ({ labels, time: new Date(0) }));
    return [...groups].flatMap(([group, { members, hop }]) => {
      const { wait, interval } = waitsOfGroup(alertmanager, hop);
      const isQuiet = (at: number) => {
        const time = new Date(at + later);
        return (
          intervalsAt(alertmanager, hop.mutedIn, time).length > 0 ||
          (hop.activeIn.length > 0 && intervalsAt(alertmanager, hop.activeIn, time).length === 0)
        );
      };
      const heard: Heard[] = [];
      const untold = new Set(members);
      const starts = members.map(({ firing }) => firing.from).sort((a, b) => a - b);
      let closed = Number.NEGATIVE_INFINITY;
      for (const start of starts) {
        if (start <= closed) continue;
        for (let at = start + wait; ; at += interval) {
          const active = members.filter(({ firing }) => isActive(firing, at));
          if (!isQuiet(at))
            for (const member of active)
              if (untold.has(member) && this.sources(member.labels, at).length === 0) {
                untold.delete(member);
                heard.push({ ...member, receiver: hop.receiver, group, at });
              }
          closed = at;
          if (active.length === 0) break;
        }
      }
      return heard;
    });
  }
}

const dataKey = ({ name, brought }: Firing): string => JSON.stringify([name, Object.entries(brought).sort()]);

/** How much later something may be heard and still count as heard in time. */
const SLACK_MS = EVALUATION_MS;

/**
 * What is heard no more, or later, in another version. Whoever hears by then of what keeps the alert quiet, or of the group
 * that it joins, is not kept in the dark.
 */
export function missing(before: Day, after: Day): readonly Heard[] {
  const told = Map.groupBy(after.heard, ({ receiver }) => receiver);
  return before.heard.filter(({ firing, receiver, at }) => {
    const there = (told.get(receiver) ?? []).filter((each) => each.at <= at + SLACK_MS);
    const same = there.some(
      (each) => dataKey(each.firing) === dataKey(firing) && each.firing.to + EVALUATION_MS >= firing.from,
    );
    if (same) return false;
    const now = after.labelsAt(firing, at);
    if (now === undefined) return true;
    const open = there.filter((each) => isActive(each.firing, at));
    const joins = open.some(({ group }) => after.groupsOf(now, receiver).includes(group));
    const sources = after.sources(now, at).map((labels) => JSON.stringify(labels));
    return !joins && !open.some(({ labels }) => sources.includes(JSON.stringify(labels)));
  });
}
