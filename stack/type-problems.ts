import { basename, dirname, join } from 'node:path';
import type TypeScript from 'typescript';

/** Where the type of a transform stands. */
const TYPE = join(import.meta.dirname, 'transforms.ts');

/** Declarations of the SDKs, which do not change under a process, by path. */
const declarations = new Map<string, TypeScript.SourceFile>();

/**
 * What the compiler says of a transform, by the project's own options: a line each, with its place. It takes seconds, most
 * of them to read the types of the platforms' SDKs.
 * @param path the file, absolute.
 * @param root the project's folder, absolute, where its `tsconfig.json` is.
 */
export async function typeProblems(path: string, root: string): Promise<readonly string[]> {
  const { default: ts } = await import('typescript');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config?.compilerOptions ?? {}, root);
  // What is only unused harms nobody.
  const asked = {
    ...options,
    noEmit: true,
    incremental: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  delete asked.tsBuildInfoFile;
  const held = join(dirname(path), '.held-transform.ts');
  const host = ts.createCompilerHost(asked);
  const text =
    `import type { Transforms } from ${JSON.stringify(TYPE)};\nimport exported from ${JSON.stringify(`./${basename(path)}`)};\n` +
    'exported satisfies Transforms;\n';
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === held || fileExists(name);
  host.readFile = (name) => (name === held ? text : readFile(name));
  host.getSourceFile = (name, ...more) => {
    if (name === held) return ts.createSourceFile(name, text, more[0]);
    const known = declarations.get(name);
    if (known !== undefined) return known;
    const file = getSourceFile(name, ...more);
    if (file?.isDeclarationFile) declarations.set(name, file);
    return file;
  };
  const program = ts.createProgram([held], asked, host);
  const own = problemsOf(ts, program, path);
  return own.length > 0 ? own : problemsOf(ts, program, held);
}

function problemsOf(ts: typeof TypeScript, program: TypeScript.Program, path: string): readonly string[] {
  const file = program.getSourceFile(path);
  if (file === undefined) return [`the compiler does not find ${path}`];
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return found.map(({ start, messageText }) => {
    const said = ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\.$/, '');
    if (path.endsWith('.held-transform.ts'))
      return `its default export is not of the type Transforms: ${said}`;
    const { line, character } = file.getLineAndCharacterOfPosition(start ?? 0);
    return `${line + 1}:${character + 1}: ${said}`;
  });
}
