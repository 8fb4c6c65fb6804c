import { parseArgs } from 'node:util';
import { writeImage } from './archive.ts';

/** `node mkimage.ts OUT.tar NAME:TAG [--user U] SOURCE=DESTINATION… -- ENTRYPOINT…` */
const end = process.argv.indexOf('--');
if (end === -1)
  throw new Error('usage: mkimage.ts OUT.tar NAME:TAG [--user U] SOURCE=DESTINATION… -- ENTRYPOINT…');
const { positionals, values } = parseArgs({
  args: process.argv.slice(2, end),
  options: { user: { type: 'string' } },
  allowPositionals: true,
});
const [out = '', name = '', ...files] = positionals;
writeImage(out, {
  name,
  files: Object.fromEntries(files.map((pair) => pair.split('=', 2).reverse() as [string, string])),
  entrypoint: process.argv.slice(end + 1),
  ...(values.user === undefined ? {} : { user: values.user }),
});
