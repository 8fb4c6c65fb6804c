import { z } from 'zod';

/** What a secret of a channel is, and the form that its value must have. */
export interface SecretKind {
  /** What it is, for a person: `the URL of a Slack incoming webhook`. */
  readonly what: string;
  /** What the value must look like, in words, or undefined where it does. */
  readonly flaw: (value: string) => string | undefined;
  /** A value of the right form that opens nothing, for tests. */
  readonly example: string;
}

/** A limit that the real service documents: it refuses, or cuts, what is longer. */
export interface Limit {
  readonly max: number;
  readonly unit: 'characters' | 'bytes' | 'entries';
  /** Page of the service’s maker that states the limit. */
  readonly source: string;
}

/** One receiver that uses a channel, as the channel writes Alertmanager’s configuration for it. */
export interface ChannelUse<Shared, Own, Field extends string = string> {
  /** Name of the receiver. */
  readonly receiver: string;
  /** Settings of the receiver for this channel. */
  readonly own: Own;
  /** Settings of the channel beside `receivers`. */
  readonly shared: Shared;
  /**
   * Path of the file with a secret: the receiver’s own, or else the shared one. Undefined, and reported, where it is
   * missing or of the wrong form.
   */
  secretFile(field: Field): string | undefined;
  /** Reports what cannot work, as a sentence that names the settings. */
  refuse(problem: string): void;
}

/** One entry of a list such as `slack_configs`. */
export type ChannelConfig = Readonly<Record<string, unknown>>;

/**
 * Everything known about one way of sending messages. Each member is required, so that a channel says also what it
 * does not have. The settings’ schema, receivers, egress, templates, checks of secrets and docs are folds over the list.
 */
export interface Channel<
  Name extends string = string,
  Shared extends z.ZodType = z.ZodType,
  Own extends z.ZodType = z.ZodType,
  Field extends string = string,
> {
  /** Key under `notifications` and in each receiver. */
  readonly name: Name;
  /** Name of the service, for people. */
  readonly title: string;
  /** Alertmanager’s list of such entries in a receiver. */
  readonly list: `${string}_configs`;
  /** Whether a receiver with this channel wakes people up, unless its `pages` says otherwise. */
  readonly pages: boolean;
  /** Settings beside `receivers`, which all receivers share. */
  readonly shared: Shared;
  /** Settings of one receiver. */
  readonly own: Own;
  /** The secrets by field. A field stands in `shared`, and in `own` where a receiver may have one of its own. */
  readonly secrets: Readonly<Record<Field, SecretKind>>;
  /** Shapes by which such a secret is recognised in a setting that is no secret, each with its name for people. */
  readonly secretShapes: readonly (readonly [name: string, shape: RegExp])[];
  /** Fields of `shared` and `own` that Alertmanager executes as templates. */
  readonly templated: readonly string[];
  /** What people should know before they choose it, in Markdown: a paragraph of the docs. */
  readonly about: string;
  /** Settings that can be used as they stand, once the secrets are set: for the docs, and for tests with `example` of each secret. */
  readonly example: { readonly shared: z.input<Shared>; readonly own: z.input<Own> };
  /** Definitions of its message templates, in the file `templates/<name>.tmpl`. Empty: it sends Alertmanager’s own form. */
  readonly template: string;
  /** What the real service refuses or cuts, by field of its message. */
  readonly limits: Readonly<Record<string, Limit>>;
  /** The receivers that every stack has and that use this channel, with their settings. */
  defaults(shared: z.output<Shared>): Readonly<Record<string, z.input<Own>>>;
  /** URLs that network policies let through whether or not a receiver uses the channel. Undefined ones are skipped. */
  sharedUrls(shared: z.output<Shared>): readonly (string | undefined)[];
  /** Further URLs that Alertmanager calls for a receiver with this channel. Undefined ones are skipped. */
  ownUrls(own: z.output<Own>, shared: z.output<Shared>): readonly (string | undefined)[];
  /** Alertmanager’s configuration of one receiver; undefined where a secret or a server is missing. */
  config(use: ChannelUse<z.output<Shared>, z.output<Own>, Field>): ChannelConfig | undefined;
}

/** Checks a channel’s definition and infers its types. */
export const defineChannel = <
  Name extends string,
  Shared extends z.ZodType,
  Own extends z.ZodType,
  Field extends string,
>(
  channel: Channel<Name, Shared, Own, Field>,
): Channel<Name, Shared, Own, Field> => channel;

/**
 * A value that is stored encrypted (`make secret`) and reaches Alertmanager in a file of its own.
 * Its form is checked when the configuration is built, where a message can name the key and hide the value.
 */
export const secret = () => z.string().min(1).meta({ secret: true }).optional();

/** Setting of every channel: whether the end of an alert is sent. */
export const sendResolved = z
  .boolean()
  .default(true)
  .describe('Whether the end of an alert is told as well.');

/** A secret that is an http or https URL. */
export const urlSecret = (of: string): SecretKind => ({
  what: `the URL of ${of}`,
  flaw: (value) =>
    /^https?:\/\/\S+$/.test(value) && URL.canParse(value) ? undefined : 'an http or https URL',
  example: 'https://hooks.example.org/services/example',
});

/** The text of a field that is one of the templates. */
export const template = (name: string) => `{{ template "${name}" . }}`;
