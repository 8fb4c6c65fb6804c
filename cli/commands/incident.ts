import { type Endpoint, urlOf } from '../../lib/endpoint.ts';
import { NoAnswerError, request } from '../../lib/http-client.ts';
import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { withDemo } from '../demo.ts';

export default command({
  name: 'incident',
  summary: 'break the demo in one way: make incident NAME=slow-model',
  options: {
    ...STACK_OPTION,
    name: { type: 'string', env: 'NAME', help: 'Which incident. Default: list them.' },
  },
  run: ({ stack, name }) =>
    withDemo(stack, async (demo, shown) => {
      if (name === undefined) {
        for (const { name, title, active } of (await (await ask(demo, '/incidents')).json()) as Listed[]) {
          console.log(`${active ? '●' : ' '} ${name.padEnd(18)}${title}`);
        }
        return 0;
      }
      const answer = await ask(demo, `/incidents/${encodeURIComponent(name)}`, 'POST');
      if (!answer.ok) throw new UsageError(((await answer.json()) as { error: string }).error);
      console.log(`${name} is on. See ${shown}; end it: make recover`);
      return 0;
    }),
});

interface Listed {
  readonly name: string;
  readonly title: string;
  readonly active: boolean;
}

/** Asks the demo. @throws UsageError where it does not run. */
export async function ask(demo: Endpoint, path: string, method = 'GET'): Promise<Response> {
  try {
    return await request(demo, path, { method });
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    throw new UsageError(
      `The demo does not answer at ${urlOf(demo, path)}: ${error.reason}. Bring it up: make up`,
    );
  }
}
