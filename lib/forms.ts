import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

/**
 * The forms that values of settings have: one for each notion, wherever it stands. Each message completes "… must be".
 */

/** A host as a URL or an address names it: an IPv6 address stands in brackets. Docker's own names have underscores. */
export function isHost(text: string): boolean {
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1];
  if (bracketed !== undefined) return isIPv6(bracketed) && !bracketed.includes('%');
  const labels = text.split('.');
  const named = labels.every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
  if (!named || text.length > 253) return false;
  // A name that ends like a number is an IPv4 address to every URL parser.
  return /^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '') ? isIPv4(text) : URL.canParse(`http://${text}/`);
}

/** A port from 1 to 65535, in decimal digits. */
export function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

/** Host and port of `host:port`; undefined where it is none. An IPv6 address keeps its brackets. */
export function hostAndPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const colon = text.lastIndexOf(':');
  const [host, port] = [text.slice(0, colon), text.slice(colon + 1)];
  return colon > 0 && isHost(host) && isPort(port) ? { host, port: Number(port) } : undefined;
}

/** `host:port`. */
export const address = z.string().refine((text) => hostAndPort(text) !== undefined, {
  message: 'host:port with a port from 1 to 65535, such as 10.0.0.7:8080 or inference-api:8080',
});

/** A host alone. */
export const host = z.string().refine((text) => isHost(text), {
  message: 'a host name without scheme, port and path, such as grafana.example.com',
});

/** A host name that people open and certificates name: what an Ingress of Kubernetes takes, besides `*.` before it. */
export const publicHost = z
  .string()
  .max(253, { message: 'a host name of at most 253 characters' })
  .regex(/^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/, {
    message: 'a host name in lower-case letters, without scheme, port and path, such as grafana.example.com',
  });

/** A port of the machine that needs no privileges. */
export const machinePort = z
  .int({ message: 'a port from 1024 to 65535' })
  .min(1024, { message: 'a port from 1024 to 65535' })
  .max(65_535, { message: 'a port from 1024 to 65535' });

/** Whether a text is a URL of one of these schemes, with a host and without blanks. */
export function isUrl(text: string, schemes: readonly string[] = ['http', 'https']): boolean {
  const found = /^([a-z][a-z0-9+.-]*):\/\/(?:[^\s/?#@]*@)?([^\s/?#@]+)(?:[/?#]\S*)?$/i.exec(text);
  if (found === null || !schemes.includes((found[1] ?? '').toLowerCase()) || !URL.canParse(text))
    return false;
  const place = found[2] ?? '';
  return isHost(place) || hostAndPort(place) !== undefined;
}

/** An http or https URL. */
export const httpUrl = z
  .string()
  .refine((text) => isUrl(text), { message: 'an http or https URL, such as https://example.com' });

/** A URL that paths are put behind: it has no query, and loses its last slashes. */
export const baseUrl = httpUrl
  .refine((text) => !/[?#]/.test(text), { message: 'a URL without a query, such as https://example.com' })
  .transform((text) => text.replace(/\/+$/, ''));

const NANOSECONDS = {
  y: 31_536_000_000_000_000n,
  w: 604_800_000_000_000n,
  d: 86_400_000_000_000n,
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
} as const;
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
/** What Go's `time.Duration` holds: some 292 years. */
const LONGEST = 2n ** 63n - 1n;

/**
 * Seconds of a duration as Prometheus and Alertmanager read it: units fall from years to milliseconds, each at most once
 * (`ParseDuration` of github.com/prometheus/common/model). NaN where it is none.
 */
export function durationSeconds(text: string): number {
  if (text === '0') return 0;
  const found = text === '' ? null : DURATION.exec(text);
  if (found === null) return Number.NaN;
  const total = Object.values(NANOSECONDS).reduce(
    (sum, size, index) => sum + BigInt(found[index + 1] ?? 0) * size,
    0n,
  );
  return total > LONGEST ? Number.NaN : Number(total) / 1e9;
}

/** A duration of Prometheus or Alertmanager, zero included. */
export const duration = z.string().refine((text) => !Number.isNaN(durationSeconds(text)), {
  message:
    'a Prometheus duration such as 30s, 5m or 1h30m, with falling units (y, w, d, h, m, s, ms), each at most once',
});

/** A duration that is not zero: an interval. */
export const interval = duration.refine(
  (text) => Number.isNaN(durationSeconds(text)) || durationSeconds(text) > 0,
  {
    message: 'a Prometheus duration over zero, such as 15s or 1m',
  },
);

/** Whether this machine knows a time zone of the IANA database. A bare offset such as +02:00 is none to Go. */
export function isTimeZone(text: string): boolean {
  // Go looks a zone up as a file, so that case counts; JavaScript takes any.
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(text)) return false;
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions();
    return known === text || known.toLowerCase() !== text.toLowerCase();
  } catch {
    return false;
  }
}

/** A time zone by its name in the IANA database. */
export const timeZone = z.string().refine(isTimeZone, {
  message: 'an IANA time zone, such as UTC or Europe/Berlin',
});

/** Name of a job, a service or an environment: a DNS label that leaves room for suffixes. */
export const jobName = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, {
  message: 'lower-case letters, digits and dashes, starting with a letter, 40 at most',
});

/** A DNS label of Kubernetes (RFC 1123): a namespace, a Secret's or a Service's part. */
export const dnsLabel = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  message: 'at most 63 lower-case letters, digits and dashes, starting and ending with a letter or digit',
});

