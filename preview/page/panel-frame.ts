import type { Panel } from '../model/dashboard.ts';
import { type Box, type PlacedPanel, toPixels } from '../model/layout.ts';
import { resolveLink } from '../model/links.ts';
import type { PanelState, PanelStatus } from '../model/state.ts';
import { interpolate, type Variable } from '../model/variables.ts';
import { loadPanel, type PanelData } from './data.ts';
import { h } from './dom.ts';
import { KINDS, WITHOUT_QUERIES } from './panels/kinds.ts';
import type { Drawing, PanelView } from './panels/panel.ts';
import { markdown } from './panels/text.ts';
import type { Session } from './session.ts';

/** A panel on the page: its frame, its state, and the drawing in it. */
export class PanelFrame {
  readonly element: HTMLElement;
  readonly state: PanelState;
  readonly #placed: PlacedPanel;
  readonly #body = h('div', { class: 'panel-body' });
  readonly #corner = h('span', { class: 'panel-corner' });
  #drawing: Drawing | undefined;
  #data: PanelData | undefined;
  #size: Box;

  constructor(placed: PlacedPanel, width: number, session: Session) {
    this.#placed = placed;
    const { panel, scope } = placed;
    const title = interpolate(panel.title ?? '', scoped(session.variables, scope), {}, 'text');
    this.#size = toPixels(placed.pos, width);
    this.state = {
      id: panel.id ?? 0,
      title,
      type: panel.type,
      status: 'loading',
      series: 0,
      drawn: [],
      queries: [],
      warnings: [],
      ...(scope ? { repeated: scope.values[0] ?? '' } : {}),
    };
    const info = panel.description && title ? describe(panel, session) : undefined;
    this.element = h(
      'section',
      {
        class: `panel kind-${panel.type}${panel.transparent ? ' transparent' : ''}${title ? '' : ' untitled'}`,
        'data-panel': panel.id ?? 0,
        'aria-label': title,
      },
      title !== '' &&
        h('header', {}, h('h2', { title }, title), info, this.#corner, h('span', { class: 'spinner' })),
      this.#body,
    );
    this.place(width);
  }

  get panel(): Panel {
    return this.#placed.panel;
  }

  /** Sets the frame where the grid wants it on a page of a width. */
  place(width: number): void {
    this.#size = toPixels(this.#placed.pos, width);
    const { left, top, width: w, height } = this.#size;
    this.element.style.cssText = `left:${left}px;top:${top}px;width:${w}px;height:${height}px`;
  }

  /** Asks and draws. What is drawn stays until the answer is there. */
  async load(session: Session, signal: AbortSignal): Promise<void> {
    const { panel, scope } = this.#placed;
    const variables = scoped(session.variables, scope);
    this.#status('loading');
    try {
      if (!WITHOUT_QUERIES.has(panel.type)) {
        const { range, scrapeInterval } = session;
        this.#data = await loadPanel({
          panel,
          range,
          variables,
          width: this.#size.width,
          scrapeInterval,
          signal,
        });
        this.state.queries = this.#data.queries;
        this.state.warnings = this.#data.warnings;
      }
      if (signal.aborted) return;
      await this.draw(session);
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(error as Error);
    }
  }

  /** Draws again what was answered last, for a new size or theme. */
  async draw(session: Session): Promise<void> {
    const { panel, scope } = this.#placed;
    this.#clear();
    const kind = KINDS[panel.type];
    if (!kind) {
      this.#message(`The preview does not draw panels of type ${panel.type}.`);
      this.state.warnings = [`The preview does not draw panels of type ${panel.type}.`];
      this.#status('empty');
      return;
    }
    const asks = !WITHOUT_QUERIES.has(panel.type);
    if (asks && (this.#data?.frames ?? []).length === 0) {
      this.#message(panel.fieldConfig?.defaults?.noValue ?? 'No data');
      this.state.drawn = [];
      this.state.series = 0;
      this.#status('empty');
      return;
    }
    const drawing = await kind(this.#body, this.#view(session, scope));
    this.#drawing = drawing;
    await drawing.settled;
    this.state.drawn = drawing.drawn;
    this.state.series = drawing.count;
    if (asks && drawing.count === 0) {
      this.#clear();
      this.#message(panel.fieldConfig?.defaults?.noValue ?? 'No data');
      this.#status('empty');
      return;
    }
    this.#status('data');
  }

  dispose(): void {
    this.#clear();
    this.element.remove();
  }

  #view(session: Session, scope: Variable | undefined): PanelView {
    const { panel } = this.#placed;
    const variables = scoped(session.variables, scope);
    const context = { variables, raw: session.raw, range: session.range, dashboard: session.dashboard };
    return {
      panel,
      frames: this.#data?.frames ?? [],
      range: this.#data?.range ?? session.range,
      step: this.#data?.step ?? 0,
      display: {
        theme: session.theme,
        time: { zone: session.zone, now: session.range.to },
      },
      marks: session.marks,
      ...(session.dashboard.graphTooltip ? { crosshair: session.dashboard.uid } : {}),
      fill: (text) => interpolate(text, variables),
      links: (field, row, text, frame) =>
        (field.config.links ?? []).map((link) => resolveLink(link, { ...context, field, row, text, frame })),
      zoom: (range) => session.zoom(range),
    };
  }

  #clear(): void {
    this.#drawing?.dispose?.();
    this.#drawing = undefined;
    this.#body.replaceChildren();
    this.#body.className = 'panel-body';
  }

  #message(text: string): void {
    this.#body.append(h('div', { class: 'nothing' }, text));
  }

  #fail(error: Error): void {
    this.#clear();
    this.state.error = error.message;
    this.state.drawn = [];
    this.state.series = 0;
    this.#body.append(
      h('div', { class: 'failure' }, h('strong', {}, 'The query failed'), h('p', {}, error.message)),
    );
    this.#status('error');
  }

  #status(status: PanelStatus): void {
    this.state.status = status;
    if (status === 'loading') delete this.state.error;
    this.element.dataset.status = status;
    const { warnings } = this.state;
    this.#corner.textContent = warnings.length > 0 ? '!' : '';
    this.#corner.title = warnings.join('\n');
  }
}

/** The variables as a repeated panel sees them. */
const scoped = (variables: readonly Variable[], scope: Variable | undefined): Variable[] =>
  variables.map((variable) => (scope && variable.name === scope.name ? scope : variable));

function describe(panel: Panel, session: Session): HTMLElement {
  const tip = h('div', { class: 'description' });
  tip.innerHTML = markdown(interpolate(panel.description ?? '', session.variables, {}, 'text'));
  return h('span', { class: 'info', tabindex: 0, 'aria-label': 'Description' }, 'i', tip);
}
