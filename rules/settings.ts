import { z } from 'zod';

/** Settings of alerts, SLOs and runbooks. */
export const rulesSettings = z
  .strictObject({
    runbookBaseUrl: z
      .url()
      .default('https://runbook.company.com')
      .describe('Base URL of the runbooks; the page of an alert follows it.'),
  })
  .prefault({});

export type RulesSettings = z.output<typeof rulesSettings>;
export type RulesSettingsInput = z.input<typeof rulesSettings>;
