import pc from 'picocolors';
import { type Review, review } from '../../operations/review/review.ts';
import { type Paint, textOf } from '../../operations/review/text.ts';
import { EXIT_CODES, STRICT_EXIT_CODES } from '../../operations/review/verdict.ts';
import { PreviewError } from '../../preview/errors.ts';
import { command, type Options, STACK_OPTION } from '../arguments.ts';
import { comparedWith } from '../base.ts';
import { versionAt, versionHere } from '../versions.ts';

/** What every command that compares two versions takes. */
export const REVIEW_OPTIONS = {
  ...STACK_OPTION,
  base: {
    type: 'string',
    env: 'BASE',
    default: 'HEAD',
    help: 'Git ref: the working tree is compared with the commit at which it left it.',
  },
  strict: {
    type: 'boolean',
    help: 'End with 3 where monitoring gets weaker, or may, or data is at risk. Without it only a refusal fails, with 1.',
  },
} as const satisfies Options;

/** What a command did not look at, with the command that does. */
const UNCHECKED = {
  plan: 'what the engine would do to resources: make preview',
  backtest: 'how changed alerts would have fired over real history: make backtest PROM=<url>',
  pictures: 'how changed panels look: make pr-report PROM=<url>',
} as const;

/**
 * What a comparison did not look at, a line each. Where nothing changes, the engine alone knows more; pictures matter
 * where a dashboard changes.
 * @param looked what was looked at beyond the two versions. Default: nothing.
 */
export function uncheckedOf(
  { verdict, changes }: Pick<Review, 'verdict' | 'changes'>,
  looked: readonly (keyof typeof UNCHECKED)[] = [],
): readonly string[] {
  const asked: readonly (keyof typeof UNCHECKED)[] = [
    'plan',
    ...(verdict.level === 'same' ? [] : (['backtest'] as const)),
    ...(changes.some(({ area }) => area === 'dashboard') ? (['pictures'] as const) : []),
  ];
  return asked.filter((each) => !looked.includes(each)).map((each) => UNCHECKED[each]);
}

/** There is nothing to compare with. */
export class CompareError extends Error {
  override readonly name = 'CompareError';
  readonly exitCode = EXIT_CODES.incomparable;
}

export default command({
  name: 'diff',
  summary: 'say what changed since BASE=<git ref>, in alerts, SLOs, receivers, panels and data',
  options: { ...REVIEW_OPTIONS, json: { type: 'boolean', help: 'Print JSON.' } },
  run: async ({ stack, base, strict, json }) => {
    const found = await compare(stack, base);
    const { models: _, series: __, ...shown } = found;
    const unchecked = uncheckedOf(found);
    console.log(json ? JSON.stringify({ ...shown, unchecked }, null, 2) : textOf(found, PAINT, unchecked));
    return (strict ? STRICT_EXIT_CODES : EXIT_CODES)[found.verdict.level];
  },
});

/**
 * Holds the working tree against the commit at which it left the history of a ref: both versions are described at
 * once, each by its own code.
 * @throws CompareError where git does not know the commit, or cannot check it out.
 */
export async function compare(stack: string, base: string) {
  try {
    const [{ names, before }, after] = await Promise.all([
      comparedWith(base).then(async ({ commit, names }) => ({
        names,
        before: await versionAt(commit, stack),
      })),
      versionHere(stack),
    ]);
    return review({ stack, names, before, after });
  } catch (error) {
    throw error instanceof PreviewError ? new CompareError(error.message) : error;
  }
}

const PAINT: Paint = {
  heading: pc.bold,
  faint: pc.dim,
  effect: {
    risk: (text) => pc.bold(pc.red(text)),
    weaker: pc.red,
    unclear: pc.yellow,
    stricter: pc.green,
    neutral: (text) => text,
    refused: pc.red,
    advice: pc.yellow,
  },
};
