import { AlertmanagerError } from '../../lib/alertmanager-client.ts';
import { NoAnswerError } from '../../lib/http-client.ts';
import { PrometheusError } from '../../lib/prometheus-client.ts';

/** What keeps a report from being made, in words for whoever asked for it. */
export class ReportError extends Error {}

/** Whether an error says all there is to say: a report that cannot be made, or a server that does not answer. */
export const isForPeople = (error: unknown): error is Error =>
  error instanceof ReportError ||
  error instanceof PrometheusError ||
  error instanceof AlertmanagerError ||
  error instanceof NoAnswerError;
