/** An incident, and the services that its alerts are about. */
export interface Planned<Name extends string = string> {
  readonly name: Name;
  readonly services: readonly string[];
  /** Whether it takes down what others rest on, so that nothing else can be told apart from it. Default: false. */
  readonly alone?: boolean;
}

/**
 * Plays incidents, several at a time: each begins as soon as it shares no service with one that is being played, so
 * that each page has one possible cause. Those that need to be alone come when nothing else can begin.
 *
 * @param most so many at a time.
 * @param play is told which others are played at the same time; the set grows while it runs.
 * @throws what the first `play` that failed threw, once those that had begun have ended; no further one begins.
 */
export async function playAll<Name extends string>(
  incidents: readonly Planned<Name>[],
  most: number,
  play: (name: Name, beside: ReadonlySet<Name>) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  let waiting = incidents;
  const played = new Map<Planned<Name>, { readonly beside: Set<Name>; readonly end: Promise<void> }>();
  const begin = (next: Planned<Name>) => {
    const beside = new Set([...played.keys()].map(({ name }) => name));
    for (const other of played.values()) other.beside.add(next.name);
    const end = play(next.name, beside)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => played.delete(next));
    played.set(next, { beside, end });
  };
  while (played.size > 0 || (waiting.length > 0 && failures.length === 0)) {
    for (const next of failures.length === 0 ? waiting : []) {
      if (played.size < most && [...played.keys()].every((other) => apart(next, other))) begin(next);
    }
    waiting = waiting.filter((each) => !played.has(each));
    await Promise.race([...played.values()].map(({ end }) => end));
  }
  if (failures.length > 0) throw failures[0];
}

const apart = (a: Planned, b: Planned) =>
  !a.alone && !b.alone && !a.services.some((service) => b.services.includes(service));
