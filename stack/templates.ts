import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { set } from '../lib/setting-commands.ts';
import type { Labels } from '../notifications/index.ts';
import { type UserTemplate, userTemplates } from '../notifications/user-templates.ts';
import { alertnameOf, type ResolvedAlert } from '../rules/alert.ts';
import { ensureTools } from '../tools/install.ts';
import { TOOLS } from '../tools/versions.ts';
import type { RenderedFiles } from './files.ts';
import { type Settings, SettingsError } from './settings/index.ts';

const run = promisify(execFile);

/**
 * Has amtool execute the templates that the settings hold, over alerts of the stack: one that fires, one that has
 * ended, several at once, and one with odd characters. Alertmanager itself parses them only when it sends, and drops
 * every message of a receiver whose template fails. What passed once is not executed again: its hash is kept in the
 * stack's folder. Nothing is installed where no setting holds a template.
 *
 * @throws SettingsError with the key, the text, what amtool says and where, and the command that changes it.
 */
export async function checkTemplates(
  settings: Pick<Settings, 'notifications' | 'stack'>,
  { ruleSet, alertmanager }: Pick<RenderedFiles, 'ruleSet' | 'alertmanager'>,
  root: string,
): Promise<void> {
  const templates = userTemplates(settings.notifications);
  if (templates.length === 0) return;
  const folder = join(root, '.monitoring', settings.stack);
  const data = sampleMessages(ruleSet.alerts);
  const shared = Object.entries(alertmanager).filter(([name]) => name.endsWith('.tmpl'));
  const passed = join(folder, 'templates-checked', hash([templates, shared, data, TOOLS.amtool.version]));
  if (existsSync(passed)) return;
  const { amtool } = await ensureTools(['amtool']);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const scratch = mkdtempSync(join(folder, 'templates-'));
  try {
    for (const [name, text] of shared) write(join(scratch, name), text);
    const messages = data.map((message, index) => {
      const path = join(scratch, `message-${index}.json`);
      write(path, JSON.stringify(message));
      return path;
    });
    const problems = await Promise.all(
      templates.map(async (template) => {
        for (const message of messages) {
          const problem = await execute(amtool, template, join(scratch, 'templates', '*.tmpl'), message);
          if (problem !== undefined) return [sentence(template, problem, settings.stack)];
        }
        return [];
      }),
    );
    if (problems.flat().length > 0) throw new SettingsError(problems.flat(), `Pulumi.${settings.stack}.yaml`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  rmSync(dirname(passed), { recursive: true, force: true });
  write(passed, '');
}

/** @returns what amtool says against a template, or undefined. */
async function execute(
  amtool: string,
  { text }: UserTemplate,
  glob: string,
  data: string,
): Promise<string | undefined> {
  const args = [`--template.glob=${glob}`, `--template.data=${data}`, `--template.text=${text}`];
  try {
    await run(amtool, ['template', 'render', ...args]);
    return undefined;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return stderr.trim() === '' ? String(error) : stderr.trim();
  }
}

function sentence({ key, text }: UserTemplate, said: string, stack: string): string {
  const [, line = '', column, rest = said] = /template: :(\d+)(?::(\d+))?:\s*([\s\S]*)$/.exec(said) ?? [];
  const place = line === '' ? '' : `line ${line}${column === undefined ? '' : `, column ${column}`}: `;
  const reason = rest.replace(/^executing "" at /, '').trim();
  return (
    `${key} is ${JSON.stringify(text)}, but must be a template that Alertmanager can execute, or it drops every message ` +
    `(${place}${reason}). Change it: ${set(key, '<value>', stack)}`
  );
}

const ODD = 'a "quoted" \\ <b>&amp;</b> {{ nil }} `x`\nsecond line: ä €';

/** Messages as Alertmanager hands them to templates, of the stack's own alerts. */
function sampleMessages(alerts: readonly ResolvedAlert[]): readonly object[] {
  const [first, second = first, third = first] = alerts;
  if (first === undefined || second === undefined || third === undefined) return [];
  const alert = ({ labels, annotations, ...of }: ResolvedAlert, status: string, more: Labels = {}) => ({
    status,
    labels: { ...labels, alertname: alertnameOf(of), ...more },
    annotations,
    startsAt: '2026-03-18T10:00:00Z',
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-03-18T10:30:00Z',
    generatorURL: 'http://prometheus.example:9090/graph?g0.expr=up',
    fingerprint: '0123456789abcdef',
  });
  return [
    message([alert(first, 'firing', { instance: '10.0.0.7:8080' })]),
    message([alert(first, 'resolved', { instance: '10.0.0.7:8080' })]),
    message([alert(first, 'firing'), alert(second, 'resolved'), alert(third, 'firing', { endpoint: '/x' })]),
    message([
      { ...alert(second, 'firing', { endpoint: ODD }), annotations: { summary: ODD, description: '' } },
    ]),
  ];
}

interface Sample {
  readonly status: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

function message(alerts: readonly Sample[]): object {
  const common = (key: 'labels' | 'annotations') =>
    Object.fromEntries(
      Object.entries(alerts[0]?.[key] ?? {}).filter(([name, value]) =>
        alerts.every((alert) => alert[key][name] === value),
      ),
    );
  const commonLabels = common('labels');
  const { alertname } = commonLabels;
  return {
    receiver: 'alerts',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts,
    groupLabels: alertname === undefined ? {} : { alertname },
    commonLabels,
    commonAnnotations: common('annotations'),
    externalURL: 'http://alertmanager.example:9093',
  };
}

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
