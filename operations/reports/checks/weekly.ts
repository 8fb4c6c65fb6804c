import type { Endpoint } from '../../../lib/endpoint.ts';
import { alertsVerdict, fatigueIn, firedSection, suggestionSection } from '../alerts/report.ts';
import { capacityVerdict, growthIn, growthSection } from '../capacity/report.ts';
import { type Report, type Section, worst } from '../document.ts';
import { inUnit } from '../format.ts';
import { describePeriod, type Period } from '../period.ts';
import type { Prometheus } from '../prometheus.ts';
import { checksIn } from './daily.ts';
import type { CheckResult } from './model.ts';
import { checksSection, checksVerdict } from './sections.ts';

/** The weekly list: trends, capacity, alert fatigue and threshold tuning. */
export async function weeklyReport(
  prometheus: Prometheus,
  alertmanager: Endpoint,
  period: Period,
): Promise<Report> {
  const results = await checksIn(prometheus, period, 'week before');
  const growth = await growthIn(prometheus, period);
  const fatigue = await fatigueIn(prometheus, alertmanager, period);
  const verdicts = [checksVerdict(results), capacityVerdict(growth), alertsVerdict(fatigue, period)];
  return {
    title: 'Weekly review',
    period: describePeriod(period),
    verdict: {
      state: worst(verdicts.map(({ state }) => state)),
      text: verdicts.map(({ text }) => text).join(' '),
    },
    sections: [
      checksSection(results, 'Trends'),
      slopes(results),
      growthSection(growth),
      firedSection(fatigue, period),
      suggestionSection(fatigue),
    ],
    data: {
      trends: results.map(({ points: _, ...rest }) => rest),
      capacity: growth.map(({ points: _, fit: __, ...rest }) => rest),
      alerts: fatigue,
    },
  };
}

function slopes(results: readonly CheckResult[]): Section {
  return {
    title: 'Where it is going',
    note: 'A straight line by least squares through the week, where it has a day at least and explains 30 % of the movement.',
    table: {
      head: ['check', 'change a day'],
      empty: 'Nothing has a trend.',
      rows: results.flatMap(({ title, unit, perDay }) =>
        perDay === undefined ? [] : [[title, `${perDay >= 0 ? '+' : ''}${inUnit(perDay, unit)}`]],
      ),
    },
  };
}
