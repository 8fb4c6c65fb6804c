import { type AlertmanagerConfig, type Labels, route } from '../../notifications/index.ts';

/** A receiver that gets a message of an alert, and the time intervals that it hears it in. */
export interface Audience {
  readonly receiver: string;
  /** It hears nothing outside these. Empty: it always does. */
  readonly only: readonly string[];
  /** It hears nothing inside these. */
  readonly except: readonly string[];
}

/** The way of an alert through the tree is the same at every time: intervals keep its end quiet, and no more. */
const ANY_TIME = new Date(0);

/** Who gets a message of an alert that fires alone, by receiver. */
export function notifiedOf(config: AlertmanagerConfig, alert: Labels): readonly Audience[] {
  if (config.route === undefined) return [];
  const heard = route(config, alert, ANY_TIME).map(
    ({ receiver, activeIn, mutedIn }): Audience => ({ receiver, only: activeIn, except: mutedIn }),
  );
  const told = new Map(heard.map((each) => [describeAudience(each), each]));
  return [...told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** `slack`, or `slack (in business-hours, not in maintenance-db)`. */
export function describeAudience({ receiver, only, except }: Audience): string {
  const times = [
    ...(only.length > 0 ? [`in ${only.join(' or ')}`] : []),
    ...(except.length > 0 ? [`not in ${except.join(' or ')}`] : []),
  ];
  return times.length === 0 ? receiver : `${receiver} (${times.join(', ')})`;
}

/** Whether somebody hears everything that another one heard. Intervals are the same ones while their names are. */
export function covers(now: Audience, was: Audience): boolean {
  const within = (some: readonly string[], others: readonly string[]) =>
    some.every((name) => others.includes(name));
  return (
    now.receiver === was.receiver &&
    (now.only.length === 0 || (was.only.length > 0 && within(was.only, now.only))) &&
    within(now.except, was.except)
  );
}
