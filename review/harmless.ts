/** A field whose change is told and never stops a reviewer, with the reason. */
export interface Harmless {
  readonly where: string;
  readonly field: string;
  readonly reason: string;
}

/** Fields of which a change is no change at all: nothing reads them. */
export const SILENT: readonly Harmless[] = [
  {
    where: 'dashboard',
    field: 'version, iteration, id, gnetId',
    reason: 'Grafana counts its own saves and rows with them; provisioning sets them anew.',
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
    reason: 'Routing, inhibition and grouping with it are simulated and told by themselves.',
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
    field: 'its name, with all that read it',
    reason:
      'The same values under another name; a window of over an hour that reads it is unclear, since the history begins anew.',
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
      'Every alert takes the same way, by simulation, and no matcher asks for a label that data brings.',
  },
  {
    where: 'dashboard',
    field: 'title, tags, description, links, time range, refresh, place of a panel, colours, legend',
    reason: 'What is measured and in which unit stays; people find it elsewhere or in another colour.',
  },
  { where: 'dashboard', field: 'a panel, variable or board that is added', reason: 'Nothing is taken away.' },
  {
    where: 'dashboard',
    field: 'a limit that follows from a threshold, in a title too; the page of an alert’s runbook',
    reason: 'The change of the alert is told by itself.',
  },
  {
    where: 'workload',
    field: 'more memory or CPU, a larger volume, longer retention, one more connection, one more workload',
    reason: 'Nothing is taken away.',
  },
];
