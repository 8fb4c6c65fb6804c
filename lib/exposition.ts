/** One series of a `/metrics` page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A `/metrics` page. */
export interface Exposition {
  /** Declared type by metric. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

/** `text`: Prometheus's own format, version 0.0.4 or 1.0.0. `openmetrics`: OpenMetrics 1.0, which has exemplars. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** A page that Prometheus refuses as a whole; the message names the line. */
export class ExpositionError extends Error {
  override readonly name = 'ExpositionError';
}

/**
 * Parses a page as Prometheus does, in time that grows with its length alone. The grammar is that of `promlex.l`,
 * `openmetricslex.l` (github.com/prometheus/prometheus, model/textparse) and `text_parse.go` (github.com/prometheus/common).
 * @param format Default: OpenMetrics where the page ends with `# EOF`, as that format must, and text otherwise.
 * @throws ExpositionError with the line that Prometheus would refuse.
 */
export function parseExposition(page: string, format: ExpositionFormat = formatOf(page)): Exposition {
  return new Reader(page, format).read();
}

/** The format of a page that does not say: OpenMetrics ends with a line of its own. */
export function formatOf(page: string): ExpositionFormat {
  return page.endsWith('# EOF\n') || page.endsWith('# EOF') ? 'openmetrics' : 'text';
}

const TYPES: Readonly<Record<ExpositionFormat, ReadonlySet<string>>> = {
  text: new Set(['counter', 'gauge', 'histogram', 'gaugehistogram', 'gauge_histogram', 'summary', 'untyped']),
  openmetrics: new Set([
    'counter',
    'gauge',
    'histogram',
    'gaugehistogram',
    'summary',
    'info',
    'stateset',
    'unknown',
  ]),
};

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
/** Go's `strconv.ParseFloat`, without hexadecimal numbers and underscores, which Prometheus refuses. */
const FLOAT = /^([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?|nan)$/i;

class Reader {
  readonly #page: string;
  readonly #open: boolean;
  readonly #types = new Map<string, string>();
  readonly #helped = new Set<string>();
  /** Metrics of which a sample came already. */
  readonly #seen = new Set<string>();
  readonly #samples: Sample[] = [];
  readonly #format: ExpositionFormat;
  #at = 0;
  #line = 1;
  #inComment = false;

  constructor(page: string, format: ExpositionFormat) {
    this.#page = page;
    this.#format = format;
    this.#open = format === 'openmetrics';
  }

  read(): Exposition {
    while (this.#at < this.#page.length) {
      if (this.#eof()) return this.#result();
      this.#record();
      this.#line++;
    }
    if (this.#open) throw new ExpositionError('the page does not end with # EOF, as OpenMetrics must');
    return this.#result();
  }

  #result(): Exposition {
    return { types: this.#types, samples: this.#samples };
  }

  #eof(): boolean {
    if (!this.#open || !this.#page.startsWith('# EOF', this.#at)) return false;
    const rest = this.#page.length - this.#at - '# EOF'.length;
    if (rest === 0 || (rest === 1 && this.#page.endsWith('\n'))) return true;
    if (this.#page[this.#at + '# EOF'.length] === '\n') this.#fail('something follows # EOF');
    return false;
  }

  #record(): void {
    if (!this.#open) this.#blanks();
    const first = this.#page[this.#at];
    this.#inComment = false;
    if (first === undefined) return;
    if (first === '\n') {
      if (this.#open) this.#fail('an empty line, which OpenMetrics does not allow');
      this.#at++;
    } else if (first === '#') this.#comment();
    else this.#sample();
  }

  #comment(): void {
    this.#inComment = true;
    this.#at++;
    const blank = this.#open ? this.#take(' ') : this.#blanks();
    const keyword = ['HELP', 'TYPE', ...(this.#open ? ['UNIT'] : [])].find(
      (word) => this.#page.startsWith(word, this.#at) && this.#isBlank(this.#at + word.length),
    );
    if (!blank && this.#open) this.#fail('a comment that begins with no blank');
    if (keyword === undefined) {
      if (this.#open) this.#fail('a comment that is none of HELP, TYPE, UNIT and EOF');
      this.#toEndOfLine();
      return;
    }
    this.#at += keyword.length;
    if (this.#open) this.#at++;
    else this.#blanks();
    // A keyword alone is an ordinary comment of the text format.
    if (!this.#open && (this.#page[this.#at] === '\n' || this.#page[this.#at] === undefined)) {
      this.#toEndOfLine();
      return;
    }
    const name = this.#page[this.#at] === '"' ? this.#quoted() : this.#match(NAME);
    if (name === undefined || name === '') this.#fail(`no name of a metric after ${keyword}`);
    if (!this.#open && this.#endsLine()) {
      this.#toEndOfLine();
      return;
    }
    if (!this.#isBlank(this.#at)) this.#fail(`“${name}” is no name of a metric`);
    if (this.#open) this.#at++;
    else this.#blanks();
    const text = this.#toEndOfLine();
    if (keyword === 'TYPE') this.#type(name, text);
    else if (keyword === 'HELP') this.#help(name, text);
    else if (text !== '' && !name.endsWith(`_${text}`))
      this.#fail(`the unit ${text} does not end the name ${name}`);
  }

  #type(name: string, text: string): void {
    // The text format takes any case, and an empty line says nothing.
    const type = this.#open ? text : text.toLowerCase();
    if (!this.#open && text === '') return;
    if (!TYPES[this.#format].has(type)) this.#fail(`“${text}” is no type of a metric`);
    if (!this.#open && (this.#types.has(name) || this.#seen.has(name)))
      this.#fail(`a second type of ${name}, or one that comes after its samples`);
    this.#types.set(name, type);
  }

  #help(name: string, text: string): void {
    if (this.#open || text === '') return;
    if (this.#helped.has(name)) this.#fail(`a second HELP of ${name}`);
    this.#helped.add(name);
    const rest = text.replaceAll(/\\[\\n"]/g, '');
    if (rest.includes('\\')) this.#fail(`a \\ in the help of ${name} that escapes nothing`);
  }

  #sample(): void {
    const bare = this.#match(NAME);
    if (!this.#open) this.#blanks();
    let name = bare;
    let labels: Record<string, string> = {};
    if (this.#page[this.#at] === '{') ({ name, labels } = this.#labels(bare, true));
    if (name === undefined || name === '') this.#fail('no name of a metric');
    const value = this.#number('value');
    this.#family(name, labels, value);
    this.#samples.push({ name, labels, value });
    if (this.#open) this.#ending();
    else this.#timestamp();
  }

  /** What the declared type asks of a sample. */
  #family(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    const type = this.#types.get(base);
    const histogram = type === 'histogram' || type === 'gaugehistogram' || type === 'gauge_histogram';
    this.#seen.add(histogram || (type === 'summary' && !name.endsWith('_bucket')) ? base : name);
    if (this.#open) return;
    const bound = histogram ? labels.le : type === 'summary' ? labels.quantile : undefined;
    if (bound !== undefined && numberOf(bound) === undefined)
      this.#fail(`“${bound}” is no number for the label ${histogram ? 'le' : 'quantile'}`);
    if (histogram && value < 0 && !Number.isInteger(value) && /_(bucket|count)$/.test(name))
      this.#fail(`${name} is negative`);
  }

  /** After the brace that opens labels, up to the one that closes them. */
  #labels(
    bare: string | undefined,
    named: boolean,
  ): { name: string | undefined; labels: Record<string, string> } {
    const labels: Record<string, string> = Object.create(null);
    let name = bare;
    this.#at++;
    for (let first = true; ; first = false) {
      if (!this.#open) this.#blanks();
      const here = this.#page[this.#at];
      if (here === '}') break;
      if (here === undefined || here === '\n') this.#fail('the labels do not end with }');
      if (!first && this.#page[this.#at] === ',') this.#fail('two commas between labels');
      const isQuoted = here === '"';
      const label = isQuoted ? this.#quoted() : this.#match(LABEL);
      if (label === undefined) this.#fail('no name of a label');
      if (!this.#open) this.#blanks();
      if (this.#page[this.#at] === '=') {
        this.#at++;
        if (!this.#open) this.#blanks();
        if (this.#page[this.#at] !== '"') this.#fail(`the value of the label ${label} is not in quotes`);
        if (label in labels) this.#fail(`the label ${label} is there twice`);
        if (label === '__name__') this.#fail('the label __name__ is reserved');
        labels[label] = this.#quoted();
      } else if (isQuoted && named && name === undefined) name = label;
      else this.#fail(`no = after the label ${label}`);
      if (!this.#open) this.#blanks();
      if (this.#page[this.#at] === ',') this.#at++;
      else if (this.#page[this.#at] !== '}') this.#fail(`neither a comma nor } after the label ${label}`);
    }
    this.#at++;
    return { name, labels: { ...labels } };
  }

  /** A text in quotes, from the first to the last. */
  #quoted(): string {
    let text = '';
    let from = ++this.#at;
    for (;;) {
      const character = this.#page[this.#at];
      if (character === undefined || character === '\n') this.#fail('a text in quotes that does not end');
      if (character === '"') {
        text += this.#page.slice(from, this.#at);
        this.#at++;
        return text;
      }
      if (character === '\\') {
        const escaped = this.#page[this.#at + 1];
        if (escaped !== '\\' && escaped !== '"' && escaped !== 'n')
          this.#fail(`\\${escaped ?? ''} stands for no character`);
        text += this.#page.slice(from, this.#at) + (escaped === 'n' ? '\n' : escaped);
        this.#at += 2;
        from = this.#at;
      } else this.#at++;
    }
  }

  #number(what: string): number {
    if (this.#open) {
      if (!this.#take(' ')) this.#fail(`no blank before the ${what}`);
    } else this.#blanks();
    const text = this.#token();
    const value = numberOf(text);
    if (value === undefined) this.#fail(`“${text.slice(0, 80)}” is no number, as the ${what} must be`);
    return value;
  }

  #timestamp(): void {
    this.#blanks();
    if (this.#endsLine()) {
      this.#at++;
      return;
    }
    const text = this.#token();
    if (!/^[+-]?\d{1,19}$/.test(text))
      this.#fail(
        text.startsWith('#')
          ? 'an exemplar, which only OpenMetrics has: end the page with # EOF, and say application/openmetrics-text'
          : `“${text.slice(0, 80)}” is no timestamp in milliseconds`,
      );
    // Blanks after it are taken by the server, and refused by promtool.
    if (!this.#endsLine()) this.#fail('something follows the timestamp');
    this.#at++;
  }

  /** The timestamp and the exemplar of OpenMetrics, each of which may be missing. */
  #ending(): void {
    if (this.#page[this.#at] === ' ' && !this.#page.startsWith(' # {', this.#at)) this.#seconds();
    if (this.#page.startsWith(' # {', this.#at)) {
      this.#at += 3;
      this.#labels('', false);
      this.#number('value of the exemplar');
      if (this.#page[this.#at] === ' ') this.#seconds();
    }
    if (this.#page[this.#at] !== '\n') this.#fail('something follows the sample');
    this.#at++;
  }

  #seconds(): void {
    if (!Number.isFinite(this.#number('timestamp'))) this.#fail('a timestamp that is no time');
  }

  #token(): string {
    const from = this.#at;
    for (; ; this.#at++) {
      const character = this.#page[this.#at];
      if (character === undefined || character === ' ' || character === '\n') break;
      if (character === '\t' && !this.#open) break;
    }
    return this.#page.slice(from, this.#at);
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#page)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #take(character: string): boolean {
    if (this.#page[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  /** Skips blanks of the text format. @returns whether there was one. */
  #blanks(): boolean {
    const from = this.#at;
    while (this.#isBlank(this.#at)) this.#at++;
    return this.#at > from;
  }

  #isBlank(at: number): boolean {
    return this.#page[at] === ' ' || (this.#page[at] === '\t' && !this.#open);
  }

  #endsLine(): boolean {
    return this.#page[this.#at] === '\n' || this.#page[this.#at] === undefined;
  }

  #toEndOfLine(): string {
    const end = this.#page.indexOf('\n', this.#at);
    const text = this.#page.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#page.length : end + 1;
    return text;
  }

  #fail(problem: string): never {
    const what = this.#inComment ? 'cannot be read' : 'is no sample';
    throw new ExpositionError(`line ${this.#line} ${what}: ${problem}`);
  }
}

/** The number that a text is for Prometheus; undefined where it is none, or too large for one. */
function numberOf(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined;
  if (/nan$/i.test(text)) return Number.NaN;
  if (/inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Series that are on a page twice: Prometheus keeps one of them. @returns each as it is written, once. */
export function repeatedSeries(samples: readonly Sample[]): readonly string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name, labels } of samples) {
    const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
    const series = `${name}{${pairs.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')}}`;
    if (seen.has(series)) repeated.add(series);
    seen.add(series);
  }
  return [...repeated];
}
