/** A field whose change is told and never stops a reviewer, with the reason. */
export interface Harmless {
  readonly where: string;
  readonly field: string;
  readonly reason: string;
}

/** Fields of which a change is no change at all: nothing reads them, or all that read them follow. */
export const SILENT: readonly Harmless[] = [
  {
    where: 'dashboard',
    field: 'version, iteration, id, gnetId',
    reason: 'Grafana counts its own saves and rows with them; provisioning sets them anew.',
  },
  {
    where: 'recording rule',
    field: 'its name, with all that read it',
    reason:
      'The same values under another name. It is unclear where a window of an hour or more reads it, since its history begins anew; a note says that readers outside the stack have to follow.',
  },
];

/** Fields of which a change is told and counts as neutral. */
export const HARMLESS: readonly Harmless[] = [
  {
    where: 'alert',
    field: 'summary, description and other texts',
    reason: 'People read them; nothing is decided by them, and promtool checks their templates.',
  },
  {
    where: 'alert',
    field: 'a label that is added, without a template',
    reason: 'No route, group, inhibition, silence or relabelling asks for it.',
  },
  {
    where: 'alert',
    field: 'its name',
    reason:
      'Routing and inhibition are simulated; a silence by the old name no longer holds, which is louder.',
  },
  {
    where: 'recording rule',
    field: 'everything, where no alert, SLO or panel reads it',
    reason: 'Nothing that is noticed or shown depends on it.',
  },
  {
    where: 'recording rule',
    field: 'numbers that follow from an objective',
    reason: 'The change of the SLO is told by itself.',
  },
  {
    where: 'metric',
    field: 'its name, declared anew and read nowhere under the old one',
    reason: 'The catalogue says that it is the same metric.',
  },
  { where: 'SLO', field: 'description, display name', reason: 'People read them.' },
  {
    where: 'route',
    field: 'matchers, order, nesting',
    reason:
      'Every alert takes the same way, by simulation, with every value that a matcher asks of a label that data brings.',
  },
  {
    where: 'inhibition',
    field: 'its name; one that is added and can mute nothing',
    reason: 'No alert that both versions have meets it, whatever labels data brings.',
  },
  {
    where: 'inhibition',
    field: 'one that is added, by a new alert',
    reason:
      'It mutes no page, and whoever would hear of what it mutes hears of the new alert, no less urgently.',
  },
  {
    where: 'dashboard',
    field: 'title, tags, description, links; place of a panel in sight',
    reason: 'What is measured and in which unit stays; people find it elsewhere.',
  },
  {
    where: 'dashboard',
    field: 'time range',
    reason: 'Where no query reads `$__range` and no panel shows a largest, smallest or mean value of it.',
  },
  {
    where: 'dashboard',
    field: 'refresh that is more frequent',
    reason: 'A number is no older than before.',
  },
  {
    where: 'dashboard',
    field: 'colours of series; kind and width of lines; place and order of a legend or tooltip',
    reason:
      'Every number stays in sight. Colours of limits and of mapped values, the figures of a legend (`calcs`) and what hides a series are unclear.',
  },
  {
    where: 'dashboard',
    field: 'more decimals',
    reason: 'With fewer, 99.95 % reads as 100 %.',
  },
  {
    where: 'dashboard',
    field: 'legend of a query, with the same labels in it',
    reason: 'The same series are told apart, and no transformation or override finds them by name.',
  },
  {
    where: 'dashboard',
    field: 'a panel, query, variable or board that is added',
    reason:
      'Nothing is taken away. A query is unclear where its panel computes with what queries yield, a variable where every query is asked with it.',
  },
  {
    where: 'dashboard',
    field: 'a limit that follows from a threshold, in a title too; the page of an alert’s runbook',
    reason: 'The change of the alert is told by itself.',
  },
  {
    where: 'data source',
    field: 'its `timeInterval`, where it is `global.scrape_interval` before and after',
    reason: 'The change of the scrape interval is told by itself; windows of panels follow it.',
  },
  {
    where: 'workload',
    field: 'more memory or CPU, a larger volume, longer retention, one more connection, one more workload',
    reason: 'Nothing is taken away.',
  },
];
