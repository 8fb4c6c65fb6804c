import { SERVICES } from '../../catalogue/services.ts';
import { Peer } from '../kit/client.ts';
import { consume, createKafka, EventProducer, GROUPS, TOPICS } from '../kit/kafka.ts';
import { startAtZero } from '../kit/metrics.ts';
import { createService, type Role } from '../kit/service.ts';
import { commonVariables, PEERS } from '../kit/settings.ts';
import { Backlog } from './backlog.ts';
import { DEAD_LETTER_REASONS } from './events.ts';
import { Processor } from './processor.ts';

const variables = {
  ...commonVariables(SERVICES['stream-processing'].port),
  KAFKA: PEERS.KAFKA,
  FEATURE_STORE: PEERS.FEATURE_STORE,
};

/** Without the broker for this long, in milliseconds, nothing is processed. */
const BROKER_LOST_MS = 30_000;

export const streamProcessing: Role<typeof variables> = {
  summary: 'turns events of Kafka into feature updates, and measures the backlog',
  variables,
  async start(settings, context) {
    const service = createService('stream-processing', settings, context);
    const { metrics, signal, log } = service;
    startAtZero(metrics.stream_events_processed_total, { topic: TOPICS, status: ['ok', 'error'] });
    startAtZero(metrics.stream_dead_letters_total, { topic: TOPICS, reason: DEAD_LETTER_REASONS });
    for (const topic of TOPICS) metrics.stream_processing_duration_seconds.zero({ topic });

    const kafka = createKafka('stream-processing', settings.KAFKA);
    const store = new Peer(settings.FEATURE_STORE);
    const deadLetters = new EventProducer(kafka, log);
    const processor = new Processor(service, store, deadLetters);
    const backlog = new Backlog(service, kafka);
    const group = { groupId: 'stream-processing', topics: GROUPS['stream-processing'] };
    const work = [
      backlog.run(signal),
      deadLetters.run(signal),
      consume(kafka, group, (payload) => processor.batch(payload), {
        log,
        signal,
        assigned: (partitions) => processor.assigned(partitions),
      }),
    ];
    for (const part of work) service.background(part);
    const server = service.serve({}, () =>
      Date.now() - backlog.heardAt < BROKER_LOST_MS
        ? undefined
        : `no answer from Kafka since ${new Date(backlog.heardAt).toISOString()}`,
    );
    await server.open();
    return {
      server,
      stop: async () => {
        await Promise.allSettled(work);
        await store.close();
      },
    };
  },
};
