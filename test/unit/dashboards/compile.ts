import { join } from 'node:path';
import ts from 'typescript';

const HERE = import.meta.dirname;
const FOLDER = join(HERE, 'as-written');

/**
 * What the TypeScript compiler objects to, by name, when JSON texts are held against Grafana's types. It is one
 * compilation for all, since reading the types takes most of its time.
 */
export function compileAgainstGrafana(texts: Readonly<Record<string, string>>): Record<string, string[]> {
  const sources = new Map(
    Object.entries(texts).map(([name, text]) => [
      join(FOLDER, `${name.replaceAll(/\W/g, '_')}.ts`),
      `import type { GrafanaDashboard } from '../grafana-model.ts';\nexport const dashboard: GrafanaDashboard = ${text};`,
    ]),
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.getSourceFile = (path, ...rest) => {
    const source = sources.get(path);
    return source === undefined
      ? getSourceFile(path, ...rest)
      : ts.createSourceFile(path, source, ts.ScriptTarget.ES2024);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  const names = Object.keys(texts);
  return Object.fromEntries(
    [...sources.keys()].map((path, index) => {
      const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(path));
      return [names[index] as string, diagnostics.map(describe)];
    }),
  );
}

/** Lines are those of the JSON text. */
function describe(diagnostic: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
  if (!diagnostic.file || diagnostic.start === undefined) return text;
  return `line ${diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start).line}: ${text}`;
}
