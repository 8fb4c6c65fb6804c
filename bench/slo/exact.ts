/**
 * Events counted exactly: what each counter shows now less what it showed a window ago. Rates foretell what lies
 * between the edges of their range and the nearest samples; this does not. Right only where no counter starts anew.
 *
 * @param expr events a second, with `$window` for the range
 */
export const exactCount = (expr: string, window: string): string =>
  expr.replaceAll(
    /rate\(([^[]+)\[\$window\]\)/g,
    (_, series: string) => `(${series} - ${series} offset ${window})`,
  );
