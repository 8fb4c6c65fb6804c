import { escaped, page, section } from '../../reports/render/page.ts';
import type { Detail, Part, PicturePair, PullRequestReport } from './document.ts';

const STYLE = `
.part>h2{margin:28px 0 10px;font-size:20px}.part>h2 small,summary small{color:var(--muted);font-weight:400}
details{margin:0 0 14px}summary{cursor:pointer;padding:6px 0;font-weight:600}
section h2{font-size:16px}pre{margin:4px 0 12px;padding:10px 12px;overflow-x:auto;background:var(--page);
border:1px solid var(--line);border-radius:6px;font:13px/1.45 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
pre.was{border-left:3px solid var(--bad)}pre.is{border-left:3px solid var(--good)}
.detail>p{margin:10px 0 2px;font-weight:600;overflow-wrap:anywhere}.label{color:var(--muted);font-size:12px}
td{overflow-wrap:break-word}td:first-child,td:last-child:not(:nth-child(-n+4)){white-space:nowrap}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:12px;align-items:start}
.pair figure{margin:0;max-width:none}.pair img{display:block;max-width:100%;border:1px solid var(--line);border-radius:6px}
.pair figcaption{margin:0 0 4px;font-size:12px;font-weight:400;color:var(--muted)}`;

/** The report as one file with everything in it, pictures included. */
export function pullRequestHtml({ stack, versions, verdict, parts }: PullRequestReport): string {
  return page({
    title: `Monitoring review of stack ${stack}`,
    period: versions,
    verdict,
    body: parts.map((part) => partHtml(part)).join('\n'),
    style: STYLE,
  });
}

function partHtml({ title, summary, open, sections, details = [], pictures = [] }: Part): string {
  const body = [
    ...sections.map((each) => section(each)),
    ...pictures.map(pictureHtml),
    ...(details.length === 0
      ? []
      : [`<section><h2>In full</h2>${details.map(detailHtml).join('\n')}</section>`]),
  ].join('\n');
  const beside = summary === undefined ? '' : ` <small>${escaped(summary)}</small>`;
  if (body === '' || open) return `<div class="part"><h2>${escaped(title)}${beside}</h2>${body}</div>`;
  return `<div class="part"><h2>${escaped(title)}${beside}</h2><details><summary>Show</summary>${body}</details></div>`;
}

function detailHtml({ title, before, after }: Detail): string {
  const block = (kind: string, label: string, text: string | undefined) =>
    text === undefined ? '' : `<div class="label">${label}</div><pre class="${kind}">${escaped(text)}</pre>`;
  const both = before !== undefined && after !== undefined;
  return `<div class="detail"><p>${escaped(title)}</p>${block('was', both ? 'before' : '', before)}${block('is', both ? 'after' : '', after)}</div>`;
}

function pictureHtml({ title, before, after, difference }: PicturePair): string {
  const figure = (caption: string, png: Uint8Array | undefined) =>
    png === undefined
      ? `<figure><figcaption>${caption}: not there</figcaption></figure>`
      : `<figure><figcaption>${caption}</figcaption><img alt="${escaped(`${title}, ${caption}`)}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}"></figure>`;
  const third = difference === undefined ? '' : figure('difference', difference);
  return `<section><h2>${escaped(title)}</h2><div class="pair">${figure('before', before)}${figure('after', after)}${third}</div></section>`;
}
