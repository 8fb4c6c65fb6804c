import { load } from 'js-yaml';
import type { z } from 'zod';
import type { Slo } from '../catalogue/slos.ts';
import type { Alert, InputSeries, Recording } from './alert.ts';
import { teamOf } from './alerts/define.ts';
import { type OwnAlert, type OwnRecording, type OwnRules, type OwnSlo, ownRules } from './settings.ts';
import type { SloSample } from './slo/sample.ts';
import { thresholdValue } from './threshold.ts';

/** A user's own rules, and where they were written. */
export interface Origin {
  readonly origin: string;
  readonly rules: OwnRules;
}

/** Reads the files of `rules.d/`, given by name. Mistakes go to `problems`, each with its file and key. */
export function readOwnRules(files: Readonly<Record<string, string>>, problems: string[]): Origin[] {
  return Object.entries(files)
    .sort(([left], [right]) => left.localeCompare(right))
    .flatMap(([file, content]) => {
      let parsed: unknown;
      try {
        parsed = load(content) ?? {};
      } catch (error) {
        problems.push(`${file}: no YAML: ${(error as Error).message.split('\n')[0]}`);
        return [];
      }
      const result = ownRules.safeParse(parsed);
      if (result.success) return [{ origin: file, rules: result.data }];
      problems.push(...result.error.issues.map((issue) => `${file}: ${explain(issue)}`));
      return [];
    });
}

/** A mistake that zod found, as one line. */
export function explain(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  return path ? `${path}: ${issue.message}` : issue.message;
}

/** A recording rule of a user's as the rules know them. */
export function ownRecording({ proof, ...own }: OwnRecording, origin: string): Recording {
  const { series, lasts, yields } = proof;
  return {
    record: own.record,
    group: 'own',
    expr: own.expr,
    ...(own.labels && { labels: own.labels }),
    help: own.help,
    origin,
    proofs: [
      {
        name: origin,
        phases: [{ lasts, series }],
        // The labels that the rule adds need not be said twice.
        yields: yields.map(({ labels, value }) => ({ labels: { ...labels, ...own.labels }, value })),
      },
    ],
  };
}

/** An alert of a user's as the rules know alerts. */
export function ownAlert(own: OwnAlert, problems: string[], origin: string): Alert {
  let value = 0;
  try {
    value = thresholdValue(own.threshold.value, own.threshold.unit);
  } catch (error) {
    problems.push(`${origin}: alert ${own.name}: threshold: ${(error as Error).message}`);
  }
  const { proof } = own;
  return {
    name: own.name,
    group: 'own',
    severity: own.severity,
    service: own.service,
    team: own.team ?? teamOf(own.service),
    signal: own.signal,
    expr: (threshold) => own.expr.replaceAll('$threshold', threshold),
    threshold: { value, unit: own.threshold.unit, direction: own.threshold.direction },
    for: own.for,
    summary: own.summary,
    description: own.description,
    runbook: own.runbook,
    dashboard: own.dashboard,
    proofs: [
      {
        series: (level): readonly InputSeries[] => (level === 1 ? proof.over : proof.under),
        over: 1,
        under: 0,
        value: () => proof.value ?? value,
        ...(proof.settles && { settles: proof.settles }),
        ...(proof.recovers && { recovers: proof.recovers }),
        ...(proof.labels && { labels: proof.labels }),
      },
    ],
  };
}

/** An SLO of a user's, with what its metrics look like. */
export function ownSlo(own: OwnSlo): Slo & { readonly sample: SloSample } {
  const { proof, pages, ...rest } = own;
  const sample: SloSample = (share, perSecond) =>
    proof.map(({ series, kind, good, bad }) => ({
      series,
      kind,
      value: (good + (bad - good) * share) * (own.kind === 'events' ? perSecond : 1),
    }));
  return { ...rest, ...(pages !== undefined && { pages }), sample };
}
