import { type Admin, type EachBatchHandler, Kafka, logLevel, Partitioners } from 'kafkajs';
import './kafkajs.ts';
import { type Log, reasonOf } from './log.ts';
import { backoff, every, pause } from './retry.ts';
import { type Address, hostPort } from './settings.ts';

/** Topics of the feature store, each with a dead letter topic beside it. */
export const TOPICS = ['transactions', 'clicks', 'feature-updates'] as const;
export type Topic = (typeof TOPICS)[number];
/** Consumer groups, with the topics that each reads. */
export const GROUPS = {
  'stream-processing': TOPICS,
  business: ['transactions'],
} as const satisfies Record<string, readonly Topic[]>;

export function deadLetterTopic(topic: string): string {
  return `${topic}-dlq`;
}

/** A message that waits to be sent. */
interface Outgoing {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

export function createKafka(clientId: string, broker: Address): Kafka {
  return new Kafka({
    clientId,
    brokers: [hostPort(broker)],
    connectionTimeout: 2_000,
    requestTimeout: 8_000,
    // Few and short: whoever uses the client tries again itself, and soon.
    retry: { retries: 2, initialRetryTime: 200, maxRetryTime: 1_000 },
    logLevel: logLevel.NOTHING,
  });
}

/** Events are kept for 15 minutes, in milliseconds: nobody reads older ones, and the demo's broker is in memory. */
const RETENTION = [{ name: 'retention.ms', value: '900000' }];
/** Kafka's number of the resource type `topic`. */
const TOPIC_RESOURCE = 2;

/** Creates the topics that are missing, and sets how long events are kept in those that are there. */
export async function ensureTopics(admin: Admin): Promise<void> {
  const wanted = TOPICS.flatMap((topic) => [topic, deadLetterTopic(topic)]);
  const present = await admin.listTopics();
  const topics = wanted
    .filter((topic) => !present.includes(topic))
    .map((topic) => ({ topic, numPartitions: 2, replicationFactor: 1, configEntries: RETENTION }));
  if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: false });
  const resources = wanted
    .filter((topic) => present.includes(topic))
    .map((name) => ({ type: TOPIC_RESOURCE, name, configEntries: RETENTION }));
  if (resources.length > 0) await admin.alterConfigs({ validateOnly: false, resources });
}

/** Sends events in small batches. Without a broker they wait, up to `LIMIT`; then the oldest are given up. */
export class EventProducer {
  static readonly LIMIT = 20_000;
  readonly #kafka: Kafka;
  readonly #log: Log;
  #waiting: Outgoing[] = [];

  constructor(kafka: Kafka, log: Log) {
    this.#kafka = kafka;
    this.#log = log;
  }

  send(topic: string, key: string, event: unknown): void {
    this.sendText(topic, key, JSON.stringify(event));
  }

  sendText(topic: string, key: string, value: string): void {
    this.#waiting.push({ topic, key, value });
    if (this.#waiting.length > EventProducer.LIMIT) {
      this.#waiting.splice(0, this.#waiting.length - EventProducer.LIMIT);
      this.#log.warn('too many events wait for Kafka, the oldest are given up');
    }
  }

  /** Sends until `signal` is aborted, then what still waits, once. */
  async run(signal: AbortSignal): Promise<void> {
    const producer = this.#kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    let ready = false;
    const flush = async () => {
      if (!ready) {
        await producer.connect();
        ready = true;
      }
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.splice(0, 4_000);
        try {
          await producer.sendBatch({ acks: 1, topicMessages: byTopic(batch) });
        } catch (error) {
          this.#waiting.unshift(...batch);
          ready = false;
          throw error;
        }
      }
    };
    const failed = (error: unknown) => this.#log.warn('events wait for Kafka', { reason: reasonOf(error) });
    await every(500, flush, failed, signal);
    if (ready) await flush().catch(failed);
    await producer.disconnect().catch(() => {});
  }
}

function byTopic(batch: readonly Outgoing[]) {
  const groups = Map.groupBy(batch, ({ topic }) => topic);
  return [...groups].map(([topic, messages]) => ({
    topic,
    messages: messages.map(({ key, value }) => ({ key, value })),
  }));
}

/** State of a consumer, for health checks. */
export interface ConsumerState {
  /** When the broker was last heard, as `Date.now()`. */
  heardAt: number;
}

export interface ConsumeContext {
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of the partitions by topic whenever they are given out anew. Default: nobody is. */
  readonly assigned?: (partitions: Readonly<Record<string, readonly number[]>>) => void;
}

/**
 * Reads `topics` in the group `groupId` until `signal` is aborted. Whatever goes wrong, it starts again from the
 * committed offsets after a short wait.
 */
export async function consume(
  kafka: Kafka,
  { groupId, topics }: { groupId: string; topics: readonly string[] },
  eachBatch: EachBatchHandler,
  { log, signal, assigned }: ConsumeContext,
): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: 6_000,
      rebalanceTimeout: 6_000,
      heartbeatInterval: 2_000,
      // One answer a second rather than one an event: events of a second are processed together.
      maxWaitTimeInMs: 1_000,
      minBytes: 1_000_000,
      allowAutoTopicCreation: false,
      retry: { retries: 2, initialRetryTime: 200, maxRetryTime: 1_000, restartOnFailure: async () => false },
    });
    const ended = Promise.withResolvers<unknown>();
    consumer.on(consumer.events.CRASH, ({ payload }) => ended.resolve(payload.error));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => assigned?.(payload.memberAssignment));
    const stop = () => ended.resolve(undefined);
    signal.addEventListener('abort', stop);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({ eachBatch, eachBatchAutoResolve: false, autoCommitInterval: 2_000 });
      const error = await ended.promise;
      if (error) throw error;
    } catch (error) {
      log.warn('consumer starts again', { groupId, reason: reasonOf(error) });
    } finally {
      signal.removeEventListener('abort', stop);
      await consumer.disconnect().catch(() => {});
    }
    await pause(backoff(n % 5), signal);
  }
}
