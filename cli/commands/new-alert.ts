import { command } from '../arguments.ts';
import { ROOT } from '../project.ts';
import { newAlert } from '../scaffold/alert.ts';
import { readerOf, write } from '../scaffold/scaffold.ts';

export default command({
  name: 'new-alert',
  summary: 'add an alert with its boundary case and its runbook page, to be filled in',
  options: {
    name: { type: 'string', env: 'NAME', help: 'Name of the alert, such as CheckoutSlow.' },
    service: {
      type: 'string',
      env: 'SERVICE',
      default: 'inference-api',
      help: 'Service that the alert is about: its file of rules/alerts/ takes it.',
    },
  },
  run: async ({ name, service }) => {
    write(newAlert(name, service, readerOf(ROOT)), ROOT);
    return 0;
  },
});
