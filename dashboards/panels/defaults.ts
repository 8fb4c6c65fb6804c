import type { Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type {
  AnnotationQuery,
  DashboardLink,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardsSettings } from '../settings.ts';

/** Every panel, variable and annotation asks the data source that the reader picked. */
export const DATASOURCE = { type: 'prometheus', uid: grafanaVariable('datasource') };

/** Tag of every dashboard of this project: the menu of related dashboards lists those that carry it. */
export const TAG = 'feature-store';

/** Refresh intervals on offer. None is shorter than the scrape interval of most jobs, 15 s. */
const REFRESH_INTERVALS = ['15s', '30s', '1m', '5m', '15m', '1h'];

/** Shortest step of annotation queries: marks closer together than a minute cannot be told apart. */
const ANNOTATION_STEP = '1m';

export interface DashboardIdentity {
  readonly uid: string;
  readonly title: string;
  /** The question that it answers, in one sentence. */
  readonly question: string;
  readonly tags: readonly string[];
  /** Whether it is none of the feature store's: then it has neither their tag and menu, nor marks of their deployments. */
  readonly foreign?: boolean;
}

/** What is the same on every dashboard: time range, refresh, shared crosshair, links, annotations, rights. */
export function dashboardFrame(
  identity: DashboardIdentity,
  settings: DashboardsSettings,
  variables: readonly VariableModel[],
): DashboardBuilder {
  const frame = new DashboardBuilder(identity.title)
    .uid(identity.uid)
    .description(identity.question)
    .tags(identity.foreign ? [...identity.tags] : [TAG, ...identity.tags])
    .readonly()
    .time({ from: settings.timeRange.from, to: settings.timeRange.to })
    .refresh(settings.refresh)
    .timepicker(new TimePickerBuilder().refreshIntervals(REFRESH_INTERVALS))
    .timezone(settings.timezone)
    .tooltip(DashboardCursorSync.Crosshair);
  return (identity.foreign ? frame : frame.link(built(relatedDashboards())))
    .variables(variables.map(built))
    .annotations((identity.foreign ? [alertMarks()] : [changeMarks(), alertMarks()]).map(built));
}

/** The menu of dashboards that carry the tag. */
function relatedDashboards(): DashboardLink {
  return inToolbar(
    new DashboardLinkBuilder('Feature store dashboards')
      .type(DashboardLinkType.Dashboards)
      .tags([TAG])
      .asDropdown(true)
      .keepTime(true)
      .icon('external link')
      .build(),
  );
}

/** Where Grafana puts links and annotations by itself. The SDK moves every one into a menu, where nobody looks for it. */
function inToolbar<T extends { readonly placement?: unknown }>({
  placement: _,
  ...rest
}: T): Omit<T, 'placement'> {
  return rest;
}

const FIRING =
  'max by (alertname, service, severity) (ALERTS{alertstate="firing", severity=~"critical|warning"})';

/** Deployments and other changes of the services, marked on every graph. */
const changeMarks = (): AnnotationQuery =>
  annotation({
    name: 'Deployments and changes',
    color: 'blue',
    expr: 'sum by (job, kind) (increase(platform_events_total[$__rate_interval])) > 0',
    title: '{{kind}}',
    text: '{{kind}} of {{job}}',
    tags: 'job,kind',
  });

/** Alerts that begin to fire. */
const alertMarks = (): AnnotationQuery =>
  annotation({
    name: 'Alerts',
    color: 'red',
    // Where each begins: shaded for as long as they fire, a few at once would hide what they are about.
    expr: `${FIRING} unless max by (alertname, service, severity) (ALERTS{alertstate="firing", severity=~"critical|warning"} offset $__interval)`,
    title: '{{alertname}}',
    text: '{{severity}}: {{alertname}} on {{service}}',
    tags: 'severity,service',
  });

function annotation(marks: {
  readonly name: string;
  readonly color: string;
  readonly expr: string;
  readonly title: string;
  readonly text: string;
  readonly tags: string;
}): AnnotationQuery {
  const annotation = new AnnotationQueryBuilder()
    .name(marks.name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(marks.color)
    .target(built({ refId: 'Anno', expr: marks.expr, interval: ANNOTATION_STEP } as unknown as Dataquery))
    .titleFormat(marks.title)
    .textFormat(marks.text)
    .tagKeys(marks.tags)
    .build();
  // Grafana before 12.1 reads the query and its step from here, later ones from the target.
  return { ...inToolbar(annotation), expr: marks.expr, step: ANNOTATION_STEP } as AnnotationQuery;
}

/** Wraps what is built already for those methods of the SDK that take builders. */
export function built<T>(value: T): { build(): T } {
  return { build: () => value };
}

/** A variable that Grafana fills in, in the form that may stand anywhere in a text. */
export function grafanaVariable(name: string): string {
  return `\${${name}}`;
}
