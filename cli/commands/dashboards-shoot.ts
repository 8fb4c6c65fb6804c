import { resolve } from 'node:path';
import { PreviewError } from '../../preview/errors.ts';
import { parseTime } from '../../preview/model/time.ts';
import { dashboardsAt } from '../../preview/shoot/base.ts';
import { shoot } from '../../preview/shoot/index.ts';
import { fromCode, fromDirectory } from '../../preview/sources.ts';
import { command, readEndpoint, UsageError } from '../arguments.ts';

export default command({
  name: 'dashboards-shoot',
  summary: 'write a picture of each dashboard; with BASE=<git ref>, what changes against it',
  options: {
    prometheus: {
      type: 'string',
      env: 'PROM',
      default: 'http://127.0.0.1:9090',
      help: 'Prometheus to read from.',
    },
    out: { type: 'string', env: 'OUT', default: 'shots', help: 'Folder to write into.' },
    base: { type: 'string', env: 'BASE', help: 'Git ref to compare with.' },
    only: { type: 'string', help: 'Uid of the one dashboard to shoot.' },
    theme: { type: 'string', default: 'dark', help: 'dark or light.' },
    from: { type: 'string', help: "Start of the time range, such as now-6h (default: the dashboard's own)." },
    to: { type: 'string', help: "End of the time range (default: the dashboard's own)." },
    time: { type: 'string', help: 'What `now` is, so that two runs show the same: 2026-01-31T12:00:00Z.' },
    width: { type: 'string', default: '1600', help: 'Width of the page in pixels.' },
    dashboards: {
      type: 'string',
      help: 'Folder of JSON files to shoot instead of the dashboards of this project.',
    },
  },
  run: async ({ prometheus, out, base, only, theme, from, to, time, width, dashboards }) => {
    const endpoint = readEndpoint('prometheus', prometheus);
    if (theme !== 'dark' && theme !== 'light')
      throw new UsageError(`--theme ${theme} is neither dark nor light`);
    if (!/^\d{3,4}$/.test(width))
      throw new UsageError(`--width ${width} is not a number of pixels, 100 to 9999`);
    const now = time === undefined ? undefined : parseTime(time, Date.now());
    if (time !== undefined && now === undefined)
      throw new UsageError(`--time ${time} is not a time, such as 2026-01-31T12:00:00Z`);
    try {
      await shoot({
        prometheus: endpoint,
        dashboards: dashboards === undefined ? fromCode() : fromDirectory(dashboards),
        ...(base === undefined ? {} : { base: { name: base, dashboards: await dashboardsAt(base) } }),
        out: resolve(out),
        theme,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(now === undefined ? {} : { now }),
        ...(only === undefined ? {} : { only }),
        width: Number(width),
        log: (line) => console.log(line),
      });
    } catch (error) {
      throw error instanceof PreviewError ? new UsageError(error.message) : error;
    }
    return 0;
  },
});
