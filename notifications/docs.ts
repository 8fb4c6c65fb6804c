import { dump } from 'js-yaml';
import type { Channel } from './channels/channel.ts';
import { CHANNELS } from './channels/index.ts';

const START = '<!-- The channels are generated: make generate -->';
const END = '<!-- End of the channels -->';

/**
 * The document with its part about channels written anew.
 * @throws Error where the document has no place for it.
 */
export function withChannels(document: string): string {
  const [start, end] = [document.indexOf(START), document.indexOf(END)];
  if (start === -1 || end < start)
    throw new Error(`The document has no lines ${START} and ${END} for what make generate writes.`);
  return `${document.slice(0, start + START.length)}\n\n${channelsDocument()}\n${document.slice(end)}`;
}

/** Every channel: a table of what it needs, and a paragraph with an example for each. */
export function channelsDocument(): string {
  const table = [
    '| channel | pages | in Alertmanager | secrets | calls |',
    '| --- | --- | --- | --- | --- |',
    ...CHANNELS.map(row),
  ];
  return `${table.join('\n')}\n\n${CHANNELS.map(section).join('\n')}`;
}

function row(channel: Channel): string {
  const { name, pages, list, secrets } = channel;
  const [shared, own] = [
    channel.shared.parse(channel.example.shared),
    channel.own.parse(channel.example.own),
  ];
  const calls = [...channel.sharedUrls(shared), ...channel.ownUrls(own, shared)].flatMap((url) =>
    url === undefined ? [] : [`\`${new URL(url).host}\``],
  );
  const keys = Object.keys(secrets).map((field) => `\`${name}.${field}\``);
  return `| \`${name}\` | ${pages ? 'yes' : 'no'} | \`${list}\` | ${keys.join(', ')} | ${calls.join(', ') || 'the URL that is its secret'} |`;
}

function section({ name, title, about, pages, example, limits }: Channel): string {
  const shared = Object.keys(example.shared ?? {}).length > 0 ? { [name]: example.shared } : {};
  const own = {
    receivers: { desk: { [name]: example.own } },
    severities: { [pages ? 'critical' : 'info']: ['desk'] },
  };
  const settings = { config: { 'feature-store-monitoring:notifications': { ...shared, ...own } } };
  const refused = Object.entries(limits).map(
    ([field, { max, unit, source }]) =>
      `- \`${field}\`: at most ${max.toLocaleString('en-US')} ${unit} ([source](${source}))`,
  );
  return [
    `### ${title[0]?.toUpperCase()}${title.slice(1)}`,
    '',
    about,
    '',
    '```yaml',
    dump(settings, { lineWidth: -1, flowLevel: 3 }).trimEnd(),
    '```',
    '',
    ...(refused.length > 0 ? ['The service refuses or cuts what is longer:', '', ...refused, ''] : []),
  ].join('\n');
}
