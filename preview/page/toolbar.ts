import type { DashboardEntry, DashboardLink } from '../model/dashboard.ts';
import { timeQuery, variableQuery } from '../model/links.ts';
import { parseTime, QUICK_RANGES, type TimeRange } from '../model/time.ts';
import { timePattern } from '../model/units-time.ts';
import { ALL, type Variable } from '../model/variables.ts';
import { h } from './dom.ts';
import { dropdown, item } from './menu.ts';
import type { Session } from './session.ts';

export interface ToolbarActions {
  open(uid: string): void;
  setRange(from: string, to: string): void;
  setVariable(name: string, values: string[]): void;
  setRefresh(interval: string): void;
  setTheme(): void;
  setAnnotation(name: string, on: boolean): void;
  reload(): void;
}

export interface ToolbarView {
  session: Session;
  entries: readonly DashboardEntry[];
  refresh: string;
  prometheus: string;
  annotationsOff: ReadonlySet<string>;
  actions: ToolbarActions;
}

function switcher({ entries, session, actions }: ToolbarView): HTMLElement {
  return dropdown('dashboards', h('strong', {}, session.dashboard.title), (menu, close) => {
    for (const [folder, inside] of Map.groupBy(entries, (entry) => entry.folder)) {
      menu.append(h('h3', {}, folder));
      for (const { uid, title } of inside) {
        menu.append(
          item(
            title,
            uid === session.dashboard.uid,
            () => {
              close();
              actions.open(uid);
            },
            { 'data-uid': uid },
          ),
        );
      }
    }
  });
}

export function rangeText(
  { from, to }: { from: string; to: string },
  range: TimeRange,
  zone?: string,
): string {
  const quick = QUICK_RANGES.find(([start]) => start === from && to === 'now');
  if (quick) return quick[1];
  const text = (ms: number) => timePattern('YYYY-MM-DD HH:mm:ss', ms, zone ? { zone } : {});
  return `${text(range.from)} to ${text(range.to)}`;
}

function timePicker({ session, actions }: ToolbarView): HTMLElement {
  const { raw, range, zone } = session;
  return dropdown('time', rangeText(raw, range, zone), (menu, close) => {
    menu.classList.add('time-menu');
    const from = h('input', { value: raw.from, 'aria-label': 'From', spellcheck: 'false' });
    const to = h('input', { value: raw.to, 'aria-label': 'To', spellcheck: 'false' });
    const problem = h('p', { class: 'problem' });
    const apply = (event: Event) => {
      event.preventDefault();
      const now = Date.now();
      const [start, end] = [
        parseTime(from.value.trim(), now, false, zone),
        parseTime(to.value.trim(), now, true, zone),
      ];
      if (start === undefined || end === undefined)
        problem.textContent = 'Write now-6h, or 2026-01-31 12:00:00.';
      else if (start >= end) problem.textContent = 'From must be before to.';
      else {
        close();
        actions.setRange(from.value.trim(), to.value.trim());
      }
    };
    menu.append(
      h(
        'form',
        { onsubmit: apply },
        h('h3', {}, 'Absolute time range'),
        h('label', {}, 'From', from),
        h('label', {}, 'To', to),
        problem,
        h('button', { type: 'submit', class: 'button primary' }, 'Apply time range'),
      ),
      h(
        'div',
        {},
        QUICK_RANGES.map(([start, label]) =>
          item(
            label,
            raw.from === start && raw.to === 'now',
            () => {
              close();
              actions.setRange(start, 'now');
            },
            { 'data-from': start },
          ),
        ),
      ),
    );
  });
}

const REFRESH = ['', '5s', '10s', '15s', '30s', '1m', '5m', '15m', '30m', '1h'];

function refreshPicker({ refresh, actions }: ToolbarView): HTMLElement {
  return h(
    'div',
    { class: 'group' },
    h(
      'button',
      { type: 'button', class: 'button icon', title: 'Refresh', onclick: () => actions.reload() },
      '⟳',
    ),
    dropdown('refresh', refresh || 'Off', (menu, close) => {
      for (const interval of REFRESH) {
        menu.append(
          item(interval || 'Off', interval === refresh, () => {
            close();
            actions.setRefresh(interval);
          }),
        );
      }
    }),
  );
}

function variableText(variable: Variable): string {
  if (variable.all) return 'All';
  return (
    variable.values
      .map((value) => variable.options.find((o) => o.value === value)?.text ?? value)
      .join(' + ') || 'None'
  );
}

