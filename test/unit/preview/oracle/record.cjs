/**
 * Writes what Grafana's own packages make of generated values, times and calculations, which the preview's tests hold
 * the preview against. They are too large to be installed for every run (177 MB), so that their answers are kept:
 *
 *   npm install --prefix FOLDER --ignore-scripts @grafana/data@VERSION
 *   node test/unit/preview/oracle/record.cjs FOLDER > test/unit/preview/oracle/grafana.json
 *
 * VERSION is Grafana's own in tools/versions.ts.
 */
const { join } = require('node:path');

const folder = process.argv[2];
// What the packages ask of a browser while they load.
globalThis.window = globalThis;
Object.defineProperty(globalThis, 'navigator', {
  value: { language: 'en-US', languages: ['en-US'] },
  configurable: true,
});
const grafana = (path) => require(join(folder, 'node_modules/@grafana/data', path));
const { version } = grafana('package.json');
const { getValueFormat, getValueFormats } = grafana('dist/cjs/valueFormats/valueFormats.cjs');
const { fieldReducers } = grafana('dist/cjs/transformations/fieldReducer.cjs');
const { parse } = grafana('dist/cjs/datetime/datemath.cjs');

/** Numbers of all sizes, with few digits and with many, from a fixed seed. */
function numbers(count) {
  let state = 42;
  const random = () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
  const found = [0, 1, -1, 0.5, 90, 3599, 3600, 86400, 604800, 999.5, 1024, 99.999];
  while (found.length < count) {
    const size = 10 ** Math.floor(random() * 17 - 6);
    const digits = 1 + Math.floor(random() * 6);
    const value = Number((size * (1 + 9 * random())).toPrecision(digits));
    found.push(random() < 0.15 ? -value : value);
  }
  return found;
}

const DECIMALS = [null, 0, 2];
const VALUES = numbers(36);
const units = getValueFormats()
  .flatMap(({ submenu }) => submenu.map(({ value }) => value))
  // Dates depend on the clock and the zone, which the tests of time set.
  .filter((unit) => !unit.startsWith('dateTime'));
const SPELLED = [
  'none',
  'short',
  'sishort',
  'percent',
  'percentunit',
  'sci',
  'locale',
  'pps',
  'suffix:d',
  'prefix:b',
];
const MORE = [
  'count:x',
  'currency:@',
  'si:kW',
  'si:µF',
  'si:s',
  'bool:on/off',
  'unheard of',
  'hex',
  'hex0x',
  'humidity',
];
const all = [...new Set([...SPELLED, ...MORE, ...units])];

const text = ({ prefix = '', text: middle, suffix = '' }) => prefix + middle + suffix;
const formats = Object.fromEntries(
  all.map((unit) => [
    unit,
    VALUES.flatMap((value) => DECIMALS.map((decimals) => text(getValueFormat(unit)(value, decimals)))),
  ]),
);

/** Fields with gaps, one value, none at all, repeats, zeros and resets. */
const FIELDS = [
  [],
  [null],
  [null, null],
  [0],
  [0, 0, 0],
  [5],
  [1, 2, 3, 4],
  [1, null, 3],
  [null, 4, 2, null],
  [10, 20, 5, 6, 1],
  [-3, -1, -2],
  [2, 2, 2, 7],
  [0, 4],
  [4, 0],
  [0.1, 0.25, 100, 1e9],
  [3, null, null, 3, 9],
  [-2, 2],
  numbers(40),
];
const CALCS = fieldReducers
  .list()
  .map(({ id }) => id)
  .filter((id) => !/^(p\d+|allValues|uniqueValues|countAll|allIsNull)$/.test(id));
const shown = (value) =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value ?? null);
const { reduceField } = grafana('dist/cjs/transformations/fieldReducer.cjs');
const reducers = Object.fromEntries(
  [...CALCS, 'p1', 'p50', 'p95', 'p99'].map((id) => [
    id,
    FIELDS.map((values) =>
      shown(
        reduceField({ field: { name: 'Value', type: 'number', config: {}, values }, reducers: [id] })[id],
      ),
    ),
  ]),
);

