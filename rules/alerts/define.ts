import { DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { quoteExpression } from '../../lib/re2.ts';

export type { RuleModule } from '../alert.ts';
export * from '../series.ts';

/** The team that operates the monitoring stack and the machines. */
export const PLATFORM_TEAM = 'platform';

/** Who owns a service or dependency; the platform team where the catalogue names nobody. */
export function teamOf(service: string): string {
  const owners: Record<string, { team: string }> = { ...SERVICES, ...DEPENDENCIES };
  return owners[service]?.team ?? PLATFORM_TEAM;
}

/** A regular expression that matches exactly these texts, quoted as PromQL writes it: `"a|b"`. */
export const anyOf = (texts: readonly string[]): string =>
  JSON.stringify(texts.map(quoteExpression).join('|'));
