import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformContract, samplesUntil, stillRun } from '../contract/contract.ts';
import { Clone, until } from './full-path/clone.ts';
import { LocalUnderTest } from './full-path/subject.ts';

const CANARY = 'canary-91c7d02e';

/**
 * The path of a new user, on real parts, and the platforms' contract on the way: a clean clone, `make up`, an
 * incident, a page, repairs, `make down`. The clone's own path has a space in it and is longer than 110 characters.
 */
let clone: Clone;
let local: LocalUnderTest;

beforeAll(async () => {
  clone = await Clone.make('e2e', 25_000);
  local = new LocalUnderTest(clone);
  local.configure({});
});

afterAll(async () => {
  const down = await clone?.make('down', 'PURGE=1');
  if (down !== undefined && down.code !== 0) console.error(down.output);
  if (clone !== undefined) rmSync(join(clone.folder, '..', '..'), { recursive: true, force: true });
});

test('make up alone ends with everything healthy', async () => {
  expect(clone.folder.length).toBeGreaterThan(110);
  const up = await local.make('up');
  expect(up.output).toContain(clone.url('prometheus'));
  expect((await local.make('health')).output).toContain('Everything is healthy.');
});

test('it leaves no trace in git, and secrets to their owner alone', async () => {
  const { output } = await clone.run('git', 'status', '--porcelain');
  expect(output.trim()).toBe(`?? Pulumi.${clone.stack}.yaml`);
  expect(statSync(join(local.state, 'passphrase')).mode & 0o077).toBe(0);
});

test('a secret of a stack that does not exist yet is set from a pipe, and shown nowhere', async () => {
  const key = 'grafana.adminPassword';
  const set = (passphrase: string) =>
    clone.run('sh', '-c', `echo ${CANARY} | ${passphrase} make secret STACK=prod NAME=${key}`);
  const refused = await set('');
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain('PULUMI_CONFIG_PASSPHRASE_FILE');

  clone.write('.monitoring/passphrase-of-prod', 'a passphrase of the test');
  const { code, output } = await set('PULUMI_CONFIG_PASSPHRASE_FILE=.monitoring/passphrase-of-prod');
  expect([code, output]).toEqual([0, expect.stringContaining(`${key} is set`)]);
  const file = readFileSync(join(clone.folder, 'Pulumi.prod.yaml'), 'utf8');
  expect(file).toMatch(/adminPassword:\s+secure: v1:/);
  expect(`${output}${file}`).not.toContain(CANARY);
  await clone.run('git', 'checkout', '--quiet', 'Pulumi.prod.yaml');
});

platformContract(
  () => local,
  () => {
    test('events flow again after all that was killed', async () => {
      const processed = async () =>
        Number(
          /status="ok"} (\d+)/.exec(
            await (await fetch(`${clone.url('stream-processing')}/metrics`)).text(),
          )?.[1],
        );
      const before = await processed();
      await until('events flow', 90, async () => (await processed()) > before);
    });

    test('make preview names what would change, and refuses what cannot be used', async () => {
      local.configure({ alerts: { CacheHitRateLow: { for: '7m' } } });
      const { output } = await local.make('preview');
      expect(output).toContain('prometheus');
      expect(output).toContain('feature-store.yaml');
      local.configure({ settings: { ports: { promtheus: 1234 } } });
      await expect(local.make('preview')).rejects.toThrow('ports.promtheus is not a setting');
      local.configure({});
    });

    test('a port that something else has is refused before anything starts', async () => {
      const before = await local.running();
      const server = createServer().listen(25_999, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const refused = local.up({ settings: { ports: { ...clone.ports, grafana: 25_999 } } });
      await expect(refused).rejects.toThrow(/port 25999\/tcp of grafana is already taken.*ports\.grafana/s);
      server.close();
      local.configure({});
      await stillRun(local, before);
    });

    test('a killed supervisor is repaired by make up, without loss of data', async () => {
      // A scrape of this moment may be stored later, with its own time.
      const past = Date.now() / 1000 - 30;
      const samples = () => samplesUntil((path) => clone.prometheus(path), past);
      const before = await samples();
      expect(Number(before)).toBeGreaterThan(0);
      const { prometheus } = await local.running();
      const parent = readFileSync(`/proc/${prometheus}/status`, 'utf8').match(/^PPid:\s+(\d+)$/m)?.[1];
      process.kill(Number(parent), 'SIGKILL');
      await local.make('up');
      expect(await samples()).toBe(before);
    });

    test('make up that is interrupted is gone on with by the next one', async () => {
      local.configure({
        settings: { prometheus: { scrapeInterval: '14s' }, demo: { requestsPerSecond: 10 } },
      });
      const first = clone.started('make', `STACK=${clone.stack}`, 'up');
      await until('the first change is made', 120, async () => /updated/.test(first.said()));
      first.interrupt();
      expect((await first.ended).code).not.toBe(0);
      await local.make('up');
      const { yaml } = await clone.prometheus<{ yaml: string }>('status/config');
      expect(yaml).toContain('scrape_interval: 14s');
    });
  },
);
