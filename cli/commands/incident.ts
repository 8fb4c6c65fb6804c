import { requestFailure } from '../../lib/requests.ts';
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
    withDemo(stack, async (url, shown) => {
      if (name === undefined) {
        for (const { name, title, active } of (await (await ask(`${url}/incidents`)).json()) as Listed[]) {
          console.log(`${active ? '●' : ' '} ${name.padEnd(18)}${title}`);
        }
        return 0;
      }
      const answer = await ask(`${url}/incidents/${encodeURIComponent(name)}`, 'POST');
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
export async function ask(url: string, method = 'GET'): Promise<Response> {
  try {
    return await fetch(url, { method, signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    throw new UsageError(
      `The demo does not answer at ${url}: ${requestFailure(error, 10)}. Bring it up: make up`,
    );
  }
}
