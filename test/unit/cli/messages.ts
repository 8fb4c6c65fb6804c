import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDERS = [
  'catalogue',
  'rules',
  'dashboards',
  'notifications',
  'components',
  'platforms',
  'stack',
  'policies',
  'operations',
  'preview',
  'lib',
  'cli',
  'tools',
];

/** A message as it stands in the source. Each value that is filled in is `X`. */
export interface Message {
  /** `file:line`. */
  readonly at: string;
  readonly text: string;
  /** Expressions of the values that are filled in anywhere in it. */
  readonly values: readonly string[];
  /** Whether nothing is put before or after it. */
  readonly whole: boolean;
}

/** Errors whose message a person reads as it stands. */
const SHOWN =
  /^(Usage|Report|Page|Compare|Preview|Tools|Registry|Docker|Kubectl|Passphrase|Locked|State|Silences|LocalPlatform)Error$/;
/** Errors that take a list of problems, each a sentence under a head. */
const LISTED = /^(Settings|UserFiles|Rules|Dashboards|Notifications)Error$/;

/** Every message for people that the source writes out: those of errors, and those put into lists of problems. */
export function messages(): readonly Message[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => messagesIn(join(folder, path))),
  );
}

function messagesIn(path: string): readonly Message[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  if (!/Error\(|problems\.push\(/.test(text)) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Message[] = [];
  const take = (node: ts.Expression, whole: boolean) => {
    const at = `${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    found.push(...textsOf(node).map((said) => ({ at, text: said, values: valuesIn(node), whole })));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
      const [first] = node.arguments ?? [];
      if (first && SHOWN.test(node.expression.text)) take(first, true);
      if (first && LISTED.test(node.expression.text) && ts.isArrayLiteralExpression(first))
        for (const each of first.elements) take(each, false);
    }
    if (ts.isCallExpression(node) && /(^|\.)(problems|found)\.push$/.test(node.expression.getText()))
      for (const each of node.arguments) take(each, false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What is filled into the templates of an expression, as the source has it. */
function valuesIn(node: ts.Node): readonly string[] {
  const own = ts.isTemplateExpression(node)
    ? node.templateSpans.map(({ expression }) => expression.getText())
    : [];
  const inner: string[] = [];
  ts.forEachChild(node, (child) => {
    inner.push(...valuesIn(child));
  });
  return [...own, ...inner];
}

/** The texts that an expression may be; none where it is put together elsewhere. */
function textsOf(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join('')];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return textsOf(node.left).flatMap((left) => textsOf(node.right).map((right) => left + right));
  return [];
}
