import { YAMLException } from 'js-yaml';

/**
 * Why a text is not YAML, in words that follow the name of its file: `it is not YAML at line 2, column 1: …`.
 * @param error what `load` of js-yaml threw.
 */
export function yamlProblem(error: unknown): string {
  if (!(error instanceof YAMLException)) return `it is not YAML: ${(error as Error).message.split('\n')[0]}`;
  const { reason, mark } = error;
  const place = mark === undefined ? '' : ` at line ${mark.line + 1}, column ${mark.column + 1}`;
  return `it is not YAML${place}: ${reason.split('\n')[0]}. Correct it there`;
}
