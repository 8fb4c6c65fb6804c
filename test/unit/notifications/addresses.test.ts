import { expect, test } from 'vitest';
import { notificationsSettings, receiverAddresses } from '../../../notifications/index.ts';

test('every place that hears of an alert is named once', () => {
  const settings = notificationsSettings.parse({
    slack: { webhookUrl: 'https://hooks.slack.com/services/a' },
    email: { smarthost: 'mail.example.org:587', from: 'a@example.org' },
    heartbeat: { url: 'http://10.0.0.4:8080/beat' },
    receivers: {
      desk: { webhook: { url: 'http://desk.tools.svc:9000/hook' } },
      twice: { slack: { webhookUrl: 'https://hooks.slack.com/services/b' } },
    },
  });
  expect(receiverAddresses(settings)).toStrictEqual([
    { host: 'hooks.slack.com', port: 443 },
    { host: 'events.pagerduty.com', port: 443 },
    { host: '10.0.0.4', port: 8080 },
    { host: 'desk.tools.svc', port: 9000 },
    { host: 'mail.example.org', port: 587 },
  ]);
});

test('a secret that is not decrypted names no place', () => {
  const settings = notificationsSettings.parse({ slack: { webhookUrl: 'secret-placeholder' } });
  expect(receiverAddresses(settings).map(({ host }) => host)).toStrictEqual(['events.pagerduty.com']);
});

test('an on-call tool or a chat that no receiver uses is not let through', () => {
  const unused = notificationsSettings.parse({});
  expect(receiverAddresses(unused).map(({ host }) => host)).toStrictEqual(['events.pagerduty.com']);
  const used = notificationsSettings.parse({
    telegram: { url: 'http://bots.chat.svc:8081' },
    receivers: { desk: { telegram: { chatId: -5 }, opsgenie: {} } },
  });
  expect(receiverAddresses(used)).toStrictEqual([
    { host: 'events.pagerduty.com', port: 443 },
    { host: 'api.atlassian.com', port: 443 },
    { host: 'bots.chat.svc', port: 8081 },
  ]);
});
