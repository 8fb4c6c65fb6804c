import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { PlatformUnderTest } from './subject.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '.test-output', 'failed');

/** Log lines of each copy. */
const LINES = 1000;

/** Prometheus's answers that tell what it saw. */
const OF_PROMETHEUS = ['alerts', 'rules', 'targets', 'status/tsdb'];

/**
 * Keeps what one needs to judge a failed live test, as it is at the end of that test: logs of every workload, alerts
 * and rules of every Prometheus, what Alertmanager holds, every message that was told, and the copies that ran.
 * Registers itself for the tests of the file.
 */
export function keepEvidence(under: () => PlatformUnderTest): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const folder = join(FOLDER, task.name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const subject = under();
    const parts: Readonly<Record<string, () => Promise<unknown>>> = {
      ...Object.fromEntries(
        subject.prometheuses.flatMap((copy) =>
          OF_PROMETHEUS.map((path) => [
            `${copy}-${path.replace('/', '-')}.json`,
            () => subject.ask(copy, `/api/v1/${path}`),
          ]),
        ),
      ),
      'alertmanager-alerts.json': () => subject.ask('alertmanager', '/api/v2/alerts'),
      'alertmanager-silences.json': () => subject.ask('alertmanager', '/api/v2/silences'),
      'told.json': () => subject.ask('demo', '/notifications'),
      'running.json': async () => ({ at: new Date().toISOString(), copies: await subject.running() }),
      'logs.json': async () =>
        Promise.all(
          (await subject.logs()).map(async (log) => ({ copy: log.copy, lines: await log.tail(LINES) })),
        ),
    };
    await Promise.all(
      Object.entries(parts).map(async ([name, read]) => {
        const content = await read().catch((error: Error) => ({ unreadable: error.message }));
        writeFileSync(join(folder, name), JSON.stringify(content, undefined, 1));
      }),
    );
    console.log(`What there was to see of it lies in ${folder}`);
  });
}
