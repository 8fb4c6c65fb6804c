import { findChromium } from '../../../preview/shoot/browser.ts';

/** Why tests in a browser cannot run here, or undefined where they can. */
export function chromiumProblem(): string | undefined {
  try {
    findChromium();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
