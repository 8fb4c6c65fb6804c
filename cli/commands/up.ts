import { command, STACK_OPTION } from '../arguments.ts';
import { bringUp } from '../engine/bring-up.ts';

export default command({
  name: 'up',
  summary: 'bring everything up, or change what changed since the last time',
  options: STACK_OPTION,
  run: ({ stack }) => bringUp({ stack }),
});
