import { writeFileSync } from 'node:fs';
import { renderPolicies } from './docs.ts';

writeFileSync(new URL('../docs/policies.md', import.meta.url), renderPolicies());
