import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsDocument } from '../../catalogue/docs.ts';
import { withChannels } from '../../notifications/docs.ts';
import { renderReview } from '../../operations/review/docs.ts';
import { renderPolicies } from '../../policies/docs.ts';
import { buildRules } from '../../rules/index.ts';
import { RECORDED } from '../../rules/recorded.ts';
import { renderRunbookIndex } from '../../runbooks/readme.ts';
import { settingsDeclaration } from '../../stack/settings/declaration.ts';
import { settingsDocument } from '../../stack/settings/document.ts';
import { stackFileSchema } from '../../stack/settings/stack-schema.ts';
import { PROJECT, ROOT } from '../project.ts';
import { withPicture } from './architecture.ts';
import { reviewExamples } from './review-examples.ts';

/** Content by path from the root of every file that is written from the code. A test compares each with its file. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/architecture.md': () => withPicture(readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8'), ROOT),
  'docs/metrics.md': () => metricsDocument(RECORDED),
  'docs/notifications.md': () => withChannels(readFileSync(join(ROOT, 'docs/notifications.md'), 'utf8')),
  'docs/policies.md': renderPolicies,
  'docs/review.md': () => renderReview(reviewExamples()),
  'docs/settings.md': settingsDocument,
  'stack/stack-settings.ts': settingsDeclaration,
  'runbooks/README.md': () => renderRunbookIndex(buildRules()),
  'settings.schema.json': () => stackFileSchema(PROJECT),
};

/** Writes the generated files that differ, and returns their paths. */
export function generate(root: string): readonly string[] {
  const changed = Object.entries(GENERATED)
    .map(([path, render]) => ({ path, text: render() }))
    .filter(
      ({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
    );
  for (const { path, text } of changed) writeFileSync(join(root, path), text);
  return changed.map(({ path }) => path);
}

if (import.meta.main) {
  const changed = generate(ROOT);
  process.stdout.write(changed.length === 0 ? 'Every file is current.\n' : `${changed.join('\n')}\n`);
}
