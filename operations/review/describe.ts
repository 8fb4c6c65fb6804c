import { createHash } from 'node:crypto';
import { estimatedSeries, type Finding } from '../../policies/index.ts';
import type { RuleSet } from '../../rules/index.ts';
import {
  type Declared,
  type DescribedFile,
  type DescribedWorkload,
  recordingKey,
  VERSION_SCHEMA,
  type Version,
} from './version.ts';

/** A workload as far as it is described; every platform’s workloads fit. */
export interface DescribableWorkload {
  readonly name: string;
  readonly program: { readonly image: string };
  readonly args: readonly string[];
  readonly directories?: readonly {
    readonly mount: string;
    readonly files: Readonly<Record<string, unknown>>;
    readonly secret?: boolean;
    readonly onChange: { readonly reload: string } | string;
  }[];
  readonly data?: { readonly mount: string; readonly gibibytes: number };
  readonly replicas?: number;
}

export interface DescribeOptions {
  readonly stack: string;
  readonly platform: string;
  /** Content by path, the paths of `make render`. */
  readonly files: Readonly<Record<string, string>>;
  readonly rules: RuleSet;
  readonly workloads: readonly DescribableWorkload[];
  readonly findings: readonly Finding[];
  /** What may be wrong with files of users, and settings that do nothing, a sentence each. */
  readonly advice: readonly string[];
  /** Folder that paths begin with, on a platform whose workloads are processes. */
  readonly root: string;
  /** What must not appear. */
  readonly secrets: readonly string[];
  /** What stands in no file. */
  readonly declared: Declared;
}

/** Describes a version. Where the checkout lies, and every secret, is left out of it. */
export function describe(options: DescribeOptions): Version {
  const { stack, platform, files, rules, workloads, findings, advice } = options;
  const cleaner = cleanerOf(options);
  const version: Version = {
    schema: VERSION_SCHEMA,
    stack,
    files,
    facts: {
      platform,
      thresholds: Object.fromEntries(rules.alerts.map(({ name, threshold }) => [name, threshold])),
      workloads: workloads.map((each) => workload(each, new Set(Object.values(files)), cleaner)),
      findings,
      advice,
      declared: options.declared,
      series: Object.fromEntries(
        rules.recordings.map((rule) => [
          recordingKey(rule.record, rule.labels),
          estimatedSeries(rule, { rules }),
        ]),
      ),
    },
  };
  return JSON.parse(JSON.stringify(version), (_, value: unknown) =>
    typeof value === 'string' ? cleaner(value) : value,
  ) as Version;
}

/** Files that are compared as what they say are left out: here is what no other part of a version holds. */
function workload(
  { name, program, args, directories = [], data, replicas = 1, ...rest }: DescribableWorkload,
  told: ReadonlySet<string>,
  cleaner: (text: string) => string,
): DescribedWorkload {
  const files = directories.flatMap(({ mount, files, secret, onChange }) =>
    Object.entries(files)
      .filter(([, content]) => secret || typeof content !== 'string' || !told.has(content))
      .map(
        ([path, content]): DescribedFile => ({
          path: `${mount}/${path}`,
          ...(secret || typeof content !== 'string' ? {} : { hash: sha256(cleaner(content)) }),
          onChange: typeof onChange === 'string' ? onChange : 'reload',
        }),
      ),
  );
  return { name, image: program.image, args, files, ...(data === undefined ? {} : { data }), replicas, rest };
}

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

/** What stands for a secret: plain text in YAML and JSON as well. */
export const LEFT_OUT = 'secret-left-out';

/** A text as short as this is found everywhere by chance. */
const SHORTEST_SECRET = 6;

/** Takes the root and every secret out of a text. */
function cleanerOf({ root, secrets }: DescribeOptions): (text: string) => string {
  const hidden = secrets.filter((value) => value.length >= SHORTEST_SECRET);
  return (text) =>
    hidden.reduce((rest, value) => rest.replaceAll(value, LEFT_OUT), text.replaceAll(root, '<project>'));
}
