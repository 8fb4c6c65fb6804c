import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSettings } from '../../../cli/commands/describe.ts';
import type { Version } from '../../../operations/review/version.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

const SHOP = join(import.meta.dirname, 'shop');
const RULES = 'rules.d/shop.yaml';
const BOARD = 'dashboards.d/shop.json';

/** What a change of the shop's repository alters. */
export interface ShopChange {
  /** Settings of the stack, instead of those that it has. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
  readonly rules?: (text: string) => string;
  readonly board?: (text: string) => string;
  /** Encrypted secrets by key. */
  readonly encrypted?: Readonly<Record<string, string>>;
}

const BASE = { services: [{ name: 'shop', address: '127.0.0.1:9999' }] };

/** The stack with a shop that brings rules and a dashboard of its own. */
export function shop({
  config = {},
  stack = 'local',
  rules,
  board,
  encrypted = {},
}: ShopChange = {}): Version {
  const root = mkdtempSync(join(tmpdir(), 'shop-'));
  try {
    cpSync(SHOP, root, { recursive: true });
    for (const [path, edit] of [
      [RULES, rules],
      [BOARD, board],
    ] as const) {
      if (edit === undefined) continue;
      const text = readFileSync(join(root, path), 'utf8');
      const changed = edit(text);
      if (changed === text) throw new Error(`${path} stays the same`);
      writeFileSync(join(root, path), changed);
    }
    return describeSettings(parseSettings({ ...BASE, ...config }, { stack }), root, encrypted);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
