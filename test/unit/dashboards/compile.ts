import { join } from 'node:path';
import ts from 'typescript';

const HERE = import.meta.dirname;
const NAME = join(HERE, 'dashboards-as-written.ts');

/** What the TypeScript compiler objects to when JSON texts, by name, are held against Grafana's types. */
export function compileAgainstGrafana(texts: Readonly<Record<string, string>>): string[] {
  const lines = ["import type { GrafanaDashboard } from './grafana-model.ts';"];
  for (const [name, text] of Object.entries(texts)) {
    lines.push(`export const ${name.replaceAll(/\W/g, '_')}: GrafanaDashboard = ${text};`);
  }
  const source = lines.join('\n');
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
  host.fileExists = (path) => path === NAME || fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === NAME ? ts.createSourceFile(path, source, ts.ScriptTarget.ES2024) : getSourceFile(path, ...rest);
  const program = ts.createProgram([NAME], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    if (!diagnostic.file || diagnostic.start === undefined) return text;
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
    return `${diagnostic.file.fileName.slice(HERE.length + 1)}:${line + 1}: ${text}`;
  });
}
