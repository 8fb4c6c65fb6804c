import pc from 'picocolors';

/** Where progress goes. A terminal is one that has `isTTY`. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const REDRAW_MS = 1000;

/**
 * One line a tool that had to be obtained, written when it is done. On a terminal the last line shows what is
 * going on meanwhile; in a pipe nothing is ever overwritten and nothing is coloured.
 */
export class Progress {
  private readonly output: ProgressOutput;
  private readonly running = new Map<string, { doing: string; since: number }>();
  private readonly colours: ReturnType<typeof pc.createColors>;
  private timer: NodeJS.Timeout | undefined;

  constructor(output: ProgressOutput) {
    this.output = output;
    this.colours = pc.createColors(output.isTTY === true && pc.isColorSupported);
  }

  /** Says what is being done for a tool. */
  step(name: string, doing: string): void {
    this.running.set(name, { doing, since: this.running.get(name)?.since ?? Date.now() });
    if (!this.output.isTTY) return;
    this.timer ??= setInterval(() => this.draw(), REDRAW_MS).unref();
    this.draw();
  }

  /** The tool is there. */
  done(name: string, text: string): void {
    this.line(
      name,
      `${this.colours.green('✓')} ${this.colours.bold(name)} ${text}${this.took(name)}${this.left(name)}`,
    );
  }

  /** An optional tool is left out. */
  skipped(name: string, reason: string): void {
    this.line(name, `${this.colours.yellow('–')} ${this.colours.bold(name)} left out: ${reason}`);
  }

  failed(name: string): void {
    this.line(name, `${this.colours.red('✗')} ${this.colours.bold(name)} cannot be had${this.took(name)}`);
  }

  /** Leaves the terminal with finished lines only. */
  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.running.clear();
    this.clear();
  }

  private took(name: string): string {
    const since = this.running.get(name)?.since;
    const seconds = since === undefined ? 0 : Math.round((Date.now() - since) / 1000);
    return seconds > 0 ? this.colours.dim(` (${seconds} s)`) : '';
  }

  /** How many are still to come: nothing for the last. */
  private left(name: string): string {
    const others = this.running.size - (this.running.has(name) ? 1 : 0);
    return others > 0 ? this.colours.dim(`, ${others} to go`) : '';
  }

  private line(name: string, text: string): void {
    this.running.delete(name);
    this.clear();
    this.output.write(`${text}\n`);
    this.draw();
  }

  private clear(): void {
    if (this.output.isTTY) this.output.write('\r\x1b[K');
  }

  private draw(): void {
    if (!this.output.isTTY || this.running.size === 0) return;
    const now = Date.now();
    const parts = [...this.running].map(
      ([name, { doing, since }]) => `${name}: ${doing} (${Math.round((now - since) / 1000)} s)`,
    );
    // A wrapped line could not be cleared again.
    const room = (this.output.columns ?? 80) - 3;
    const text = parts.join(', ');
    this.output.write(
      `\r\x1b[K${this.colours.dim(`… ${text.length > room ? `${text.slice(0, room - 1)}…` : text}`)}`,
    );
  }
}
