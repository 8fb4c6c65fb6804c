import type { Alert } from './alert.ts';
import { missingOf } from './import/ask.ts';
import type { ImportedGroup } from './import/form.ts';
import type { ResolvedSlo } from './index.ts';
import type { OwnProof, OwnSlo } from './settings.ts';
import { UNKNOWN_SAMPLE } from './slo/sample.ts';
import { type Origin, proofOf, sampleOf } from './user-rules.ts';

/** Everything that files in other forms hold, with the proofs that stand elsewhere in `rules.d/`. */
export interface ImportedRules {
  readonly groups: readonly ImportedGroup[];
  readonly alerts: readonly { readonly alert: Alert; readonly origin: string }[];
  readonly slos: readonly ResolvedSlo[];
  /** What is told of them. Further lines may be added. */
  readonly advice: string[];
}

/** Gathers what was imported. A proof of what nothing imports goes to `problems`. */
export function importedOf(own: readonly Origin[], problems: string[]): ImportedRules {
  const found = own.flatMap(({ origin, imported }) => imported.map((each) => ({ origin, ...each })));
  const proofs = proofsOf(own, 'alerts', problems);
  const samples = proofsOf(own, 'slos', problems);
  const groups = renamed(
    found.flatMap(({ origin, groups: each }) => each.map((group) => ({ ...group, origin }))),
  );
  const alerts = groups.flatMap(({ alerts: each, origin }) =>
    each.map((alert) => {
      const proof = proofs.get(alert.name);
      if (proof === undefined) return { alert, origin };
      return {
        // Nothing says which value the expression has then: texts are compared where the case says it.
        alert: { ...alert, proofs: [proofOf(proof.written as OwnProof, Number.NaN)] },
        origin,
      };
    }),
  );
  const slos = found.flatMap(({ origin, slos: imported }) =>
    imported.map((slo): ResolvedSlo => {
      const written = samples.get(slo.name)?.written as OwnSlo['proof'] | undefined;
      const sample = written === undefined ? UNKNOWN_SAMPLE : sampleOf(written, slo.kind);
      return { ...slo, origin, sample, imported: true };
    }),
  );
  const names = {
    alerts: new Set(alerts.map(({ alert }) => alert.name)),
    slos: new Set(slos.map(({ name }) => name)),
  };
  for (const [kind, all] of [
    ['alerts', proofs],
    ['slos', samples],
  ] as const) {
    for (const [name, { origin }] of all) {
      if (names[kind].has(name)) continue;
      const known = [...names[kind]].join(', ') || 'none';
      problems.push(
        `${origin}: proofs.${kind}.${name}: no file imports one under that name; there are ${known}`,
      );
    }
  }
  return {
    groups,
    alerts,
    slos,
    advice: [
      ...found.flatMap(({ origin, advice }) => advice.map((line) => `${origin}: ${line}`)),
      ...missingOf(found.flatMap(({ written }) => written)),
    ],
  };
}

/** Groups of several files under names of their own. */
function renamed<G extends ImportedGroup>(groups: readonly G[]): G[] {
  const taken = new Set<string>();
  return groups.map((group) => {
    let { name } = group;
    for (let count = 2; taken.has(name); count += 1) name = `${group.name}-${count}`;
    taken.add(name);
    const within = <T extends { readonly group: string }>(rule: T): T => ({ ...rule, group: name });
    return { ...group, name, recordings: group.recordings.map(within), alerts: group.alerts.map(within) };
  });
}

function proofsOf(own: readonly Origin[], kind: 'alerts' | 'slos', problems: string[]) {
  const found = new Map<string, { readonly origin: string; readonly written: unknown }>();
  for (const { origin, rules } of own) {
    for (const [name, written] of Object.entries(rules.proofs[kind])) {
      const first = found.get(name);
      if (first === undefined) found.set(name, { origin, written });
      else
        problems.push(`${origin}: proofs.${kind}.${name} stands in ${first.origin} as well: write it once`);
    }
  }
  return found;
}
