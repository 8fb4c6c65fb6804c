import { readFile, stat } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const { resolve } = createRequire(import.meta.url);
const ECHARTS = join(dirname(resolve('echarts/package.json')), 'dist/echarts.esm.min.mjs');
const INTER = join(dirname(resolve('@fontsource-variable/inter/package.json')), 'files');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

export interface Asset {
  type: string;
  body: string | Buffer;
  /** Whether the content never changes while the server runs. */
  lasting: boolean;
}

const stripped = new Map<string, { mtimeMs: number; code: string }>();

/** A TypeScript file as the JavaScript that a browser runs. */
async function script(file: string): Promise<string> {
  const { mtimeMs } = await stat(file);
  const known = stripped.get(file);
  if (known?.mtimeMs === mtimeMs) return known.code;
  const code = stripTypeScriptTypes(await readFile(file, 'utf8'));
  stripped.set(file, { mtimeMs, code });
  return code;
}

function locate(path: string): { file: string; lasting: boolean } | undefined {
  if (path === '/vendor/echarts.mjs') return { file: ECHARTS, lasting: true };
  const font = /^\/vendor\/inter\/([\w-]+\.woff2)$/.exec(path)?.[1];
  if (font) return { file: join(INTER, font), lasting: true };
  const own = /^\/((?:page|model)(?:\/[\w-]+)+\.(?:ts|css|svg))$/.exec(path)?.[1];
  if (own) return { file: join(HERE, own), lasting: false };
  return undefined;
}

/** A file of the page by its URL path; undefined where there is none. */
export async function asset(path: string): Promise<Asset | undefined> {
  const found = locate(path);
  if (!found) return undefined;
  const extension = extname(found.file);
  try {
    const body = extension === '.ts' ? await script(found.file) : await readFile(found.file);
    return { type: TYPES[extension] ?? 'application/octet-stream', body, lasting: found.lasting };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The page itself, which every dashboard URL answers with. */
export const page = (): Promise<string> => readFile(join(HERE, 'page/index.html'), 'utf8');
