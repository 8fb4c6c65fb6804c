export type Fields = Readonly<Record<string, unknown>>;

/** Structured log: one JSON object a line, on standard output. */
export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/** How often the same message is repeated, in milliseconds; between, it is counted. */
const QUIET_MS = 10_000;

/**
 * A log of one role. A message that repeats is written once in ten seconds, with how many were left out: a service
 * in trouble must not fill the disk.
 */
export function createLog(
  role: string,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const recent = new Map<string, { at: number; skipped: number }>();
  const at =
    (level: string) =>
    (message: string, fields: Fields = {}) => {
      const now = Date.now();
      const last = recent.get(message);
      if (last && now - last.at < QUIET_MS) {
        last.skipped++;
        return;
      }
      const skipped = last?.skipped ? { skipped: last.skipped } : {};
      recent.set(message, { at: now, skipped: 0 });
      write(
        `${JSON.stringify({ time: new Date(now).toISOString(), level, role, message, ...fields, ...skipped })}\n`,
      );
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** What went wrong, in one line, with the innermost reason that a library wrapped. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (error.cause instanceof Error) return reasonOf(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.message || code || error.name;
}
