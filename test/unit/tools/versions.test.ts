import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TOOL_NAMES, TOOLS } from '../../../tools/versions.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('TOOLS', () => {
  // Programs of our own have no version in a module.
  const built = TOOL_NAMES.filter((name) => TOOLS[name].go && !TOOLS[name].go?.package.startsWith('.'));

  it.each(built)('%s has the version that its Go module pins', async (name) => {
    const { go, version } = TOOLS[name];
    const file = await readFile(join(ROOT, 'tools', 'modules', go?.module ?? '', 'go.mod'), 'utf8');
    const pins = [...file.matchAll(/^\s*(?:require )?(\S+) v([\d.]+)\b/gm)];
    const pin = pins
      .filter(([, module]) => `${go?.package}/`.startsWith(`${module}/`))
      .map(([, , pinned]) => pinned);
    // Prometheus numbers its Go module 0.315.0 where its release is 3.15.0.
    const asModule = go?.module === 'prometheus' ? version.replace(/^3\.(\d+)\.(\d+)$/, '0.3$1.$2') : version;
    expect(pin).toEqual([asModule]);
    expect(file).toMatch(new RegExp(`^(tool )?\\s*${go?.package}$`, 'm'));
  });

  it('has the engine in the version of its TypeScript library', async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(TOOLS.pulumi.version).toBe(manifest.dependencies['@pulumi/pulumi']);
  });

  it('gives every tool a way', () => {
    for (const name of TOOL_NAMES) {
      const { release, go, wheel } = TOOLS[name];
      expect([release, go, wheel].some(Boolean), name).toBe(true);
    }
  });
});