function variablePicker(variable: Variable, actions: ToolbarActions): HTMLElement {
  const label = h('span', { class: 'variable-label' }, variable.label);
  if (variable.type === 'textbox') {
    const input = h('input', { value: variable.values[0] ?? '', 'aria-label': variable.label });
    input.addEventListener('change', () => actions.setVariable(variable.name, [input.value]));
    return h('div', { class: 'variable' }, label, input);
  }
  let chosen = variable.all ? [ALL] : [...variable.values];
  const picker = dropdown(
    `var-${variable.name}`,
    variableText(variable),
    (menu, close) => {
      const options = [...(variable.includeAll ? [{ text: 'All', value: ALL }] : []), ...variable.options];
      const search = h('input', { placeholder: 'Search', 'aria-label': `Search ${variable.label}` });
      const list = h('div', { class: 'options' });
      const paint = () => {
        const wanted = search.value.toLowerCase();
        list.replaceChildren(
          ...options
            .filter(({ text }) => text.toLowerCase().includes(wanted))
            .slice(0, 200)
            .map(({ text, value }) =>
              item(text, chosen.includes(value), () => pick(value), { 'data-value': value }),
            ),
        );
      };
      const pick = (value: string) => {
        if (!variable.multi) {
          close();
          actions.setVariable(variable.name, [value]);
          return;
        }
        if (value === ALL) chosen = [ALL];
        else {
          const rest = chosen.filter((v) => v !== ALL);
          chosen = rest.includes(value) ? rest.filter((v) => v !== value) : [...rest, value];
          if (chosen.length === 0 && variable.includeAll) chosen = [ALL];
        }
        paint();
      };
      search.addEventListener('input', paint);
      paint();
      if (options.length > 8) menu.append(search);
      menu.append(list);
      if (variable.multi) {
        menu.append(
          h(
            'button',
            {
              type: 'button',
              class: 'button primary apply',
              onclick: () => {
                close();
                actions.setVariable(variable.name, chosen);
              },
            },
            'Apply',
          ),
        );
      }
    },
    { 'aria-label': variable.label },
  );
  return h('div', { class: 'variable' }, label, picker);
}

function dashboardLinks({ session, entries, actions }: ToolbarView): HTMLElement[] {
  const query = (link: DashboardLink) =>
    [link.keepTime && timeQuery(session), link.includeVars && variableQuery(session.variables)]
      .filter(Boolean)
      .join('&');
  return (session.dashboard.links ?? []).flatMap((link): HTMLElement[] => {
    if (link.type === 'dashboards') {
      const related = entries.filter(
        ({ uid, json }) =>
          uid !== session.dashboard.uid && (link.tags ?? []).every((tag) => json.tags?.includes(tag)),
      );
      const to = (uid: string, title: string) =>
        h('a', { class: 'link', href: `/d/${uid}?${query(link)}` }, title);
      if (!link.asDropdown) return related.map(({ uid, title }) => to(uid, title));
      if (related.length === 0) return [];
      return [
        dropdown('links', link.title ?? 'Dashboards', (menu, close) => {
          for (const { uid, title } of related) {
            menu.append(
              item(title, false, () => {
                close();
                actions.open(uid);
              }),
            );
          }
        }),
      ];
    }
    const address = `${link.url ?? ''}${query(link) ? `${link.url?.includes('?') ? '&' : '?'}${query(link)}` : ''}`;
    return [
      h(
        'a',
        { class: 'link', href: address, ...(link.targetBlank ? { target: '_blank', rel: 'noopener' } : {}) },
        link.title ?? '',
      ),
    ];
  });
}

function annotationSwitches({ session, annotationsOff, actions }: ToolbarView): HTMLElement[] {
  return (session.dashboard.annotations?.list ?? [])
    .filter((query) => !query.hide && !query.builtIn && query.enable !== false)
    .map(({ name }) => {
      const box = h('input', { type: 'checkbox', checked: !annotationsOff.has(name) });
      box.addEventListener('change', () => actions.setAnnotation(name, box.checked));
      return h('label', { class: 'switch' }, box, h('i'), name);
    });
}

/** The bars above a dashboard. */
export function toolbar(view: ToolbarView): HTMLElement {
  const { session, actions, prometheus } = view;
  const variables = session.variables.filter(({ hidden, type }) => !hidden && type !== 'constant');
  const controls = [
    ...variables.map((variable) => variablePicker(variable, actions)),
    ...annotationSwitches(view),
  ];
  const links = dashboardLinks(view);
  return h(
    'header',
    { class: 'page-head' },
    h(
      'div',
      { class: 'toolbar' },
      h(
        'span',
        { class: 'folder' },
        view.entries.find(({ uid }) => uid === session.dashboard.uid)?.folder ?? '',
      ),
      h('span', { class: 'crumb' }, '›'),
      switcher(view),
      h(
        'span',
        {
          class: 'badge',
          title: `Draws the dashboard's own JSON with data from ${prometheus}. Grafana may differ in detail.`,
        },
        'Preview of what Grafana will show',
      ),
      h('span', { class: 'space' }),
      timePicker(view),
      refreshPicker(view),
      h(
        'button',
        {
          type: 'button',
          class: 'button icon',
          title: 'Light or dark',
          'data-menu': 'theme',
          onclick: () => actions.setTheme(),
        },
        session.theme === 'dark' ? '☀' : '☾',
      ),
    ),
    (controls.length > 0 || links.length > 0) &&
      h('div', { class: 'toolbar controls' }, controls, h('span', { class: 'space' }), links),
  );
}
