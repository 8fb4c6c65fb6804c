import type { How } from './sources/way.ts';
import type { Tool } from './versions.ts';

/** A tool that is there. */
export interface Found {
  readonly name: string;
  /** Absolute path of the executable. */
  readonly path: string;
  readonly version: string;
  readonly how: How;
}

/** A tool that cannot be had. */
export interface Missing {
  readonly name: string;
  readonly optional: boolean;
  /** Each way that was tried and why it failed. */
  readonly tried: readonly string[];
  /** What to do, in one sentence. */
  readonly advice: string;
}

export type Outcome = Found | Missing;

export function isMissing(outcome: Outcome): outcome is Missing {
  return 'tried' in outcome;
}

/** Some tools cannot be had. Its message names, for each, every way that was tried and what to do. */
export class ToolsError extends Error {
  readonly missing: readonly Missing[];

  constructor(missing: readonly Missing[]) {
    super(missing.map(describe).join('\n'));
    this.name = 'ToolsError';
    this.missing = missing;
  }
}

function describe(missing: Missing): string {
  const tried = missing.tried.map((line) => `    ${line}`).join('\n');
  return `${missing.name} cannot be had. Tried:\n${tried}\n  To mend it: ${missing.advice}`;
}

/** What a user can do about a tool that no way gave. */
export function adviceFor(name: string, tool: Tool): string {
  const ways: string[] = [];
  if (tool.go) ways.push('install Go 1.26 or newer (macOS: brew install go; otherwise https://go.dev/dl)');
  if (tool.release) {
    ways.push(
      `let this machine reach ${new URL(tool.release.base).host}, or set FSM_RELEASE_BASE to a mirror of it`,
    );
  }
  if (tool.help) ways.push(tool.help);
  const sentence = ways.join('; or ');
  return `${sentence}; then run: node tools/main.ts ${name}`;
}
