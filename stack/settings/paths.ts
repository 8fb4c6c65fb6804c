import { z } from 'zod';

/** Where a page is on its host: Prometheus takes a path and the parameters of the query apart. */
export interface RequestPath {
  /** Decoded: Prometheus encodes it again. */
  readonly path: string;
  /** Values by name. Default: none. */
  readonly params: Readonly<Record<string, readonly string[]>>;
}

/**
 * Takes a checked path with an optional query apart. Prometheus escapes the question mark of a `metrics_path`, so a query
 * works as `params` alone: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
 */
export function requestPath(text: string): RequestPath {
  const [path = '', query = ''] = splitOnce(text, '?');
  const params: Record<string, string[]> = {};
  const given = new URLSearchParams(query);
  for (const name of given.keys()) params[name] = given.getAll(name);
  return { path: decodeURIComponent(path), params };
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** What is wrong with a path, as the end of `must be …`; undefined where nothing is. */
function problemOf(text: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return 'a path that starts with /: the scheme belongs into scheme, host and port into address';
  if (!text.startsWith('/')) return 'a path that starts with /';
  if (text.startsWith('//')) return 'a path that starts with one /: what follows // is a host';
  if (/[\s\p{Cc}]/u.test(text)) return 'a path without blanks: write %20 for a blank that belongs to it';
  if (text.includes('#')) return 'a path without #: what follows it is never sent to the server';
  return undefined;
}

/** A path that is asked for as it stands, query included. */
export const healthPath = z.string().superRefine((text, context) => {
  const problem = problemOf(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

/** A path whose query becomes `params`. */
export const metricsPath = z.string().superRefine((text, context) => {
  const problem = problemOf(text) ?? encodingProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

function encodingProblem(text: string): string | undefined {
  const [path = ''] = splitOnce(text, '?');
  if (/%2f/i.test(path)) return 'a path without %2F: Prometheus asks for a slash in its place';
  try {
    requestPath(text);
  } catch {
    return 'a path in which each % begins an encoded character, such as %20; write %25 for the sign itself';
  }
  return undefined;
}
