import { z } from 'zod';
import { duration, durationSeconds, instant, interval, timeZone } from '../lib/forms.ts';
import { secret } from './channels/channel.ts';
import { CHANNEL_NAMES, CHANNELS, type KnownChannel, PAGING } from './channels/index.ts';
import { matchesEmpty, parseMatcher } from './matcher.ts';

const clock = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time of day from 00:00 to 24:00');

const weekday = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, a letter first');

type Shared = { readonly [C in KnownChannel as C['name']]: C['shared'] };
type Own = { readonly [C in KnownChannel as C['name']]: z.ZodOptional<C['own']> };

const shared = Object.fromEntries(CHANNELS.map((channel) => [channel.name, channel.shared])) as Shared;
const own = Object.fromEntries(CHANNELS.map((channel) => [channel.name, channel.own.optional()])) as Own;

/** What a receiver leaves out comes from the channel of the same name beside `receivers`. */
const receiver = z.strictObject({
  pages: z
    .boolean()
    .optional()
    .describe(
      'Whether it wakes people up, as a webhook to an on-call tool does, or a channel that people took for their pager. ' +
        `Default: whether it has ${PAGING.join(' or ')}.`,
    ),
  ...own,
});

/** Receivers that every stack has, which the settings may replace. */
export const DEFAULT_RECEIVERS: readonly string[] = ['pager', 'alerts', 'digest', 'unrouted'];

/** Whether a receiver says where it sends to. */
export const hasChannel = ({ pages: _, ...channels }: z.output<typeof receiver>): boolean =>
  Object.values(channels).some((each) => each !== undefined);

const receiverNames = z.array(name).min(1);

const severity = z.enum(['critical', 'warning', 'info']);

const route = z
  .strictObject({
    severity: severity.optional(),
    service: z.string().optional().describe('Name of a service, as in the service label.'),
    team: z.string().optional().describe('Owner, as in the team label.'),
    receivers: receiverNames,
    also: z.boolean().default(false).describe("Whether the severity's own receivers hear of it as well."),
  })
  .refine((match) => match.severity ?? match.service ?? match.team, {
    message: 'needs at least one of severity, service and team, to say which alerts it is for',
  });

/**
 * Whether Alertmanager takes a range of days of the month: none is 0, and where the ends have different signs it counts
 * in a month of 28 days (`DayOfMonthRange` of its package `timeinterval`).
 */
function isDayRange(text: string): boolean {
  const found = /^(-?\d{1,2})(?::(-?\d{1,2}))?$/.exec(text);
  if (found === null) return false;
  const first = Number(found[1]);
  const last = Number(found[2] ?? found[1]);
  const valid = [first, last].every((day) => day !== 0 && Math.abs(day) <= 31);
  const counted = (day: number) => (day < 0 ? 28 + day : day);
  return valid && !(first < 0 && last > 0) && counted(first) <= counted(last);
}

function timing(groupWait: string, groupInterval: string, repeatInterval: string) {
  return z
    .strictObject({
      groupWait: duration
        .default(groupWait)
        .describe('How long the first message of a group waits for company.'),
      groupInterval: interval.default(groupInterval).describe('Least time between messages of one group.'),
      repeatInterval: interval
        .default(repeatInterval)
        .describe('When a group that still fires is told again.'),
    })
    .prefault({});
}

/** When a group that still fires is told again, by default. */
const REPEAT = { critical: '1h', warning: '12h', info: '1d' } as const;

const timings = z
  .strictObject({
    critical: timing('5s', '1m', REPEAT.critical).describe(
      'Five seconds let the alerts of one evaluation arrive together, so that a cause inhibits what follows from it ' +
        'before anybody is paged; an hour brings back an incident that was closed by hand while it still lasts.',
    ),
    warning: timing('1m', '10m', REPEAT.warning).describe(
      'A minute gathers the alerts of several services into one message; twice a day is a reminder, not noise.',
    ),
    info: timing('5m', '1h', REPEAT.info).describe(
      'A digest: a message an hour at most, and once a day while it lasts.',
    ),
    heartbeat: timing('0s', '1m', '50s').describe(
      'Shorter than the interval, so that each round sends: a signal a minute.',
    ),
  })
  .superRefine((timings, context) => {
    for (const severity of ['critical', 'warning', 'info'] as const) {
      const { groupInterval, repeatInterval } = timings[severity];
      if (!(durationSeconds(repeatInterval) < durationSeconds(groupInterval))) continue;
      // Nobody asked for the default: it comes with the next look at the group.
      if (repeatInterval === REPEAT[severity]) continue;
      context.addIssue({
        code: 'custom',
        path: [severity, 'repeatInterval'],
        message: `at least groupInterval, ${groupInterval}, since Alertmanager looks at a group no more often`,
      });
    }
  })
  .prefault({});

