import type { Dashboard } from '../model/dashboard.ts';
import type { Theme } from '../model/palette.ts';
import type { TimeRange } from '../model/time.ts';
import type { Variable } from '../model/variables.ts';
import type { Mark } from './annotations.ts';

/** What every panel of the open dashboard draws by. */
export interface Session {
  dashboard: Dashboard;
  variables: Variable[];
  range: TimeRange;
  /** As the address has it, such as `now-1h`. */
  raw: { from: string; to: string };
  theme: Theme;
  /** IANA name of the zone that times are read and written in. */
  zone: string;
  marks: Mark[];
  scrapeInterval: string;
  zoom(range: TimeRange): void;
}
