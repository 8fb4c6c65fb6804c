import { z } from 'zod';
import type { Slo } from '../catalogue/slos.ts';
import { nearest } from '../lib/nearest.ts';
import { yamlProblem } from '../lib/yaml-problem.ts';
import type { Alert, InputSeries, Proof, Recording } from './alert.ts';
import { teamOf } from './alerts/define.ts';
import { type Imported, readDocuments } from './import/index.ts';
import {
  type OwnAlert,
  type OwnProof,
  type OwnRecording,
  type OwnRules,
  type OwnSlo,
  ownRules,
} from './settings.ts';
import type { SloSample } from './slo/sample.ts';
import { thresholdValue } from './threshold.ts';

/** A user's own rules, and where they were written. */
export interface Origin {
  readonly origin: string;
  readonly rules: OwnRules;
  /** What stands in the file in other forms than ours. */
  readonly imported: readonly Imported[];
}

/** Reads the files of `rules.d/`, given by name. Mistakes go to `problems`, each with its file and key. */
export function readOwnRules(files: Readonly<Record<string, string>>, problems: string[]): Origin[] {
  return Object.entries(files)
    .sort(([left], [right]) => left.localeCompare(right))
    .flatMap(([file, content]) => {
      const found: string[] = [];
      try {
        return readFile(file, content, found);
      } catch (error) {
        found.push(yamlProblem(error));
        return [];
      } finally {
        problems.push(...found.map((problem) => `${file}: ${problem}`));
      }
    });
}

function readFile(file: string, content: string, problems: string[]): Origin[] {
  return readDocuments(content, file, problems).flatMap((document): Origin[] => {
    if ('imported' in document) {
      return [{ origin: file, rules: ownRules.parse({}), imported: [document.imported] }];
    }
    const result = ownRules.safeParse(document.own);
    if (result.success) return [{ origin: file, rules: result.data, imported: [] }];
    problems.push(
      ...result.error.issues.flatMap((issue) => explainOwn(issue, ownRules)),
      'docs/bring-your-own.md has an example of each kind of rule that can be pasted',
    );
    return [];
  });
}

/** A mistake that zod found, as one line. */
export function explain(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  return path ? `${path}: ${issue.message}` : issue.message;
}

/** The same for a file of rules: unknown and missing keys are said with what there is. */
function explainOwn(issue: z.core.$ZodIssue, schema: z.ZodType): string[] {
  const path = issue.path.join('.');
  const within = path === '' ? 'the file' : path;
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const list = known.length > 0 ? `; known are ${known.join(', ')}` : '';
      return `${within}: there is no key “${key}”${near ? `; did you mean “${near}”?` : ''}${list}`;
    });
  }
  if (issue.code === 'invalid_type') {
    const known = keysAt(schema, issue.path);
    const keys = known.length > 0 ? ` with the keys ${known.join(', ')}` : '';
    const wanted = { object: `a group${keys}`, record: 'names with a group each', array: 'a list' };
    const expected = wanted[issue.expected as keyof typeof wanted] ?? `a ${issue.expected}`;
    const about = schemaAt(schema, issue.path)?.description;
    return [`${within}: ${expected} is wanted${about ? ` (${about.replace(/\.$/, '')})` : ''}`];
  }
  return [explain(issue)];
}

/** The schema within defaults and optionals. */
function plain(schema: z.ZodType | undefined): z.ZodType | undefined {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodPrefault) {
    here = here.unwrap() as z.ZodType;
  }
  return here;
}

/** The schema at a path; undefined where several are possible. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((within, part) => {
    const here = plain(within);
    if (here instanceof z.ZodObject) return here.shape[String(part)] as z.ZodType | undefined;
    if (here instanceof z.ZodArray) return here.element as z.ZodType;
    return here instanceof z.ZodRecord ? (here.valueType as z.ZodType) : undefined;
  }, schema);
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const here = plain(schemaAt(schema, path));
  if (here instanceof z.ZodObject) return Object.keys(here.shape);
  if (!(here instanceof z.ZodDiscriminatedUnion)) return [];
  return [...new Set(here.options.flatMap((option) => Object.keys((option as z.ZodObject).shape)))];
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
    ...(own.allow && { allow: own.allow }),
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
    ...(own.allow && { allow: own.allow }),
    proofs: [proofOf(own.proof, value)],
  };
}

/**
 * A boundary case as a user writes it.
 * @param value of the expression where the case does not say; NaN where nothing says, and texts are not compared.
 */
export function proofOf(proof: OwnProof, value: number): Proof {
  return {
    series: (level): readonly InputSeries[] => (level === 1 ? proof.over : proof.under),
    over: 1,
    under: 0,
    value: () => proof.value ?? value,
    ...(proof.settles && { settles: proof.settles }),
    ...(proof.recovers && { recovers: proof.recovers }),
    ...(proof.labels && { labels: proof.labels }),
  };
}

/** An SLO of a user's, with what its metrics look like. */
export function ownSlo(own: OwnSlo): Slo & { readonly sample: SloSample } {
  const { proof, pages, ...rest } = own;
  return { ...rest, ...(pages !== undefined && { pages }), sample: sampleOf(proof, own.kind) };
}

/** What the metrics of an SLO look like, from its values for what is good and what is bad. */
export const sampleOf =
  (proof: OwnSlo['proof'], kind: Slo['kind']): SloSample =>
  (share, perSecond) =>
    proof.map(({ series, kind: type, good, bad }) => ({
      series,
      kind: type,
      value: (good + (bad - good) * share) * (kind === 'events' ? perSecond : 1),
    }));
