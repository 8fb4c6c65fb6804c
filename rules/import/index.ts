import { CORE_SCHEMA, FAILSAFE_SCHEMA, loadAll, mergeTag, Schema } from 'js-yaml';
import { EXAMPLE, formOf, type Imported, isGroup, unknownForm } from './form.ts';
import { importOpenSlo } from './openslo.ts';
import { importGroups } from './prometheus.ts';
import { importSloth } from './sloth.ts';

export { EXAMPLE, type Imported };

/** A document of our own form, or what was imported from one of another form. */
export type Document = { readonly own: unknown } | { readonly imported: Imported };

const AS_MEANT = new Schema([...CORE_SCHEMA.tags, mergeTag]);
/** Every scalar is the text that stands in the file, as Prometheus takes labels and durations. */
const AS_WRITTEN = new Schema([...FAILSAFE_SCHEMA.tags, mergeTag]);

/**
 * The documents of a file of `rules.d/`, each in the form that it has.
 * @param problems takes what is wrong, without the path of the file.
 * @throws YAMLException where the file is no YAML.
 */
export function readDocuments(content: string, origin: string, problems: string[]): Document[] {
  const text = content.replace(/^\ufeff/, '');
  const documents = loadAll(text, { schema: AS_MEANT });
  const written = loadAll(text, { schema: AS_WRITTEN });
  const openslo: Readonly<Record<string, unknown>>[] = [];
  const read = (document: unknown, asWritten: unknown): Document[] => {
    const form = formOf(document);
    if (form === 'own') return [{ own: document ?? {} }];
    if (form === 'unknown' || !isGroup(asWritten) || !isGroup(document)) {
      problems.push(unknownForm(document));
      return [];
    }
    if (form === 'openslo') {
      openslo.push(asWritten);
      return [];
    }
    if (form === 'list') {
      const items = asWritten.items as readonly unknown[];
      return (document.items as readonly unknown[]).flatMap((item, index) => read(item, items[index]));
    }
    if (form === 'sloth') return [{ imported: importSloth(asWritten, problems) }];
    const groups = form === 'prometheus-rule' ? asWritten.spec : asWritten;
    if (!isGroup(groups)) {
      problems.push('spec is missing: a PrometheusRule has its groups there');
      return [];
    }
    return [{ imported: importGroups(groups, origin, problems) }];
  };
  const found = documents.flatMap((document, index) => read(document, written[index]));
  return openslo.length === 0 ? found : [...found, { imported: importOpenSlo(openslo, problems) }];
}
