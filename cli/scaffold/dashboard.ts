import { UsageError } from '../arguments.ts';
import type { Scaffold } from './scaffold.ts';

/** What the dashboard answers until somebody writes another question. */
const QUESTION = 'Is every target scraped in time?';

/**
 * A dashboard in a file of its own, and its two lines in the lists. It is sound as it stands; every word of it is there to be
 * replaced.
 * @param name its uid: lower-case letters, digits and dashes.
 * @param read text of a file of the project, undefined where there is none.
 * @throws UsageError where the name cannot be.
 */
export function newDashboard(name: string | undefined, read: (path: string) => string | undefined): Scaffold {
  if (name === undefined || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40)
    throw new UsageError(
      `NAME=${name ?? ''} is no uid of a dashboard: at most 40 lower-case letters, digits and dashes, such as make new-dashboard NAME=shipping`,
    );
  const file = `dashboards/${name}.ts`;
  if (read(file) !== undefined) throw new UsageError(`${file} is there already: choose another name`);
  const words = name.split('-');
  const title = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
  const variable = words
    .map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
  const key = /^[a-z]+$/.test(name) ? name : `'${name}'`;
  return {
    files: {
      [file]: outline(name, variable),
      'catalogue/dashboards.ts': inserted(
        'catalogue/dashboards.ts',
        read('catalogue/dashboards.ts'),
        /(?=\n\} as const;)/,
        `\n  ${key}: '${title}',`,
      ),
      'dashboards/index.ts': inserted(
        'dashboards/index.ts',
        read('dashboards/index.ts'),
        /(?=\n {2}\];\n {2}const linksOf)/,
        `\n    ${variable}(context),`,
      ).replace(
        firstAfter(name, read('dashboards/index.ts') ?? ''),
        (line) => `import { ${variable} } from './${name}.ts';\n${line}`,
      ),
      'docs/dashboards.md': inserted(
        'docs/dashboards.md',
        read('docs/dashboards.md'),
        /(?=\n\n`make dashboards` draws)/,
        `\n| ${title} | operations | ${QUESTION} |`,
      ),
    },
    next: [
      `Write the question, rows and panels in ${file}, and the question in docs/dashboards.md.`,
      'Then: make generate, make format, make check, make test ARGS=--changed',
    ],
  };
}

/** The first import that stands behind that of a file in alphabetical order. */
function firstAfter(name: string, text: string): string {
  const imports = [...text.matchAll(/^import .* from '\.\/([a-z-]+)\.ts';$/gm)];
  return imports.find(([, file = '']) => file > name)?.[0] ?? '\nexport ';
}

function inserted(file: string, text: string | undefined, place: RegExp, addition: string): string {
  if (text === undefined || !place.test(text))
    throw new UsageError(
      `${file} has no place for a dashboard that this command knows: add “${addition.trim()}” there by hand`,
    );
  return text.replace(place, () => addition);
}

function outline(uid: string, variable: string): string {
  return `import type { DashboardOutline } from './dashboard.ts';
import type { DashboardContext } from './limits.ts';
import { timeSeries } from './panels/graphs.ts';
import { line, row } from './panels/panel.ts';
import { range } from './panels/query.ts';
import { datasourceVariable, jobVariable } from './panels/variables.ts';

/** From the question at the top to what explains the answer. */
export function ${variable}(_context: DashboardContext): DashboardOutline {
  return {
    uid: '${uid}',
    folder: 'operations',
    question: '${QUESTION}',
    variables: [datasourceVariable(), jobVariable()],
    rows: [row('Scrapes', line(8, scrapes()))],
  };
}

const scrapes = () =>
  timeSeries({
    title: 'Longest scrape by job',
    description: 'Seconds that the slowest target of each job took. Over 10 s a scrape is given up.',
    unit: 's',
    min: 0,
    queries: [range('max by (job) (scrape_duration_seconds{job=~"$job"})', '{{job}}')],
  });
`;
}
