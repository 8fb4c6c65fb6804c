/**
 * Renders the part of Prometheus's templates that annotations here use: `$value`, `$labels`, and the humanize
 * functions, to the digit as Prometheus does. Undefined where a template asks the database.
 */
export function renderTemplate(
  template: string,
  value: number,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  if (/\{\{-?\s*(with|range|if|query)\b/.test(template)) return undefined;
  return template.replaceAll(/\{\{\s*(.*?)\s*\}\}/g, (_, action: string) => {
    const [subject = '', filter] = action.split('|').map((part) => part.trim());
    const label = /^\$labels\.(\w+)$/.exec(subject)?.[1];
    if (label !== undefined) return labels[label] ?? '';
    if (subject !== '$value') throw new Error(`annotation “${template}”: “${action}” is not supported`);
    if (filter === undefined) return general(value, 17);
    const humanize = FILTERS[filter];
    if (!humanize) throw new Error(`annotation “${template}”: the function “${filter}” is not supported`);
    return humanize(value);
  });
}

const FILTERS: Readonly<Record<string, (value: number) => string>> = {
  humanize: (value) => {
    if (value === 0 || !Number.isFinite(value)) return general(value);
    return Math.abs(value) >= 1
      ? scaled(value, ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'])
      : shrunk(value, ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y']);
  },
  humanizePercentage: (value) => `${general(value * 100)}%`,
  humanizeDuration,
};

function humanizeDuration(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return `${general(value)}s`;
  if (Math.abs(value) < 1) return `${shrunk(value, ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y'])}s`;
  const sign = value < 0 ? '-' : '';
  const total = Math.trunc(Math.abs(value));
  const [d, h, m, s] = [
    Math.floor(total / 86_400),
    Math.floor(total / 3600) % 24,
    Math.floor(total / 60) % 60,
    total % 60,
  ];
  if (d) return `${sign}${d}d ${h}h ${m}m ${s}s`;
  if (h) return `${sign}${h}h ${m}m ${s}s`;
  if (m) return `${sign}${m}m ${s}s`;
  return `${sign}${general(Math.abs(value))}s`;
}

function scaled(value: number, prefixes: readonly string[]): string {
  let index = 0;
  let rest = value;
  while (Math.abs(rest) >= 1000 && index < prefixes.length - 1) {
    rest /= 1000;
    index += 1;
  }
  return general(rest) + prefixes[index];
}

function shrunk(value: number, prefixes: readonly string[]): string {
  let index = 0;
  let rest = value;
  while (Math.abs(rest) < 1 && index < prefixes.length - 1) {
    rest *= 1000;
    index += 1;
  }
  return general(rest) + prefixes[index];
}

/** C's `%.4g`. */
function general(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) return String(Number(value.toPrecision(digits)));
  const sign = exponent < 0 ? '-' : '+';
  return `${Number(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
