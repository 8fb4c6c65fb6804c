/** One series of a `/metrics` page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A `/metrics` page. */
export interface Exposition {
  /** Declared type by metric. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

/** Parses Prometheus's text format, and OpenMetrics as far as both agree. Throws with the line that is neither. */
export function parseExposition(page: string): Exposition {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const [index, line] of page.split('\n').entries()) {
    const text = line.trim();
    const type = /^#\s*TYPE\s+(\S+)\s+(\S+)/.exec(text);
    if (type?.[1] && type[2]) types.set(type[1], type[2]);
    if (text === '' || text.startsWith('#')) continue;
    const parts = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s*([^\s{}]+)(?:\s|$)/.exec(text);
    if (!parts?.[1] || !parts[3]) throw new Error(`line ${index + 1} is no sample: ${text.slice(0, 80)}`);
    samples.push({ name: parts[1], labels: parseLabels(parts[2] ?? ''), value: parseValue(parts[3]) });
  }
  return { types, samples };
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"/g)].map(
      ([, name = '', value = '']) => [
        name,
        value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
      ],
    ),
  );
}

function parseValue(text: string): number {
  if (/^[+-]?Inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}