/** A name of Kubernetes' objects (RFC 1123 subdomain). */
export const dnsName = z
  .string()
  .max(253, { message: 'a name of at most 253 characters' })
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
    message: 'lower-case letters, digits, dashes and dots, starting and ending with a letter or digit',
  });

/** A label's name as every version of Prometheus takes it. */
export const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, {
  message: 'a label name: letters, digits and underscores, not starting with a digit, such as zone',
});

/** A registry of images with an optional path: the first parts of an image's name. */
export const registry = z.string().refine(
  (text) => {
    const [place = '', ...folders] = text.replace(/\/+$/, '').split('/');
    return (
      (isHost(place) || hostAndPort(place) !== undefined) &&
      folders.every((folder) => /^[a-z0-9]+([._-]+[a-z0-9]+)*$/.test(folder))
    );
  },
  {
    message: 'a registry without a scheme, such as registry.example.com or registry.example.com:5000/mirror',
  },
);

/** A size as Prometheus's retention has it. */
export const size = z
  .string()
  .regex(/^[1-9][0-9]*(MB|GB|TB)$/, { message: 'a size such as 500MB or 10GB, over zero' });

/** Bytes of such a size: Prometheus’s units are powers of two, whatever they are called. */
export const sizeBytes = (text: string): number =>
  Number.parseInt(text, 10) * 2 ** ({ MB: 20, GB: 30, TB: 40 }[text.slice(-2)] ?? 0);

/** A time as Go prints it: what the engine makes of one that stands in the stack's file without quotes. */
export const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+$/;

/** An instant in RFC 3339, with or without quotes in the stack's file. */
export const instant = z
  .string()
  .transform((text) => text.replace(GO_TIME, '$1T$2$3:$4').replace(/\+00:00$/, 'Z'))
  .pipe(z.iso.datetime({ offset: true, message: 'a time with its zone, such as 2027-03-01T20:00:00Z' }));

/** A day, with or without quotes in the stack's file. */
export const day = z
  .string()
  .transform((text) => text.replace(GO_TIME, (whole, date, clock) => (clock === '00:00:00' ? date : whole)))
  .pipe(z.iso.date({ message: 'a day such as 2027-01-31' }));

/** Host and port of a Redis server, alone or as a URL: `rediss://` is TLS. */
export const redisAddress = z
  .string()
  .refine((text) => hostAndPort(text.replace(REDIS_SCHEME, '')) !== undefined, {
    message:
      'host:port or rediss://host:port with a port from 1 to 65535, without user, password and database',
  });

/** The scheme of a URL of Redis. */
export const REDIS_SCHEME = /^rediss?:\/\//;
