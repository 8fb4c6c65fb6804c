import { escapeHtml, h } from '../dom.ts';
import { activeAlerts } from '../prometheus.ts';
import type { Draw } from './panel.ts';

/** Addresses that a link may lead to; anything else stays text. */
const SAFE_URL = /^(https?:\/\/|\/|#|mailto:)/;

function inline(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replace(/(^|\W)[*_]([^*_\s][^*_]*?)[*_](?=\W|$)/g, '$1<em>$2</em>')
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (all, label: string, url: string) =>
      SAFE_URL.test(url) ? `<a href="${url}">${label}</a>` : all,
    );
}

/** The Markdown that dashboards use: headings, paragraphs, lists, emphasis, code, links, rules and tables. */
export function markdown(source: string): string {
  const html: string[] = [];
  for (const block of source.split(/\n{2,}/)) {
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    const [first = ''] = lines;
    const heading = /^(#{1,6})\s+(.*)$/.exec(first);
    if (heading) {
      const level = heading[1]?.length ?? 1;
      html.push(`<h${level}>${inline(heading[2] ?? '')}</h${level}>`);
      if (lines.length > 1) html.push(`<p>${inline(lines.slice(1).join(' '))}</p>`);
    } else if (lines.length > 0 && lines.every((line) => /^\s*[-*]\s+/.test(line))) {
      html.push(
        `<ul>${lines.map((line) => `<li>${inline(line.replace(/^\s*[-*]\s+/, ''))}</li>`).join('')}</ul>`,
      );
    } else if (lines.length > 0 && lines.every((line) => /^\s*\d+\.\s+/.test(line))) {
      html.push(
        `<ol>${lines.map((line) => `<li>${inline(line.replace(/^\s*\d+\.\s+/, ''))}</li>`).join('')}</ol>`,
      );
    } else if (lines.length > 1 && /^\|?[\s:|-]+\|?$/.test(lines[1] ?? '')) {
      const cells = (line: string) =>
        line
          .replace(/^\||\|$/g, '')
          .split('|')
          .map((cell) => inline(cell.trim()));
      const rows = lines.slice(2).map(
        (line) =>
          `<tr>${cells(line)
            .map((cell) => `<td>${cell}</td>`)
            .join('')}</tr>`,
      );
      html.push(
        `<table><tr>${cells(first)
          .map((cell) => `<th>${cell}</th>`)
          .join('')}</tr>${rows.join('')}</table>`,
      );
    } else if (/^(-{3,}|\*{3,})$/.test(first.trim())) {
      html.push('<hr>');
    } else if (lines.length > 0) {
      html.push(`<p>${inline(lines.join(' '))}</p>`);
    }
  }
  return html.join('');
}

/** Text. HTML is shown as its text alone, as Grafana does unless told otherwise. */
export const drawText: Draw = (body, view) => {
  const { mode = 'markdown', content = '' } = view.panel.options ?? {};
  const text = view.fill(String(content));
  const box = h('div', { class: 'markdown' });
  if (mode === 'markdown') box.innerHTML = markdown(text);
  else if (mode === 'code') box.append(h('pre', {}, text));
  else box.append(text.replace(/<[^>]*>/g, ' '));
  body.append(box);
  return { count: 1, drawn: [{ name: 'text', text: box.textContent ?? '' }] };
};

/** Alerts that fire or are pending, from Prometheus itself. */
export const drawAlertList: Draw = async (body, _view) => {
  const { data } = await activeAlerts();
  const alerts = data.alerts.filter(({ state }) => state === 'firing' || state === 'pending');
  const list = h(
    'ul',
    { class: 'alerts' },
    alerts.map(({ labels, annotations, state }) =>
      h(
        'li',
        {},
        h('b', { class: state }, state),
        h('span', {}, labels.alertname ?? ''),
        h('small', {}, annotations.summary ?? ''),
      ),
    ),
  );
  body.append(list);
  return {
    count: alerts.length,
    drawn: alerts.map(({ labels, state }) => ({ name: labels.alertname ?? '', text: state })),
  };
};
