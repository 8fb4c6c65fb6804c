import { HttpFake, json } from './http.ts';

/** What Alertmanager posts to a webhook, version 4. */
export interface WebhookMessage {
  readonly path: string;
  readonly version: '4';
  readonly receiver: string;
  readonly groupKey: string;
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly fingerprint: string;
  }[];
}

/** A program of one's own that listens to Alertmanager, on any path. */
export function fakeWebhook(): HttpFake<WebhookMessage> {
  return new HttpFake<WebhookMessage>((request) => {
    const message = json(request) as Partial<WebhookMessage> | undefined;
    if (request.method !== 'POST' || message?.version !== '4' || !message.alerts?.length) {
      return { refused: { status: 400, body: 'not a message of version 4' } };
    }
    return {
      taken: { ...(message as WebhookMessage), path: request.path },
      reply: { status: 200, body: '' },
    };
  });
}
