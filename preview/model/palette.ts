export type Theme = 'dark' | 'light';

/** Shades of each hue from palest to darkest. The light theme takes each name one shade darker than the dark theme. */
const HUES: Readonly<Record<string, readonly string[]>> = {
  red: ['#FFA6B0', '#FF7383', '#F2495C', '#E02F44', '#C4162A', '#AD0317'],
  orange: ['#FFCB7D', '#FFB357', '#FF9830', '#FF780A', '#FA6400', '#E55400'],
  yellow: ['#FFF899', '#FFEE52', '#FADE2A', '#F2CC0C', '#E0B400', '#CC9D00'],
  green: ['#C8F2C2', '#96D98D', '#73BF69', '#56A64B', '#37872D', '#19730E'],
  blue: ['#C0D8FF', '#8AB8FF', '#5794F2', '#3274D9', '#1F60C4', '#1250B0'],
  purple: ['#DEB6F2', '#CA95E5', '#B877D9', '#A352CC', '#8F3BB8', '#7C2EA3'],
};
const SHADES = ['super-light-', 'light-', '', 'semi-dark-', 'dark-'];

/** A colour by Grafana's name, or as it is where it is no such name. */
export function color(name: string, theme: Theme): string {
  if (name === 'transparent') return theme === 'dark' ? 'rgba(0,0,0,0)' : 'rgba(255, 255, 255, 0)';
  if (name === 'text') return theme === 'dark' ? '#CCCCDC' : '#24292E';
  if (name === 'white') return '#FFFFFF';
  if (name === 'black') return '#000000';
  if (name === 'gray' || name === 'grey') return '#808080';
  const [, shade = '', hue = ''] = /^((?:super-|semi-)?(?:light-|dark-)?)(\w+)$/.exec(name) ?? [];
  const at = SHADES.indexOf(shade);
  return (at >= 0 ? HUES[hue]?.[at + (theme === 'light' ? 1 : 0)] : undefined) ?? name;
}

/** Grafana's classic palette, in its order: 18 names of hues, then colours that are the same in both themes. */
const CLASSIC = [
  'green semi-dark-yellow blue orange red purple',
  'dark-green dark-yellow dark-blue dark-orange dark-red dark-purple',
  'super-light-green super-light-yellow super-light-blue super-light-orange super-light-red super-light-purple',
  '#447EBC #C15C17 #890F02 #0A437C #6D1F62 #584477 #B7DBAB #F4D598 #70DBED #F9BA8F #F29191 #82B5D8 #E5A8E2 #AEA2E0',
  '#629E51 #E5AC0E #64B0C8 #E0752D #BF1B00 #0A50A1 #962D82 #614D93 #9AC48A #F2C96D #65C5DB #F9934E #EA6460 #5195CE',
  '#D683CE #806EB7 #3F6833 #967302 #2F575E #99440A #58140C #052B51 #511749 #3F2B5B #E0F9D7 #FCEACA #CFFAFF #F9E2D2',
  '#FCE2DE #BADFF4 #F9D9F9 #DEDAF7',
]
  .join(' ')
  .split(' ');

export const classic = (index: number, theme: Theme): string =>
  color(CLASSIC[index % CLASSIC.length] ?? 'green', theme);

const PANEL_BACKGROUND: Readonly<Record<Theme, string>> = { dark: '#181B1F', light: '#FFFFFF' };

