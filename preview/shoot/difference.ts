import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

export interface Difference {
  /** What is the same, pale, and what is not, in red. */
  png: Buffer;
  /** Pixels that differ. */
  pixels: number;
  /** As a share of all, from 0 to 1. */
  share: number;
}

/** An image on a canvas of a size, at its top left. */
function onto(image: PNG, width: number, height: number): PNG {
  if (image.width === width && image.height === height) return image;
  const canvas = new PNG({ width, height, fill: true });
  PNG.bitblt(image, canvas, 0, 0, image.width, image.height, 0, 0);
  return canvas;
}

/** Compares two PNG images, of different sizes too. */
export function difference(before: Buffer, after: Buffer): Difference {
  const [a, b] = [PNG.sync.read(before), PNG.sync.read(after)];
  const width = Math.max(a.width, b.width);
  const height = Math.max(a.height, b.height);
  const out = new PNG({ width, height });
  const pixels = pixelmatch(
    onto(a, width, height).data,
    onto(b, width, height).data,
    out.data,
    width,
    height,
    { threshold: 0.1, alpha: 0.3, diffColor: [224, 47, 68] },
  );
  return { png: PNG.sync.write(out), pixels, share: pixels / (width * height) };
}
