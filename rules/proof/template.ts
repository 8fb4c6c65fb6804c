/** An action that is rendered here: a label, or the value, as it is or through one function. */
const ACTION = /\{\{\s*(?:\$labels\.([a-zA-Z_]\w*)|\$value(?:\s*\|\s*(\w+))?)\s*\}\}/g;

/**
 * Renders the part of Prometheus's templates that most annotations use: `$value`, `$labels.<name>`, and three
 * humanize functions, to the digit as Prometheus does. Undefined where a text has anything else, which Prometheus
 * alone renders.
 */
export function renderTemplate(
  template: string,
  value: number,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  let known = true;
  const render = (label: string | undefined, filter: string | undefined): string => {
    if (label !== undefined) return labels[label] ?? '';
    // Go writes a float without an exponent up to 21 digits.
    if (filter === undefined) return general(value, 17, 21);
    const humanize = Object.hasOwn(FILTERS, filter) ? FILTERS[filter] : undefined;
    known &&= humanize !== undefined;
    return humanize?.(value) ?? '';
  };
  const parts = template.split(ACTION);
  // Each action leaves two pieces, its label and its function, between the texts around it.
  const rendered = parts.map((part, index) =>
    index % 3 === 0 ? part : index % 3 === 1 ? render(parts[index], parts[index + 1]) : '',
  );
  const plain = parts.every((part, index) => index % 3 !== 0 || !part.includes('{{'));
  return known && plain ? rendered.join('') : undefined;
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

/** C's `%.4g`; an exponent is written from `widest` digits on. */
function general(value: number, digits = 4, widest = digits): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < widest) return String(Number(value.toPrecision(digits)));
  const sign = exponent < 0 ? '-' : '+';
  return `${Number(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
