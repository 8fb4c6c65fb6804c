/**
 * What is wrong with the steps of a runbook, for the person who was just woken and does what stands there: a command
 * that cannot work as it stands, and a step that can lose data, or make things worse, and does not say so first.
 * @param text a page.
 * @returns a sentence each. Default: none.
 */
export function problemsOf(text: string): readonly string[] {
  const [, mend = ''] = /^## Mend\n([\s\S]*?)(?=^## Silence$|(?![\s\S]))/m.exec(text) ?? [];
  const steps = mend.split(/^\d+\. /m).slice(1);
  return [
    ...steps.flatMap(harmOf),
    ...offsetsOf(commandsOf(mend)),
    ...silencesOf(text),
    ...blocksOf(text)
      .flatMap(linesOf)
      .filter((line) => /<[a-z]/i.test(withoutQuotes(line)))
      .map((line) => `“${line}”: a shell reads the placeholder as a file; use a variable, or quote it`),
  ];
}

const LOSS = /\b(lose|loses|lost|delete|deletes|deleted|drops|dropped|vanish)\b/i;

/** Steps that lose data. Each names it before its command. */
const LOSING: readonly RegExp[] = [
  /\b(lower|shorten|shorter|reduce)\b[^;\n]{0,60}\bretention\b|--add-config retention/i,
  /\bstarts? empty\b/i,
  /\b(flushall|flushdb)\b/i,
  /--reset-offsets\b/,
  /\brestart that process\b/i,
  /\bTTL\b/,
];

function harmOf(step: string): readonly string[] {
  const [said = ''] = step.split('```');
  const found = LOSING.flatMap((harm) => harm.exec(step)?.[0] ?? []);
  const spared = /keeps no data/.test(said);
  return [
    ...(found.length > 0 && !LOSS.test(said) && !spared && !laterStep(step)
      ? [`“${found[0]}”: the step says what is lost before its command`]
      : []),
    ...(/\b(add|double|more)\b( the)? instances\b/i.test(step) && !/Redis/.test(step)
      ? ['“instances”: more of them load Redis more; the step says to look at Redis first']
      : []),
    ...(/make up STACK=prod/.test(step) && !/\bcommit\b[\s\S]*make up STACK=prod/.test(step)
      ? ['“make up STACK=prod”: the step says which commit is checked out before it']
      : []),
  ];
}

/** The second half of a change whose dry run, a step before, said it all. */
const laterStep = (step: string): boolean => /--execute\b/.test(step) && /carry it out/.test(step);

/** An offset is set for one partition, after it was looked at. */
function offsetsOf(commands: readonly string[]): readonly string[] {
  const resets = commands.filter((command) => command.includes('--reset-offsets'));
  if (resets.length === 0) return [];
  const first = (option: string) => resets.findIndex((command) => command.includes(option));
  return [
    ...resets.flatMap((command) =>
      ['--bootstrap-server', '--group', '--topic']
        .filter((option) => !command.includes(`${option} `))
        .map((option) => `“${command}” lacks ${option}`),
    ),
    ...resets
      .filter((command) => command.includes('--topic ') && !/--topic "?[^\s:]+:[^\s:]+/.test(command))
      .map((command) => `“${command}” sets every partition: name topic:partition`),
    ...(first('--execute') >= 0 && (first('--dry-run') < 0 || first('--dry-run') > first('--execute'))
      ? ['an offset is set without a --dry-run before it']
      : []),
    ...(first('--execute') < 0 ? ['no offset is set: the last command needs --execute'] : []),
  ];
}

/** A silence names one thing, not every alert of a name, and leaves the reason to whoever has one. */
function silencesOf(text: string): readonly string[] {
  return commandsOf(text)
    .filter((command) => command.startsWith('amtool silence add'))
    .flatMap((command) => {
      const comment = /--comment '([^']*)'/.exec(command)?.[1] ?? '';
      const words = command.slice('amtool silence add'.length).replace(/--[a-z.]+ ('[^']*'|\S+)/g, '');
      const labels = [...words.matchAll(/'?([a-zA-Z_]+)(=~|!=|!~|=)/g)].map(([, label]) => label);
      return [
        ...(labels.some((label) => label !== 'alertname')
          ? []
          : [`“${command}” silences an alert wherever it fires: add a matcher for one thing`]),
        ...(/^<.*>$/.test(comment) ? [] : [`“${command}” has an invented reason: leave it to be filled in`]),
      ];
    });
}

const blocksOf = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, block = '']) => block);

/** Lines of a block, those that go on joined, without comments. */
const linesOf = (block: string): readonly string[] =>
  block
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim());

/** Commands of blocks and of text. */
const commandsOf = (text: string): readonly string[] => [
  ...[...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(([, command = '']) => command),
  ...blocksOf(text).flatMap(linesOf),
];

const withoutQuotes = (line: string): string => line.replace(/'[^']*'|"[^"]*"/g, '');
