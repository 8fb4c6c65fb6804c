import type { Admin, Kafka } from 'kafkajs';
import { deadLetterTopic, ensureTopics, GROUPS, TOPICS } from '../kit/kafka.ts';
import { reasonOf } from '../kit/log.ts';
import { every } from '../kit/retry.ts';
import type { Service } from '../kit/service.ts';
import { lagSum, progressOf } from './lag.ts';

/** How often lag and dead letters are measured, in milliseconds. */
const INTERVAL_MS = 5_000;
/** Its committed offsets tell up to where somebody has looked at the dead letters. */
const REVIEW_GROUP = 'dead-letter-review';

/** Measures lag and dead letters from the broker's own offsets. */
export class Backlog {
  readonly #service: Service<'stream-processing'>;
  readonly #admin: Admin;
  #connected = false;
  /** When the broker last answered, as `Date.now()`. */
  heardAt = Date.now();

  constructor(service: Service<'stream-processing'>, kafka: Kafka) {
    this.#service = service;
    this.#admin = kafka.admin();
  }

  async run(signal: AbortSignal): Promise<void> {
    const measure = async () => {
      if (!this.#connected) {
        await this.#admin.connect();
        await ensureTopics(this.#admin);
        this.#connected = true;
      }
      await this.#lag();
      await this.#deadLetters();
      this.heardAt = Date.now();
    };
    const failed = (error: unknown) => {
      this.#connected = false;
      this.#service.log.warn('lag cannot be measured', { reason: reasonOf(error) });
    };
    await every(INTERVAL_MS, measure, failed, signal);
    await this.#admin.disconnect().catch(() => {});
  }

  async #lag(): Promise<void> {
    const topics = await Promise.all(
      TOPICS.map(async (topic) => ({ topic, offsets: await this.#admin.fetchTopicOffsets(topic) })),
    );
    for (const [consumergroup, names] of Object.entries(GROUPS)) {
      const committed = await this.#committed(consumergroup, names);
      for (const { topic, partitions } of committed) {
        const offsets = topics.find((one) => one.topic === topic)?.offsets ?? [];
        const lag = lagSum(progressOf(offsets, partitions));
        this.#service.metrics.kafka_consumer_lag_sum.set({ topic, consumergroup }, lag);
      }
    }
  }

  /** Committed offsets by topic; a group that does not exist yet has none. */
  async #committed(groupId: string, topics: readonly string[]) {
    try {
      return await this.#admin.fetchOffsets({ groupId, topics: [...topics] });
    } catch (error) {
      if ((error as { type?: string }).type !== 'GROUP_ID_NOT_FOUND') throw error;
      return topics.map((topic) => ({ topic, partitions: [] }));
    }
  }

  /** Once dead letters have stopped, they count as looked at: their queue empties. */
  async #deadLetters(): Promise<void> {
    const { metrics, signals } = this.#service;
    const topics = TOPICS.map(deadLetterTopic);
    const reviewed = await this.#committed(REVIEW_GROUP, topics);
    for (const topic of TOPICS) {
      const dead = deadLetterTopic(topic);
      const offsets = await this.#admin.fetchTopicOffsets(dead);
      const seen = reviewed.find((one) => one.topic === dead)?.partitions ?? [];
      const depth = lagSum(progressOf(offsets, seen));
      metrics.stream_dead_letter_queue_depth.set({ topic }, depth);
      if (depth === 0 || signals.active('dead-letters')) continue;
      const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }));
      await this.#admin.setOffsets({ groupId: REVIEW_GROUP, topic: dead, partitions });
    }
  }
}
