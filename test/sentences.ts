/** What is wrong with the words of a message, each with what it found. */
const FAULTS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a word twice', /\b(?!that\b)([a-z]{2,}) \1\b/],
  ['two beginnings', /must be (must|needs|has|is|be)\b|but (but|must must)\b/],
  [
    'two sentences in one',
    /[a-z0-9)] (There (is|are)|Change it|Remove (it|the)|Set it|Choose|Give|Put the) /,
  ],
  ['marks in a row', /[?!;,]\.|(?<!\.)\.\.(?!\.|\/)| [.,;?](?= |$)/],
  ['a value that is none', /\bundefined\b|\[object |\bNaN\b/],
  [
    'words of the schema',
    /Invalid (input|option|string)|Too (small|big)|expected (string|object|record|array)/,
  ],
  ['a stack trace', /^\s+at .*:\d+:\d+\)?$|node:internal/m],
];

/** A key, an option, a path of a file, a name in capitals, or an ordinary beginning. */
const BEGINNING =
  /^(?:[A-Z“"'`]|--[a-zX]|[a-z][\w-]*[.[/:]|[a-z][A-Za-z-]* (?:is|are|has|needs|cannot|must|holds|stands|refuses|knows|did|answered)\b)/;
/** A full stop, or a command that can be pasted. */
const END =
  /(?:[.…?]|: (?:(?:pulumi|make|git|cp|rm|mv|mkdir|npm|kubectl|docker|chmod|ls|export) .*|[A-Z]+=\S+|https:\/\/\S+))$/;
/** Heads of lists, and lines that stand below one as they were found. */
const HEAD = /:$/;

/**
 * Holds a message for people against what a sentence is. A message is a head and a list of lines, or one line.
 * @returns what is wrong, a line each. Default: nothing.
 */
export function faultsOf(message: string): readonly string[] {
  const lines = message.split('\n').map((line) => line.replace(/^ {2}- /, ''));
  return [
    ...slipsOf(message),
    ...lines
      .filter((line) => !BEGINNING.test(line))
      .map((line) => `it begins with no key, file or capital: “${line.slice(0, 60)}”`),
    ...lines
      .filter((line) => !END.test(line) && !HEAD.test(line))
      .map((line) => `it ends with no full stop and no command: “${line.slice(-60)}”`),
  ];
}

/** What no text for people has, whatever its form: a word twice, two sentences in one, words of the schema's library. */
export function slipsOf(text: string): readonly string[] {
  return FAULTS.flatMap(([what, pattern]) => {
    const found = pattern.exec(text)?.[0];
    return found === undefined ? [] : [`${what}: “${found}”`];
  });
}
