import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { buildRules, type ResolvedSlo } from '../../rules/index.ts';
import { ensureTools } from '../../tools/install.ts';
import { SCRATCH } from '../paths.ts';
import { run } from '../process.ts';
import { rawExpression } from './raw.ts';

/** A rule as it stands in a Prometheus rule file. */
export interface WrittenRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly alert?: string;
}

/** The rules that sloth generates for the same SLOs, read from raw series as a team without our rules has them. */
export async function slothRules(): Promise<WrittenRule[]> {
  const { sloth } = await ensureTools(['sloth']);
  const folder = join(SCRATCH, 'sloth');
  mkdirSync(folder, { recursive: true });
  const rules = buildRules();
  const written: WrittenRule[] = [];
  for (const slo of rules.slos) {
    const input = join(folder, `${slo.name}.yaml`);
    const output = join(folder, `${slo.name}-rules.yaml`);
    writeFileSync(input, dump(specification(slo)));
    await run(sloth, ['generate', '--input', input, '--out', output]);
    const { groups } = load(readFileSync(output, 'utf8')) as { groups: { rules: WrittenRule[] }[] };
    written.push(...groups.flatMap((group) => group.rules));
  }
  return written;
}

function specification(slo: ResolvedSlo): unknown {
  const window = (expr: string) => expr.replaceAll('$window', '{{.window}}');
  const sli =
    slo.kind === 'events'
      ? { events: { error_query: window(slo.bad), total_query: window(slo.total) } }
      : { raw: { error_ratio_query: window(badMinutes(slo, '$window')) } };
  return {
    version: 'prometheus/v1',
    service: slo.service,
    slos: [
      {
        name: slo.name,
        objective: slo.objective * 100,
        sli,
        alerting: {
          name: slo.name,
          page_alert: { labels: { severity: 'critical' } },
          ticket_alert: { labels: { severity: 'warning' } },
        },
      },
    ],
  };
}

/** The share of bad minutes in a window, straight from raw series. */
export function badMinutes(slo: Extract<ResolvedSlo, { kind: 'slices' }>, window: string): string {
  const missed = slo.bound.op === '<' ? '>=' : '<=';
  return `avg_over_time(((${rawExpression(slo.level)}) ${missed} bool ${slo.bound.value})[${window}:1m])`;
}
