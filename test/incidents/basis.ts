import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import ts from 'typescript';
import { SERVICE_METRICS } from '../../catalogue/index.ts';
import { TOOLS, type ToolName } from '../../tools/versions.ts';
import { filesOfStack } from './stack.ts';

/**
 * Stands for what decides the samples and the course of the play: the demo's behaviour, the order of the incidents,
 * names and labels of metrics, what is scraped how often, and versions of the programs. Rules, dashboards and
 * notifications are not in it: they are evaluated anew over the recording.
 */
export function basisOfPlay(): string {
  const parts = { demo: behaviour(), schedule: codeIn('test/incidents/schedule.ts'), metrics: metrics() };
  return createHash('sha256')
    .update(JSON.stringify({ ...parts, scrapes: scrapes(), versions: versions() }))
    .digest('hex')
    .slice(0, 16);
}

const ROOT = join(import.meta.dirname, '..', '..');
/** What is expected of incidents, and the demo's page: neither changes what happens. */
const ASIDE = ['demo/incidents.ts', 'demo/controller/page.ts'];
const RECORDED_BY: readonly ToolName[] = [
  'prometheus',
  'alertmanager',
  'node_exporter',
  'blackbox_exporter',
  'redis_exporter',
  'kafka-broker',
];

function behaviour(): readonly (readonly [string, string])[] {
  return globSync('demo/**/*.ts', { cwd: ROOT })
    .filter((file) => !ASIDE.includes(file))
    .sort()
    .map((file) => [file, codeIn(file)]);
}

function codeIn(file: string): string {
  return codeOf(readFileSync(join(ROOT, file), 'utf8'));
}

/** TypeScript without its comments and types, and without the folders of what it imports: they change nothing that happens. */
export function codeOf(text: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    removeComments: true,
  };
  const { outputText } = ts.transpileModule(text, { compilerOptions });
  return outputText.replace(/(?<=\bfrom ['"])\.{1,2}\/(?:[^'"]*\/)?(?=[^'"/]+['"])/g, '');
}

function metrics(): readonly unknown[] {
  return Object.entries(SERVICE_METRICS).map(([name, metric]) => {
    const { type, labels, buckets } = metric as { type: string; labels?: unknown; buckets?: unknown };
    return [name, type, labels, buckets];
  });
}

function versions(): readonly string[] {
  return RECORDED_BY.map((name) => `${name} ${TOOLS[name].version}`);
}

interface ScrapeConfig extends Readonly<Record<string, unknown>> {
  readonly job_name: string;
}

/** What each job scrapes, how often, and what it makes of it; limits and addresses change no sample. */
function scrapes(): readonly unknown[] {
  const config = load(filesOfStack().prometheus) as {
    global: unknown;
    scrape_configs: readonly ScrapeConfig[];
  };
  return config.scrape_configs.map((scrape) =>
    [
      'job_name',
      'scrape_interval',
      'metrics_path',
      'params',
      'honor_labels',
      'relabel_configs',
      'metric_relabel_configs',
    ].map((key) => scrape[key]),
  );
}