function luminance(text: string): number {
  const [r, g, b] = channels(text).map((c) => {
    const share = c / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours as WCAG defines it, from 1 to 21. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The palette entry that a name always takes, out of those that stand out from the panel's background. */
export function classicByName(name: string, theme: Theme): string {
  const visible = CLASSIC.map((entry) => color(entry, theme)).filter(
    (entry) => contrast(entry, PANEL_BACKGROUND[theme]) >= 3,
  );
  let hash = 0;
  for (let i = 0; i < name.length; i += 1) hash = ((hash << 5) - hash + name.charCodeAt(i)) | 0;
  return visible[Math.abs(hash) % visible.length] ?? '#808080';
}

const RAMPS: Readonly<Record<string, readonly string[]>> = {
  'continuous-GrYlRd': ['green', 'yellow', 'red'],
  'continuous-RdYlGr': ['red', 'yellow', 'green'],
  'continuous-BlYlRd': ['dark-blue', 'super-light-yellow', 'dark-red'],
  'continuous-YlRd': ['super-light-yellow', 'dark-red'],
  'continuous-BlPu': ['dark-blue', 'dark-purple'],
  'continuous-YlBl': ['super-light-yellow', 'dark-blue'],
  'continuous-blues': ['#181B1F', 'dark-blue'],
  'continuous-reds': ['#181B1F', 'dark-red'],
  'continuous-greens': ['#181B1F', 'dark-green'],
  'continuous-purples': ['#181B1F', 'dark-purple'],
};

/** ColorBrewer's and Matplotlib's colour schemes at even steps, palest first, as heat maps use them. */
const SCHEMES: Readonly<Record<string, string>> = {
  Oranges: 'fff5eb fee6ce fdd0a2 fdae6b fd8d3c f16913 d94801 a63603 7f2704',
  Blues: 'f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b',
  Greens: 'f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 006d2c 00441b',
  Greys: 'ffffff f0f0f0 d9d9d9 bdbdbd 969696 737373 525252 252525 000000',
  Purples: 'fcfbfd efedf5 dadaeb bcbddc 9e9ac8 807dba 6a51a3 54278f 3f007d',
  Reds: 'fff5f0 fee0d2 fcbba1 fc9272 fb6a4a ef3b2c cb181d a50f15 67000d',
  BuGn: 'f7fcfd e5f5f9 ccece6 99d8c9 66c2a4 41ae76 238b45 006d2c 00441b',
  BuPu: 'f7fcfd e0ecf4 bfd3e6 9ebcda 8c96c6 8c6bb1 88419d 810f7c 4d004b',
  GnBu: 'f7fcf0 e0f3db ccebc5 a8ddb5 7bccc4 4eb3d3 2b8cbe 0868ac 084081',
  OrRd: 'fff7ec fee8c8 fdd49e fdbb84 fc8d59 ef6548 d7301f b30000 7f0000',
  PuBu: 'fff7fb ece7f2 d0d1e6 a6bddb 74a9cf 3690c0 0570b0 045a8d 023858',
  YlGnBu: 'ffffd9 edf8b1 c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 253494 081d58',
  YlOrBr: 'ffffe5 fff7bc fee391 fec44f fe9929 ec7014 cc4c02 993404 662506',
  YlOrRd: 'ffffcc ffeda0 fed976 feb24c fd8d3c fc4e2a e31a1c bd0026 800026',
  RdYlGn: 'a50026 d73027 f46d43 fdae61 fee08b ffffbf d9ef8b a6d96a 66bd63 1a9850 006837',
  RdYlBu: 'a50026 d73027 f46d43 fdae61 fee090 ffffbf e0f3f8 abd9e9 74add1 4575b4 313695',
  RdBu: '67001f b2182b d6604d f4a582 fddbc7 f7f7f7 d1e5f0 92c5de 4393c3 2166ac 053061',
  Spectral: '9e0142 d53e4f f46d43 fdae61 fee08b ffffbf e6f598 abdda4 66c2a5 3288bd 5e4fa2',
  Viridis: '440154 482878 3e4a89 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725',
  Magma: '000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf',
  Inferno: '000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4',
  Plasma: '0d0887 46039f 7201a8 9c179e bd3786 d8576b ed7953 fb9f3a fdca26 f0f921',
  Turbo: '30123b 4662d7 36aaf9 1ae4b6 72fe5e c7ef34 faba39 f66b19 cb2a04 7a0403',
};
/** Which schemes run from the other end: diverging ones always, the others where that starts near the background. */
const flips = (name: string, theme: Theme): boolean => {
  if (/^(RdYl|RdBu|Spectral)/.test(name)) return true;
  return /^(Viridis|Magma|Inferno|Plasma|Turbo)$/.test(name) ? theme === 'light' : theme === 'dark';
};

/** Colours of a heat map's scheme from least to most. */
export function scheme(name: string, theme: Theme, reversed = false): string[] {
  const stops = (SCHEMES[name] ?? SCHEMES.Oranges ?? '').split(' ').map((hex) => `#${hex}`);
  return flips(name, theme) !== reversed ? stops.reverse() : stops;
}

export const isRamp = (mode: string): boolean => mode in RAMPS;

/** A colour of a continuous mode; `share` from 0 to 1. */
export function rampColor(mode: string, share: number, theme: Theme): string {
  return mix(
    (RAMPS[mode] ?? RAMPS['continuous-GrYlRd'] ?? []).map((name) => color(name, theme)),
    share,
  );
}

/** Red, green, blue and opacity of `#rgb`, `#rrggbb`, `#rrggbbaa` or `rgb(a)(…)`. */
export function channels(text: string): [number, number, number, number] {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(text)?.[1];
  if (hex) {
    const full = hex.length <= 4 ? [...hex].map((c) => c + c).join('') : hex;
    const at = (i: number) => Number.parseInt(full.slice(i, i + 2), 16);
    return [at(0), at(2), at(4), full.length === 8 ? at(6) / 255 : 1];
  }
  const [r = 128, g = 128, b = 128, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b, a];
}

export function alpha(text: string, opacity: number): string {
  const [r, g, b, a] = channels(text);
  return `rgba(${r}, ${g}, ${b}, ${Number((a * opacity).toFixed(3))})`;
}

/** A colour between stops at even distances. */
export function mix(stops: readonly string[], share: number): string {
  const at = Math.max(0, Math.min(1, Number.isNaN(share) ? 0 : share)) * (stops.length - 1);
  const low = channels(stops[Math.floor(at)] ?? '#808080');
  const high = channels(stops[Math.ceil(at)] ?? '#808080');
  const [r, g, b] = low.map((c, i) => Math.round(c + ((high[i] ?? c) - c) * (at % 1)));
  return `rgb(${r}, ${g}, ${b})`;
}

/** Black or white, whichever reads better on a colour. */
export function readableOn(background: string): string {
  return luminance(background) > 0.3 ? '#111217' : '#FFFFFF';
}
