import { command, STACK_OPTION } from '../arguments.ts';
import { bringUp } from '../engine/bring-up.ts';

export default command({
  name: 'monitor',
  summary: 'the same without the demo: monitor services that already run',
  options: STACK_OPTION,
  run: ({ stack }) => bringUp({ stack, withoutDemo: true }),
});
