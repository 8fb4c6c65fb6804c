import { writeFileSync } from 'node:fs';
import { buildRules } from '../rules/index.ts';
import { renderRunbookIndex } from './readme.ts';

writeFileSync(new URL('./README.md', import.meta.url), renderRunbookIndex(buildRules()));
