import type { EngineEvent, OpType } from '@pulumi/pulumi/automation/index.js';
import pc from 'picocolors';

/** One changed property: `args[3]`, and what happens to it. */
export interface PropertyChange {
  readonly path: string;
  readonly kind: string;
}

/** What happens, or would happen, to a resource. */
export interface ResourceChange {
  readonly op: OpType;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly properties: readonly PropertyChange[];
}

const MARKS: Partial<Record<OpType, string>> = {
  create: pc.green('+'),
  update: pc.yellow('~'),
  delete: pc.red('-'),
  replace: pc.magenta('±'),
  'create-replacement': pc.magenta('±'),
  'delete-replaced': pc.magenta('±'),
};

/** Reads the engine's events: prints a line for each change as it happens and remembers all. */
export class Progress {
  readonly changes: ResourceChange[] = [];
  readonly diagnostics: string[] = [];
  same = 0;
  readonly #write: (line: string) => void;
  readonly #preview: boolean;
  readonly #started = new Map<string, number>();

  constructor(write: (line: string) => void, preview: boolean) {
    this.#write = write;
    this.#preview = preview;
  }

  readonly onEvent = (event: EngineEvent): void => {
    if (event.resourcePreEvent) this.#planned(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.#done(event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent) {
      const { metadata } = event.resOpFailedEvent;
      if (metadata.op in MARKS) this.#write(`${pc.red('✗')} ${label(metadata.urn, metadata.type)} failed`);
    }
    if (event.diagnosticEvent) this.#diagnostic(event.diagnosticEvent);
  };

  #planned(metadata: NonNullable<EngineEvent['resourcePreEvent']>['metadata']): void {
    const { op, urn, type } = metadata;
    if (isEngineOwn(type)) return;
    if (op === 'same') this.same += 1;
    if (!(op in MARKS)) return;
    // The first step of a replacement is where its time begins.
    if (!this.#started.has(urn)) this.#started.set(urn, performance.now());
    const properties = Object.entries(metadata.detailedDiff ?? {}).map(([path, { diffKind }]) => ({
      path,
      kind: diffKind,
    }));
    if (op === 'delete-replaced' || op === 'create-replacement') return;
    this.changes.push({ op, type, urn, name: nameOf(urn), properties });
    if (!this.#preview) return;
    this.#write(`${MARKS[op]} ${label(urn, type)} ${describe(op)}`);
    for (const { path, kind } of properties) this.#write(`    ${kind.replace('-replace', '')} ${path}`);
  }

  #done(metadata: NonNullable<EngineEvent['resOutputsEvent']>['metadata']): void {
    const { op, urn, type } = metadata;
    if (this.#preview || isEngineOwn(type) || isComponent(type) || !(op in MARKS)) return;
    // Of the steps of a replacement, the one that makes the new one tells of it.
    if (op === 'replace' || op === 'delete-replaced') return;
    const started = this.#started.get(urn);
    const seconds =
      started === undefined ? '' : pc.dim(` ${((performance.now() - started) / 1000).toFixed(1)} s`);
    this.#write(`${MARKS[op]} ${label(urn, type)} ${past(op)}${seconds}`);
  }

  #diagnostic({ severity, message }: NonNullable<EngineEvent['diagnosticEvent']>): void {
    const text = plain(message).trim();
    if (text === '' || (severity !== 'error' && severity !== 'warning')) return;
    if (severity === 'error') this.diagnostics.push(text);
    else for (const line of ownWords(text)) this.#write(pc.yellow(line));
  }
}

/**
 * A warning in our words where the engine's name commands that nobody here has: what a killed run was at
 * (`pending operations` in pkg/resource/deploy). Processes of this machine are found by what runs: nothing is said of them.
 */
function ownWords(text: string): readonly string[] {
  if (!/pending operations? from previous deployment/.test(text)) return [text];
  const pending = [...text.matchAll(/^\s*\* (urn:pulumi:\S+), interrupted while (\w+)/gm)]
    .map(([, urn = '', doing = '']) => ({ urn, doing }))
    .filter(({ urn }) => !urn.includes(`$${PROCESS}::`));
  if (pending.length === 0) return [];
  const named = pending.map(({ urn, doing }) => `${nameOf(urn)} (${doing})`).join(', ');
  return [
    `An earlier run was killed before it told what became of: ${named}. Look there if one of them fails now.`,
  ];
}

/** A process of this machine (platforms/local). */
const PROCESS = 'local:index:Process';

/** Removes the engine's colour tags. */
function plain(message: string): string {
  return message.replaceAll(/<\{%[^%]*%\}>/g, '');
}

function describe(op: OpType): string {
  return (
    { create: 'would be created', update: 'would change', delete: 'would be removed' }[op as string] ??
    'would be replaced'
  );
}

function past(op: OpType): string {
  return { create: 'created', update: 'updated', delete: 'removed' }[op as string] ?? 'replaced';
}

const isEngineOwn = (type: string) => type === 'pulumi:pulumi:Stack' || type.startsWith('pulumi:providers:');
const isComponent = (type: string) => type.startsWith('feature-store-monitoring:components:');

export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf('::') + 2);
}

function label(urn: string, type: string): string {
  return `${pc.bold(nameOf(urn))} ${pc.dim(type.split(':').at(-1) ?? type)}`;
}
