import type {
  DashboardLink,
  Dashboard as GrafanaDashboard,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARDS, type DashboardUid } from '../catalogue/dashboards.ts';
import { dashboardFrame } from './panels/defaults.ts';
import type { Incident } from './panels/incidents.ts';
import { text } from './panels/kinds.ts';
import { layOut } from './panels/layout.ts';
import type { EmptyWhenHealthy, PanelDefinition, Query, Row } from './panels/panel.ts';
import { type DashboardsSettings, dashboardsSettings, type FolderKey } from './settings.ts';

/** A dashboard as its file describes it. */
export interface DashboardOutline extends AnyOutline {
  readonly uid: DashboardUid;
}

/** The same of a dashboard that is none of the feature store's. */
export interface OwnOutline extends Omit<AnyOutline, 'folder'> {
  /** At most 40 letters, digits, `-` and `_`. */
  readonly uid: string;
  readonly title: string;
  /** Default: none. */
  readonly tags?: readonly string[];
}

interface AnyOutline {
  readonly folder: FolderKey;
  /** The question that it answers, in one sentence: it stands at the top. */
  readonly question: string;
  /** Where to go on reading, in one sentence. Default: none. */
  readonly next?: string;
  readonly variables: readonly VariableModel[];
  readonly rows: readonly Row[];
}

/** What tests and reviewers want to know about a panel. */
export interface PanelMeta {
  /** Its uid. */
  readonly dashboard: string;
  readonly id: number;
  readonly title: string;
  /** Grafana's panel type, such as `timeseries`. */
  readonly type: string;
  readonly queries: readonly Query[];
  readonly emptyWhenHealthy?: EmptyWhenHealthy;
  /** Incidents that must be visible here. */
  readonly shows: readonly Incident[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly folder: FolderKey;
  /** Folder below the user's own in which its file is, a folder of Grafana's of that name. Default: it is in none. */
  readonly within?: string;
  /** Name of the file that Grafana reads, unique in its folder. */
  readonly fileName: string;
  /** Path of the user's file that it came from, as messages name it. Default: it is one of the project's own. */
  readonly source?: string;
  /** Grafana's model, ready for JSON. */
  readonly json: GrafanaDashboard;
  /** Facts about its panels, text panels and rows left out. Empty for a dashboard that came as a file. */
  readonly panels: readonly PanelMeta[];
}

/** Height of the sentence at the top, in grid units. */
const INTRO_HEIGHT = 2;

/**
 * Builds Grafana's model of an outline.
 * @param linksOf where a panel leads besides its own links: to the runbooks of the alerts that it shows.
 */
export function assemble(
  outline: DashboardOutline,
  settings: DashboardsSettings,
  linksOf: (panel: PanelDefinition) => readonly DashboardLink[],
): Dashboard {
  const { uid, folder } = outline;
  return build(
    { ...outline, title: DASHBOARDS[uid], folder, tags: [folder], foreign: false },
    settings,
    linksOf,
  );
}

/**
 * Builds Grafana's model of an outline that is none of the feature store's. Pure.
 * @param settings time range, refresh and time zone. Default: every default.
 */
export function ownDashboard(
  outline: OwnOutline,
  settings: DashboardsSettings = dashboardsSettings.parse({}),
): Dashboard {
  return build({ tags: [], ...outline, folder: 'extra', foreign: true }, settings, () => []);
}

interface Named extends AnyOutline {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly foreign: boolean;
}

function build(
  outline: Named,
  settings: DashboardsSettings,
  linksOf: (panel: PanelDefinition) => readonly DashboardLink[],
): Dashboard {
  const { title, tags, foreign } = outline;
  const intro = text('', [`**${outline.question}**`, outline.next].filter(Boolean).join(' '));
  const layout = layOut(intro, INTRO_HEIGHT, outline.rows);
  const json = dashboardFrame(
    { uid: outline.uid, title, question: outline.question, tags, foreign },
    settings,
    outline.variables,
  ).build();
  const links = new Map<unknown, readonly DashboardLink[]>(
    layout.placed.map(({ panel, definition }) => [panel, linksOf(definition)]),
  );
  json.panels = layout.panels.map((panel) => {
    const own = links.get(panel) ?? [];
    return own.length === 0 ? panel : { ...panel, links: [...own] };
  });
  return {
    uid: outline.uid,
    title,
    folder: outline.folder,
    fileName: `${outline.uid}.json`,
    json,
    panels: layout.placed
      .filter(({ definition }) => definition.queries.length > 0)
      .map(({ panel, definition }) => ({
        dashboard: outline.uid,
        id: panel.id,
        title: panel.title ?? '',
        type: panel.type,
        queries: definition.queries,
        emptyWhenHealthy: definition.emptyWhenHealthy,
        shows: definition.shows,
      })),
  };
}