const businessHours = z
  .strictObject({
    timeZone: timeZone.default('UTC'),
    days: z.array(weekday).min(1).default(['monday', 'tuesday', 'wednesday', 'thursday', 'friday']),
    from: clock.default('09:00'),
    to: clock.default('18:00'),
    severities: z
      .array(z.enum(['warning', 'info']))
      .default([])
      .describe('Severities that wait for business hours; critical never does. Default: none.'),
  })
  .refine(({ from, to }) => from < to, {
    path: ['to'],
    message: 'later than from, on the same day',
  })
  .prefault({});

const maintenance = z
  .strictObject({
    name,
    reason: z.string().min(1),
    owner: z.string().min(1),
    services: z.array(z.string()).min(1).optional().describe('Default: every service.'),
    severities: z.array(severity).min(1).default(['critical', 'warning', 'info']),
    timeZone: timeZone.default('UTC'),
    weekdays: z.array(weekday).min(1).optional().describe('Default: every day.'),
    daysOfMonth: z
      .array(
        z
          .string()
          .refine(
            isDayRange,
            'a day such as 1, -1 for the last, or a range such as 1:7 or -3:-1, from 1 to 31 and never back',
          ),
      )
      .min(1)
      .optional()
      .describe('Default: every day.'),
    from: clock,
    to: clock,
  })
  .refine(({ from, to }) => from < to, {
    path: ['to'],
    message: 'later than from, on the same day: write a window across midnight as two',
  });

const matcher = z.string().superRefine((text, context) => {
  try {
    parseMatcher(text);
  } catch (error) {
    // What cannot be read is held against nothing else.
    context.addIssue({ code: 'custom', message: (error as Error).message, continue: false });
  }
});

/** Alertmanager's own rules for silences are all here: what the schema takes, `make up` can create. */
const silence = z
  .strictObject({
    id: name.describe('Unique; the same id is the same silence from one run to the next.'),
    owner: z.string().trim().min(1, 'the name of whoever answers for it'),
    reason: z.string().trim().min(1, 'the reason, for those who wonder why it is quiet'),
    matchers: z
      .array(matcher)
      .min(1)
      .describe(
        'Each as label="value", with one of = != =~ !~; at least one must not match the empty string. ' +
          "Expressions are RE2's, anchored at both ends.",
      ),
    startsAt: instant,
    endsAt: instant,
  })
  .refine(({ startsAt, endsAt }) => !(Date.parse(startsAt) >= Date.parse(endsAt)), {
    path: ['endsAt'],
    message: 'later than startsAt',
  })
  .refine(({ matchers }) => !matchers.map(parseMatcher).every(matchesEmpty), {
    path: ['matchers', 0],
    message:
      'a matcher that does not match the empty string, such as service=~".+", since Alertmanager refuses a silence whose matchers all do',
  });

/** Who hears of what, when and how. `parse({})` gives a stack that works without any secret. */
export const notificationsSettings = z.strictObject({
  ...shared,
  heartbeat: z
    .strictObject({
      url: secret().describe("URL that the dead man's switch calls; its silence is the alarm. A secret."),
    })
    .prefault({}),
  receivers: z
    .record(name, receiver)
    .superRefine((receivers, context) => {
      for (const [name, each] of Object.entries(receivers)) {
        if (hasChannel(each) || (each.pages !== undefined && DEFAULT_RECEIVERS.includes(name))) continue;
        const message = `a group with at least one of ${CHANNEL_NAMES.join(', ')}`;
        context.addIssue({ code: 'custom', path: [name], message });
      }
    })
    .default({})
    .describe('Receivers by name, besides pager, alerts, digest and unrouted, which may be replaced.'),
  severities: z
    .strictObject({
      critical: receiverNames.default(['pager', 'alerts']),
      warning: receiverNames.default(['alerts']),
      info: receiverNames.default(['digest']),
    })
    .prefault({})
    .describe('Which receivers hear of each severity.'),
  routes: z
    .array(route)
    .default([])
    .describe('Exceptions by severity, service and team; the first that fits counts.'),
  businessHours,
  maintenance: z.array(maintenance).default([]).describe('Recurring windows. A single one is a silence.'),
  silences: z
    .array(silence)
    .prefault([])
    .describe('Silences that `make up` and `make silences` create and expire in Alertmanager.'),
  timings,
});

export type NotificationsSettings = z.output<typeof notificationsSettings>;
export type ReceiverSettings = NotificationsSettings['receivers'][string];
export type RouteSettings = NotificationsSettings['routes'][number];
export type MaintenanceWindow = NotificationsSettings['maintenance'][number];
export type SilenceSettings = NotificationsSettings['silences'][number];
