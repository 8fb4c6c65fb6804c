import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../../lib/endpoint.ts';
import type { Model } from '../../operations/review/model.ts';
import type { Part, PicturePair } from '../../operations/review/report/document.ts';
import { PreviewError } from '../../preview/errors.ts';
import type { Dashboard, DashboardEntry } from '../../preview/model/dashboard.ts';
import { changesBetween } from '../../preview/shoot/changes.ts';
import { shoot } from '../../preview/shoot/index.ts';
import type { PanelPictures, ShootReport } from '../../preview/shoot/report.ts';

/**
 * Pictures of the panels that differ, before and after, with the data of a Prometheus. Undefined where nothing
 * that is drawn differs.
 * @param now Unix time in seconds that the pictures end with.
 */
export async function pictureParts(
  models: { readonly before: Model; readonly after: Model },
  prometheus: Endpoint,
  now: number,
): Promise<Part | undefined> {
  const [before, after] = [entries(models.before), entries(models.after)];
  if (changesBetween(before, after).length === 0) return undefined;
  const out = await mkdtemp(join(tmpdir(), 'review-pictures-'));
  try {
    const shot = await shoot({
      prometheus,
      dashboards: { name: 'the working tree', load: async () => after },
      base: { name: 'base', dashboards: before },
      changedOnly: true,
      now: now * 1000,
      theme: 'light',
      out,
    });
    const pairs = await Promise.all([
      ...shot.panels.map((panel) => pairOf(panel, shot, out)),
      ...shot.dashboards.map(async ({ title, file }) => ({ title, after: await readFile(join(out, file)) })),
    ]);
    if (pairs.length === 0) return undefined;
    return {
      title: 'Dashboards, before and after',
      summary: pairs.length === 1 ? '1 panel' : `${pairs.length} panels`,
      open: true,
      sections: [],
      pictures: pairs,
    };
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error;
    return {
      title: 'Dashboards, before and after',
      summary: 'not drawn',
      open: false,
      sections: [],
      details: [{ title: 'Why', after: error.message }],
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

const entries = ({ dashboards }: Model): DashboardEntry[] =>
  [...dashboards.values()].map(({ uid, title, path, json }) => {
    const [folder = '', fileName = ''] = path.split('/');
    return { uid, title, folder, fileName, json: json as unknown as Dashboard };
  });

async function pairOf(panel: PanelPictures, { changes }: ShootReport, out: string): Promise<PicturePair> {
  const { uid, change, before, after, difference } = panel;
  const dashboard = changes.find((each) => each.uid === uid)?.title ?? uid;
  const read = async (file: string | undefined) =>
    file === undefined ? undefined : await readFile(join(out, file));
  const [was, is, between] = await Promise.all([before, after, difference].map(read));
  return {
    title: `${dashboard}: ${change.title || `panel ${change.id}`} (${change.kind})`,
    ...(was && { before: was }),
    ...(is && { after: is }),
    ...(between && { difference: between }),
  };
}
