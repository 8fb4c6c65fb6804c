import { seconds } from '../../../lib/promql/parse.ts';
import { type Change, compared } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import type { Model } from '../model.ts';
import type { DescribedFile, DescribedWorkload } from '../version.ts';

/** What runs, and what it keeps. Versions of which one does not say are not compared. */
export function workloadChanges(before: Model, after: Model): readonly Change[] {
  if (before.workloads === undefined || after.workloads === undefined) return [];
  const { added, removed, both } = compared(before.workloads, after.workloads);
  return [
    ...removed.map(([name, was]) =>
      was.data === undefined
        ? change(name, 'removed', { kind: 'removed', effect: 'unclear' })
        : atRisk(name, `removed, and what it keeps in ${was.data.mount} is no longer anybody’s`),
    ),
    ...added.map(([name, { image }]) =>
      change(name, image === '' ? 'added' : `added (${image})`, { kind: 'added' }),
    ),
    ...both.flatMap(({ was, now }) => [
      ...data(was, now),
      ...program(was, now),
      ...files(was, now),
      ...rest(was, now),
    ]),
  ];
}

function change(subject: string, text: string, more: Partial<Change> = {}): Change {
  return { area: 'workload', subject, kind: 'changed', text, effect: 'neutral', ...more };
}

function atRisk(subject: string, text: string): Change {
  return { area: 'data', subject, kind: 'changed', text, effect: 'risk' };
}

/** Volumes and retention: what gets less is deleted. */
function data(was: DescribedWorkload, now: DescribedWorkload): readonly Change[] {
  const { name } = now;
  const risks: string[] = [];
  const notes: string[] = [];
  const unclear: string[] = [];
  if (was.data && now.data === undefined) risks.push(`keeps nothing any longer, it kept ${was.data.mount}`);
  if (was.data && now.data) {
    if (was.data.mount !== now.data.mount)
      risks.push(`keeps ${now.data.mount} instead of ${was.data.mount}: it starts empty`);
    if (was.data.gibibytes !== now.data.gibibytes) {
      const smaller = now.data.gibibytes < was.data.gibibytes;
      (smaller ? risks : notes).push(
        `volume ${was.data.gibibytes} GiB → ${now.data.gibibytes} GiB${smaller ? ': a volume that shrinks is replaced' : ''}`,
      );
    }
    if (was.replicas !== now.replicas)
      (now.replicas < was.replicas ? risks : notes).push(`replicas ${was.replicas} → ${now.replicas}`);
  } else if (was.replicas !== now.replicas)
    (now.replicas < was.replicas ? unclear : notes).push(`replicas ${was.replicas} → ${now.replicas}`);
  if (was.data === undefined && now.data) notes.push(`keeps ${now.data.mount}, ${now.data.gibibytes} GiB`);
  for (const [flag, amount] of Object.entries(RETENTION)) {
    const [before, after] = [flagOf(was, flag), flagOf(now, flag)];
    if (before === after) continue;
    if (before === undefined || after === undefined) {
      unclear.push(`retention ${before ?? 'without a limit'} → ${after ?? 'without a limit'}`);
      continue;
    }
    const less = amount(after) < amount(before);
    (less ? risks : notes).push(
      `retention ${before} → ${after}${less ? ': samples beyond it are deleted' : ''}`,
    );
  }
  return [
    ...risks.map((text) => atRisk(name, text)),
    ...unclear.map((text) => change(name, text, { effect: 'unclear' })),
    ...notes.map((text) => change(name, text)),
  ];
}

const SIZES: Readonly<Record<string, number>> = { MB: 1, GB: 1e3, TB: 1e6 };

/** Flags that say how much is kept, each with how to compare its values. */
const RETENTION: Readonly<Record<string, (value: string) => number>> = {
  '--storage.tsdb.retention.time': seconds,
  '--storage.tsdb.retention.size': (value) =>
    Number.parseFloat(value) * (SIZES[value.replace(/^[0-9.]+/, '')] ?? Number.NaN),
};

const flagOf = ({ args }: DescribedWorkload, flag: string) =>
  args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1);

/** Its image and arguments; either restarts it. */
function program(was: DescribedWorkload, now: DescribedWorkload): readonly Change[] {
  const told = ([flag]: [string, string]) => !(flag in RETENTION);
  const [before, after] = [was, now].map(({ args }) =>
    Object.fromEntries(
      [...Map.groupBy(flags(args).filter(told), ([flag]) => flag)].map(([flag, all]) => [
        flag,
        all.map(([, value]) => value).join(', '),
      ]),
    ),
  );
  return [
    ...(was.image === now.image
      ? []
      : [change(now.name, `image ${was.image} → ${now.image}`, { effect: 'unclear' })]),
    ...differences(before, after).map((each) =>
      change(now.name, describeDifference(each), { effect: 'unclear' }),
    ),
  ];
}

/** Arguments as flag and value; those without a flag by their place. */
function flags(args: readonly string[]): [string, string][] {
  return args.map((arg, index) => {
    const at = arg.indexOf('=');
    if (at > 0) return [arg.slice(0, at), arg.slice(at + 1)];
    return arg.startsWith('-') ? [arg, 'on'] : [`argument ${index + 1}`, arg];
  });
}

function files(was: DescribedWorkload, now: DescribedWorkload): readonly Change[] {
  const byPath = ({ files }: DescribedWorkload) => new Map(files.map((file) => [file.path, file]));
  const { added, removed, both } = compared(byPath(was), byPath(now));
  const effect = ({ onChange }: DescribedFile) =>
    onChange === 'restart' ? 'it restarts' : 'read again without a restart';
  return [
    ...removed.map(([path, file]) =>
      change(now.name, `file ${path} removed: ${effect(file)}`, { effect: 'unclear' }),
    ),
    ...added.map(([path, file]) =>
      change(now.name, `file ${path} added: ${effect(file)}`, { effect: 'unclear' }),
    ),
    ...both
      .filter((each) => each.was.hash !== each.now.hash)
      .map((each) =>
        change(now.name, `file ${each.name} changed: ${effect(each.now)}`, { effect: 'unclear' }),
      ),
  ];
}

function rest(was: DescribedWorkload, now: DescribedWorkload): readonly Change[] {
  return differences(plain(was), plain(now)).map((each) =>
    change(now.name, describeDifference(each), { effect: takesNothing(each) ? 'neutral' : 'unclear' }),
  );
}

/** Whether a difference gives and takes nothing: more of a resource, or one more connection. */
const takesNothing = ({ path, before, after }: Difference): boolean =>
  (path.startsWith('resources.') && Number(after) > Number(before)) ||
  (path.startsWith('connects to') && before === 'nothing');

/** What a workload declares besides, connections as people write them. */
function plain({ rest: { connectsTo, ...others } }: DescribedWorkload): Readonly<Record<string, unknown>> {
  if (!Array.isArray(connectsTo)) return { ...others, connectsTo };
  const places = (connectsTo as readonly Readonly<Record<string, unknown>>[]).map(
    ({ workload, outside, discovered, port, protocol }) =>
      [workload ?? outside ?? discovered, port && `:${port}`, protocol && `/${protocol}`].join(''),
  );
  return { ...others, 'connects to': places };
}
