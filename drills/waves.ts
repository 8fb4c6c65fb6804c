/** An incident, and the services that its alerts are about. */
export interface Planned {
  readonly name: string;
  readonly services: readonly string[];
  /** Whether it takes down what others rest on, so that nothing else can be told apart from it. Default: false. */
  readonly alone?: boolean;
}

/**
 * Incidents in waves that can run at the same time: none shares a service with another, so that each page has one
 * possible cause. Order is kept where it can be.
 */
export function wavesOf(incidents: readonly Planned[], most: number): readonly (readonly Planned[])[] {
  const waves: Planned[][] = [];
  for (const incident of incidents) {
    const wave = waves.find(
      (others) =>
        !incident.alone &&
        others.length < most &&
        others.every(
          (other) => !other.alone && !other.services.some((name) => incident.services.includes(name)),
        ),
    );
    if (wave === undefined) waves.push([incident]);
    else wave.push(incident);
  }
  return waves;
}
