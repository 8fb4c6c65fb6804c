import { z } from 'zod';
import { isTimeZone } from '../lib/forms.ts';

const GRAFANA_INTERVAL = /^\d+[smh]$/;
const GRAFANA_TIME = /^now(-\d+[smhdwMy])?(\/[smhdwMy])?$/;

/** A folder of dashboards, and what each role may do in it. */
const folder = (title: string) =>
  z
    .strictObject({
      title: z
        .string()
        .min(1)
        .max(60)
        .default(title)
        .describe(
          'Title of the folder in Grafana. A managed one takes it when it makes the folder: rename an existing folder there.',
        ),
      viewer: z
        .enum(['view', 'none'])
        .optional()
        .describe('What a Grafana viewer may do in the folder. Default: view.'),
      editor: z
        .enum(['edit', 'view', 'none'])
        .optional()
        .describe(
          'What a Grafana editor may do. Default: view in an external Grafana, since dashboards change by code alone; ' +
            'edit in a managed one, where nobody can save over a dashboard that came as a file.',
        ),
    })
    .prefault({})
    .describe('Admins may do everything in every folder.');

/** Settings of the dashboards. Every one has a default. */
export const dashboardsSettings = z
  .strictObject({
    timeRange: z
      .strictObject({
        from: z.string().regex(GRAFANA_TIME, 'a time such as now-1h or now/d').default('now-1h'),
        to: z.string().regex(GRAFANA_TIME, 'a time such as now').default('now'),
      })
      .prefault({})
      .describe('Time range that every dashboard opens with. Default: the last hour.'),
    refresh: z
      .string()
      .regex(GRAFANA_INTERVAL, 'an interval such as 30s')
      .default('30s')
      .describe('How often an open dashboard asks again.'),
    timezone: z
      .string()
      .refine((text) => text === 'browser' || text === 'utc' || isTimeZone(text), {
        message: 'browser, utc or an IANA time zone such as Europe/Berlin',
      })
      .default('browser')
      .describe('`browser`, `utc` or a name such as Europe/Berlin.'),
    extraDirectory: z
      .string()
      .min(1)
      .default('dashboards.d')
      .describe('Folder whose JSON files are provisioned as dashboards too, relative to the project.'),
    inputs: z
      .record(z.string().min(1), z.string().min(1))
      .default({})
      .describe(
        'Answers to what your own dashboards ask for (`__inputs`), by its name: the uid of a data source, or a value. Also ' +
          'which data source is meant by the uid or name that it had elsewhere: { "P1809F7CD0C75ACF3": prometheus }.',
      ),
    folders: z
      .strictObject({
        operations: folder('Feature Store: operations'),
        models: folder('Feature Store: models'),
        business: folder('Feature Store: business'),
        extra: folder('Feature Store: your own'),
      })
      .prefault({})
      .describe(
        'Folders by audience: who is on call, who owns models, the business, and your own dashboards.',
      ),
  })
  .prefault({})
  .describe('Grafana dashboards.');

export type DashboardsSettings = z.infer<typeof dashboardsSettings>;

/** Key of a folder in the settings. */
export type FolderKey = keyof DashboardsSettings['folders'];