const NOWS = [
  '2026-03-31T12:34:56.789Z',
  '2028-02-29T23:59:59.000Z',
  '2026-01-01T00:00:00.000Z',
  '2026-12-31T05:00:00.000Z',
];
const EXPRESSIONS = [
  ...['s', 'm', 'h', 'd', 'w', 'M', 'y'].flatMap((unit) => [
    `now-1${unit}`,
    `now+1${unit}`,
    `now-13${unit}`,
    `now/${unit}`,
    `now-1${unit}/${unit}`,
    `now-2M/${unit}`,
  ]),
  'now',
  'now-1d/d+6h',
  'now-1y-1M',
  'now-1x',
  'now/',
  'now-',
];
const momentNow = grafana('dist/cjs/datetime/moment_wrapper.cjs');
const times = Object.fromEntries(
  NOWS.map((now) => {
    Date.now = () => Date.parse(now);
    return [
      now,
      EXPRESSIONS.map((expression) =>
        [false, true].map((up) => {
          const at = parse(expression, up, 'utc');
          return momentNow.isDateTime(at) && at.isValid() ? at.toISOString() : null;
        }),
      ),
    ];
  }),
);

const { createTheme } = grafana('dist/cjs/themes/createTheme.cjs');
const { getDisplayProcessor } = grafana('dist/cjs/field/displayProcessor.cjs');
const SHADES = ['super-light-', 'light-', '', 'semi-dark-', 'dark-'];
const HUES = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'];
const COLORS = [...HUES.flatMap((hue) => SHADES.map((shade) => shade + hue)), '#123456', 'transparent'];
const THRESHOLDS = {
  mode: 'absolute',
  steps: [
    { value: -Infinity, color: 'green' },
    { value: 1, color: 'red' },
  ],
};
const to = (text, color) => ({ text, ...(color ? { color } : {}) });
const CONFIGS = [
  {},
  { unit: 's' },
  { unit: 'percentunit', decimals: 1 },
  { noValue: 'nothing' },
  { unit: 'bytes', mappings: [{ type: 'value', options: { 0: to('off', 'blue'), 1: to('on') } }] },
  { mappings: [{ type: 'special', options: { match: 'null+nan', result: to('no burn', 'purple') } }] },
  { mappings: [{ type: 'special', options: { match: 'null', result: to('gone') } }] },
  { mappings: [{ type: 'special', options: { match: 'nan', result: to('not a number') } }] },
  { mappings: [{ type: 'range', options: { from: 0, to: 1.99, result: to('low') } }] },
].map((config) => ({ thresholds: THRESHOLDS, color: { mode: 'thresholds' }, ...config }));
const SAMPLES = [null, 'NaN', 'Infinity', 0, 0.25, 1, -5, 90, 1e9];
const sample = (value) => (typeof value === 'string' ? Number(value) : value);
const colors = Object.fromEntries(
  ['dark', 'light'].map((mode) => {
    const theme = createTheme({ colors: { mode } });
    const { palette, getColorByName } = theme.visualization;
    return [
      mode,
      {
        palette: palette.map((name) => getColorByName(name)),
        named: COLORS.map((name) => getColorByName(name)),
      },
    ];
  }),
);
const theme = createTheme({ colors: { mode: 'dark' } });
const displayed = CONFIGS.map((config) => {
  const shows = getDisplayProcessor({ field: { name: 'Value', type: 'number', config, values: [] }, theme });
  return SAMPLES.map((value) => {
    const shown = shows(sample(value));
    return [text(shown), shown.color];
  });
});

const found = {
  version,
  decimals: DECIMALS,
  values: VALUES,
  formats,
  fields: FIELDS,
  reducers,
  expressions: EXPRESSIONS,
  times,
  colorNames: COLORS,
  colors,
  configs: CONFIGS,
  samples: SAMPLES,
  displayed,
};
process.stdout.write(
  `{\n${Object.entries(found)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')}\n}\n`,
);
