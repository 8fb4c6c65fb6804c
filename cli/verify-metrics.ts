import { verifyMetrics } from '../catalogue/verify.ts';
import { command, UsageError } from './arguments.ts';

/** How long a page may take to answer. */
const PATIENCE = 10_000;

export default command({
  name: 'verify-metrics',
  summary: 'hold a /metrics page against the catalogue',
  options: {
    url: { type: 'string', env: 'URL', help: 'The page, such as http://127.0.0.1:8080/metrics.' },
    service: { type: 'string', env: 'SERVICE', help: 'Ask for the metrics of this service alone.' },
    limit: {
      type: 'string',
      env: 'LIMIT',
      default: '1000',
      help: 'Most series of one metric. Default: 1000.',
    },
  },
  run: async ({ url, service, limit }) => {
    if (url === undefined)
      throw new UsageError('which page? make verify-metrics URL=http://127.0.0.1:8080/metrics');
    const seriesLimit = Number(limit);
    if (!Number.isInteger(seriesLimit) || seriesLimit < 1)
      throw new UsageError(`LIMIT=${limit} is no whole number over 0`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    const problems = verifyMetrics(await answer.text(), { ...(service && { service }), seriesLimit });
    for (const problem of problems) console.error(problem);
    console.log(problems.length === 0 ? `${url} is as the catalogue says` : `${problems.length} problems`);
    return problems.length === 0 ? 0 : 1;
  },
});
