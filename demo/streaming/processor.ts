import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { Peer } from '../kit/client.ts';
import type { FeatureUpdate } from '../kit/events.ts';
import { deadLetterTopic, type EventProducer, TOPICS, type Topic } from '../kit/kafka.ts';
import { reasonOf } from '../kit/log.ts';
import { backoff, pause } from '../kit/retry.ts';
import type { Service } from '../kit/service.ts';
import { digest } from './events.ts';

/** Events that are processed and written together. */
const CHUNK = 500;
/** The slow consumer of the consumer-lag incident: events of a chunk, and milliseconds that it takes at least. */
const SLOW = { chunk: 40, milliseconds: 400 };

/** Turns events into feature updates, dead letters and watermarks. */
export class Processor {
  readonly #service: Service<'stream-processing'>;
  readonly #store: Peer;
  readonly #deadLetters: EventProducer;
  readonly #watermarks = new Map<string, number>();

  constructor(service: Service<'stream-processing'>, store: Peer, deadLetters: EventProducer) {
    this.#service = service;
    this.#store = store;
    this.#deadLetters = deadLetters;
  }

  /** Forgets partitions that are read no longer: they would hold the watermark back for good. */
  assigned(partitions: Readonly<Record<string, readonly number[]>>): void {
    const read = new Set(
      Object.entries(partitions).flatMap(([topic, ids]) => ids.map((id) => `${topic}/${id}`)),
    );
    for (const key of this.#watermarks.keys()) if (!read.has(key)) this.#watermarks.delete(key);
  }

  /** Processes a batch of one partition, or in the incident its beginning: the rest is fetched again later. */
  async batch({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const topic = TOPICS.find((name) => name === batch.topic);
    if (!topic) return;
    for (let i = 0; i < batch.messages.length && isRunning() && !isStale(); ) {
      const slow = this.#service.signals.active('consumer-lag');
      const chunk = batch.messages.slice(i, i + (slow ? SLOW.chunk : CHUNK));
      const stopTimer = this.#service.metrics.stream_processing_duration_seconds.startTimer({ topic });
      const begun = performance.now();
      const newest = await this.#chunk(topic, chunk, heartbeat, isRunning);
      if (newest === undefined) return;
      if (slow) await pause(SLOW.milliseconds, this.#service.signal);
      stopTimer();
      // Events of a chunk share its time: each waits until all are written.
      const seconds = (performance.now() - begun) / 1_000;
      for (let n = 1; n < chunk.length; n++) {
        this.#service.metrics.stream_processing_duration_seconds.observe({ topic }, seconds);
      }
      this.#advance(topic, batch.partition, newest);
      resolveOffset(chunk.at(-1)?.offset ?? batch.lastOffset());
      await heartbeat();
      i += chunk.length;
      if (slow) return;
    }
  }

  /** The newest event time of the chunk, or undefined when it could not be written before the end. */
  async #chunk(
    topic: Topic,
    messages: readonly KafkaMessage[],
    heartbeat: () => Promise<void>,
    isRunning: () => boolean,
  ): Promise<number | undefined> {
    const { metrics } = this.#service;
    const updates = new Map<string, FeatureUpdate>();
    let newest = 0;
    let failed = 0;
    for (const { value, key } of messages) {
      const text = value?.toString() ?? '';
      const outcome = digest(topic, text);
      if ('update' in outcome) {
        updates.set(`${outcome.update.group}/${outcome.update.id}`, outcome.update);
        newest = Math.max(newest, outcome.update.at);
        continue;
      }
      failed++;
      metrics.stream_dead_letters_total.inc({ topic, reason: outcome.deadLetter });
      this.#deadLetters.send(deadLetterTopic(topic), key?.toString() ?? '', {
        at: Date.now(),
        reason: outcome.deadLetter,
        detail: outcome.detail,
        value: text.slice(0, 1_000),
      });
    }
    for (let n = 0; updates.size > 0; n++) {
      if (!isRunning()) return undefined;
      try {
        await this.#store.post('/features', [...updates.values()]);
        break;
      } catch (error) {
        this.#service.log.warn('feature store does not take updates', { reason: reasonOf(error) });
        await pause(Math.min(1_000, backoff(n)), this.#service.signal);
        await heartbeat();
      }
    }
    metrics.stream_events_processed_total.inc({ topic, status: 'ok' }, messages.length - failed);
    metrics.stream_events_processed_total.inc({ topic, status: 'error' }, failed);
    return newest;
  }

  /** A stream is complete up to the slowest of its partitions. */
  #advance(topic: Topic, partition: number, newest: number): void {
    const key = `${topic}/${partition}`;
    this.#watermarks.set(key, Math.max(newest, this.#watermarks.get(key) ?? 0));
    const times = [...this.#watermarks].filter(([name]) => name.startsWith(`${topic}/`)).map(([, at]) => at);
    this.#service.metrics.stream_watermark_timestamp_seconds.set({ topic }, Math.min(...times) / 1_000);
  }
}
