import { command } from '../arguments.ts';
import { ROOT } from '../project.ts';
import { newDashboard } from '../scaffold/dashboard.ts';
import { readerOf, write } from '../scaffold/scaffold.ts';

export default command({
  name: 'new-dashboard',
  summary: 'add a dashboard in a file of its own, to be filled in',
  options: { name: { type: 'string', env: 'NAME', help: 'Its uid, such as shipping.' } },
  run: async ({ name }) => {
    write(newDashboard(name, readerOf(ROOT)), ROOT);
    return 0;
  },
});
