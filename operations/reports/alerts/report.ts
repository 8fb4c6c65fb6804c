import type { Endpoint } from '../../../lib/endpoint.ts';
import { set } from '../../../lib/setting-commands.ts';
import { alertmanagerAt } from '../alertmanager.ts';
import type { Report, Section } from '../document.ts';
import { counted, duration, number, percent } from '../format.ts';
import { daysOf, describePeriod, lengthOf, type Period } from '../period.ts';
import type { Prometheus } from '../prometheus.ts';
import { sum } from '../statistics.ts';
import { fetchAlerts } from './fetch.ts';
import { type AlertFatigue, type AlertUse, fatigueOf } from './model.ts';

/** Pages a week above which people stop reading them: two in each of seven on-call shifts (SRE book, chapter 11). */
export const PAGES_A_WEEK = 14;

/** What alerts asked of people, and which could be tuned. */
export async function alertsReport(
  prometheus: Prometheus,
  alertmanager: Endpoint,
  period: Period,
): Promise<Report> {
  return alertsDocument(await fatigueIn(prometheus, alertmanager, period), period);
}

export async function fatigueIn(
  prometheus: Prometheus,
  alertmanager: Endpoint,
  period: Period,
): Promise<AlertFatigue> {
  return fatigueOf(await fetchAlerts(prometheus, period, await alertmanagerAt(alertmanager)));
}

export function alertsDocument(fatigue: AlertFatigue, period: Period): Report {
  return {
    title: 'Alert fatigue',
    period: describePeriod(period),
    verdict: alertsVerdict(fatigue, period),
    sections: [
      firedSection(fatigue, period),
      listSection(
        'Flapping',
        'Fired again within half an hour of its end, at least twice.',
        fatigue.flapping,
      ),
      listSection(
        'Never acted on',
        'Fired, and in no case was it silenced, nor was anything deployed or configured while it lasted. ' +
          'Alertmanager keeps ended silences for five days.',
        fatigue.neverActedOn,
      ),
      suggestionSection(fatigue),
      neverFiredSection(fatigue),
      messageSection(fatigue),
    ],
    data: fatigue,
  };
}

/** Under this share of its minutes, a period says little: scrapes fail now and then. */
const COVERED = 0.95;

export function alertsVerdict(
  { pages, fired, neverActedOn, coverage }: AlertFatigue,
  period: Period,
): Report['verdict'] {
  if (coverage === 0 && fired.length === 0)
    return {
      state: 'warn',
      text: 'Prometheus stored nothing in this period: whether an alert fired is not known.',
    };
  const weekly = pages / (lengthOf(period) / (7 * 86_400));
  const times = sum(fired.map((each) => each.fired));
  const idle = sum(neverActedOn.map((each) => each.fired));
  const text = [
    `${counted(times, 'alert')} fired, ${counted(pages, 'page')} (${number(weekly)} a week; over ${PAGES_A_WEEK} is too many).`,
    times > 0 ? `${percent(1 - idle / times)} came from rules that somebody acts on.` : '',
    coverage < COVERED ? `Prometheus stored data for only ${percent(coverage)} of the period.` : '',
  ];
  const doubt = neverActedOn.length > 0 || coverage < COVERED;
  const state = weekly > PAGES_A_WEEK ? 'bad' : doubt ? 'warn' : 'good';
  return { state, text: text.filter((part) => part !== '').join(' ') };
}

export function firedSection({ fired, episodes, routed }: AlertFatigue, period: Period): Section {
  const days = daysOf(period);
  const perDay = (wanted: boolean) =>
    days.map(
      ({ from, to }) =>
        [
          from,
          episodes.filter((each) => each.paged === wanted && each.from >= from && each.from < to).length,
        ] as const,
    );
  return {
    title: 'Fired',
    note: routed
      ? 'Paged: routed to a pager by Alertmanager’s configuration of today, neither inhibited nor silenced.'
      : 'Alertmanager did not answer, so every critical alert counts as a page. Name it: ALERTMANAGER=http://…:9093',
    table: {
      head: ['alert', 'severity', 'service', 'fired', 'paged', 'flaps', 'acted on', 'firing for'],
      empty: 'Nothing fired in this period.',
      rows: fired.map((use) => [
        use.name,
        {
          text: use.severity,
          state: use.severity === 'critical' ? 'bad' : use.severity === 'warning' ? 'warn' : 'none',
        },
        use.service,
        number(use.fired),
        number(use.paged),
        number(use.flaps),
        number(use.actedOn),
        duration(use.firingSeconds),
      ]),
    },
    charts:
      episodes.length === 0
        ? []
        : [
            {
              title: 'Alerts by day',
              kind: 'bar',
              unit: 'count',
              lines: [
                { name: 'paged', points: perDay(true) },
                { name: 'not paged', points: perDay(false) },
              ],
            },
          ],
  };
}

function neverFiredSection({ neverFired }: AlertFatigue): Section {
  const services = Map.groupBy(neverFired, ({ service }) => service);
  return {
    title: 'Never fired',
    note: 'That is as it should be for most; drills show that they still can.',
    table: {
      head: ['service', 'alerts'],
      rows: [...services].map(([service, alerts]) => [service, alerts.map(({ name }) => name).join(', ')]),
      empty: 'None: Prometheus has no alert that did not fire.',
    },
  };
}

function listSection(title: string, note: string, uses: readonly AlertUse[]): Section {
  return {
    title,
    note,
    table: {
      head: ['alert', 'severity', 'fired', 'flaps', 'firing for'],
      empty: 'None.',
      rows: uses.map((use) => [
        use.name,
        use.severity,
        number(use.fired),
        number(use.flaps),
        duration(use.firingSeconds),
      ]),
    },
  };
}

export function suggestionSection({ suggestions }: AlertFatigue): Section {
  return {
    title: 'Thresholds to look at',
    note:
      'From the quantiles of the level that the alert compares, at its worst among its series. A suggestion never ' +
      'loosens an alert past the SLO that it guards. Set one with: ' +
      set('rules.alerts.<name>.threshold', '<value>', undefined),
    table: {
      head: ['alert', 'threshold', 'suggested', 'median', 'p99', 'extreme', 'why'],
      empty: 'None: no threshold is noisy or out of reach.',
      rows: suggestions.map(({ alert, threshold, direction, suggested, median, p99, extreme, why }) => [
        alert,
        `${direction === 'above' ? '>' : '<'}\u00a0${number(threshold)}`,
        number(suggested),
        number(median),
        number(p99),
        number(extreme),
        why,
      ]),
    },
  };
}

function messageSection({ sent, failed }: AlertFatigue): Section {
  return {
    title: 'Messages that Alertmanager sent',
    table: {
      head: ['integration', 'sent', 'failed'],
      empty: 'None.',
      rows: Object.entries(sent).map(([integration, count]) => {
        const lost = Math.round(failed[integration] ?? 0);
        return [
          integration,
          number(Math.round(count)),
          { text: number(lost), state: lost > 0 ? 'bad' : 'good' },
        ];
      }),
    },
  };
}
