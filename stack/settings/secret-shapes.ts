import { CHANNELS } from '../../notifications/channels/index.ts';

/**
 * What a text holds of secrets, by the shapes that their makers give them; each can be told from an ordinary text. Sources
 * are the makers' own pages on tokens and the rules of their secret scanners.
 */
const SHAPES: readonly (readonly [name: string, shape: RegExp])[] = [
  ['a user and a password in a URL', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i],
  [
    'a password in a query of a URL',
    /[?&](?:access_?token|api_?key|auth|password|secret|sig|signature|token)=[^\s&]{6,}/i,
  ],
  ...CHANNELS.flatMap(({ secretShapes }) => secretShapes),
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}/],
  ['a GitLab token', /\bgl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_-]{20,}/],
  ['an AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}/],
  ['a Grafana token', /\bgl(?:sa|c)_[A-Za-z0-9_=+/]{20,}/],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{16,}/],
  ['an OpenAI or Anthropic key', /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}/],
  ['a Vault token', /\bhv[sbr]\.[A-Za-z0-9_-]{20,}/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}/],
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/],
];

/** What of secrets a text holds, in words; undefined where it holds none that can be told. */
export function secretShape(text: string): string | undefined {
  return SHAPES.find(([, shape]) => shape.test(text))?.[0];
}
