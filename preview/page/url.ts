import type { Theme } from '../model/palette.ts';
import type { Variable } from '../model/variables.ts';

/** What the address says, in Grafana's own shape: `/d/<uid>/<slug>?var-x=…&from=now-1h&to=now&theme=dark`. */
export interface Address {
  uid?: string;
  /** Choices by the variable's name. */
  variables: Map<string, string[]>;
  from?: string;
  to?: string;
  refresh?: string;
  theme?: Theme;
  /** Id of the one panel to show. */
  viewPanel?: number;
  /** Whether controls are left out. */
  kiosk: boolean;
}

export function readAddress(location: Location): Address {
  const parameters = new URLSearchParams(location.search);
  const variables = new Map<string, string[]>();
  for (const [key, value] of parameters) {
    if (key.startsWith('var-')) variables.set(key.slice(4), [...(variables.get(key.slice(4)) ?? []), value]);
  }
  const theme = parameters.get('theme');
  const viewPanel = Number(parameters.get('viewPanel')?.replace('panel-', ''));
  return {
    uid: /^\/d\/([^/]+)/.exec(location.pathname)?.[1],
    variables,
    from: parameters.get('from') ?? undefined,
    to: parameters.get('to') ?? undefined,
    refresh: parameters.get('refresh') ?? undefined,
    ...(theme === 'light' || theme === 'dark' ? { theme } : {}),
    ...(viewPanel ? { viewPanel } : {}),
    kiosk: parameters.has('kiosk') && parameters.get('kiosk') !== 'false',
  };
}

export interface Place {
  uid: string;
  title: string;
  variables: readonly Variable[];
  from: string;
  to: string;
  refresh: string;
  theme: Theme;
  viewPanel?: number;
  kiosk: boolean;
}

export function writeAddress(place: Place): string {
  const parameters = new URLSearchParams();
  for (const variable of place.variables) {
    if (variable.type === 'constant') continue;
    for (const value of variable.all ? ['$__all'] : variable.values)
      parameters.append(`var-${variable.name}`, value);
  }
  parameters.set('from', place.from);
  parameters.set('to', place.to);
  if (place.refresh) parameters.set('refresh', place.refresh);
  parameters.set('theme', place.theme);
  if (place.viewPanel) parameters.set('viewPanel', String(place.viewPanel));
  if (place.kiosk) parameters.set('kiosk', 'true');
  return `/d/${place.uid}/${slug(place.title)}?${parameters}`;
}

export const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
