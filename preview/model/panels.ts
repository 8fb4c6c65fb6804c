interface Named {
  readonly id?: number;
  readonly title?: string;
}

/**
 * Panels by what tells one from the others of its dashboard: its id, or where it has none, as in JSON written by hand,
 * its title and its place among those of that title.
 */
export function panelsByKey<T extends Named>(panels: readonly T[]): ReadonlyMap<string, T> {
  const seen = new Map<string, number>();
  return new Map(
    panels.map((panel) => {
      const { id, title = '' } = panel;
      if (id !== undefined) return [`id ${id}`, panel];
      const place = (seen.get(title) ?? 0) + 1;
      seen.set(title, place);
      return [`${place} “${title}”`, panel];
    }),
  );
}
