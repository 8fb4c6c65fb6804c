import { SERVICES } from '../../catalogue/services.ts';
import { consume, createKafka, GROUPS } from '../kit/kafka.ts';
import { createService, type Role } from '../kit/service.ts';
import { commonVariables, PEERS } from '../kit/settings.ts';
import { Ledger } from './ledger.ts';

const variables = { ...commonVariables(SERVICES.business.port), KAFKA: PEERS.KAFKA };

export const business: Role<typeof variables> = {
  summary: 'books transactions: fraud, revenue, importance of features',
  variables,
  async start(settings, context) {
    const service = createService('business', settings, context);
    const { log, signal } = service;
    const ledger = new Ledger(service);
    service.beforeScrape(() => ledger.update());
    const group = { groupId: 'business', topics: GROUPS.business };
    const reading = consume(
      createKafka('business', settings.KAFKA),
      group,
      async ({ batch, resolveOffset, heartbeat, isRunning, isStale }) => {
        for (const { value, offset } of batch.messages) {
          if (!isRunning() || isStale()) return;
          const problem = ledger.book(value?.toString() ?? '');
          if (problem) log.warn('transaction left out', { offset, problem });
          resolveOffset(offset);
        }
        await heartbeat();
      },
      { log, signal },
    );
    service.background(reading);
    const server = service.serve({});
    await server.open();
    return { server, stop: () => reading };
  },
};
