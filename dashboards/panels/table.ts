import {
  FieldTextAlignment,
  TableCellDisplayMode,
  TableCellHeight,
  type TableFieldOptions,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  type DynamicConfigValue,
  FieldColorModeId,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Options as TableOptions } from '@grafana/grafana-foundation-sdk/table';
import { definePanel, type Override, type PanelSpec } from './define.ts';
import type { PanelDefinition } from './panel.ts';
import { type Levels, thresholdsConfig } from './thresholds.ts';
import type { PanelUnit } from './units.ts';

/** A column: a label of the series, or the value of a query. */
export interface Column {
  /** Name of the label, or `Value` (one query), or `Value #A`, `Value #B` … (several). */
  readonly field: string;
  /** What stands over the column. */
  readonly title: string;
  readonly unit?: PanelUnit;
  readonly decimals?: number;
  readonly levels?: Levels;
  readonly mappings?: readonly ValueMapping[];
  readonly links?: readonly DashboardLink[];
  /** Width in pixels. Default: what is left. */
  readonly width?: number;
  /** How the level shows: colour of the text or of the cell, or a bar. Default: plain text. */
  readonly cell?: 'text' | 'background' | 'gauge';
  readonly min?: number;
  readonly max?: number;
}

export interface TableSpec extends Omit<PanelSpec, 'overrides' | 'transformations'> {
  readonly columns: readonly Column[];
  /** Labels that the queries return and the table does not show. Default: none. */
  readonly hidden?: readonly string[];
  /** Label that rows are ordered by at first, which the table does not show. Default: as the data source returns them. */
  readonly orderedBy?: string;
  /** Title of the column that rows are sorted by. Default: none. */
  readonly sortBy?: { readonly title: string; readonly descending: boolean };
}

/** A row a series, a column a label or query. */
export function table(spec: TableSpec): PanelDefinition {
  const options: TableOptions = {
    frameIndex: 0,
    showHeader: true,
    cellHeight: TableCellHeight.Sm,
    sortBy: spec.sortBy ? [{ displayName: spec.sortBy.title, desc: spec.sortBy.descending }] : [],
  };
  const custom: TableFieldOptions = {
    align: FieldTextAlignment.Left,
    cellOptions: { type: TableCellDisplayMode.Auto },
    inspect: false,
  };
  return definePanel(
    'table',
    { ...spec, transformations: transformations(spec), overrides: spec.columns.map(override) },
    {
      options,
      custom,
      color: { mode: FieldColorModeId.Thresholds },
    },
  );
}

function transformations(spec: TableSpec) {
  const { orderedBy } = spec;
  const hidden = ['Time', ...(spec.hidden ?? []), ...(orderedBy === undefined ? [] : [orderedBy])];
  const organize = {
    id: 'organize',
    options: {
      excludeByName: Object.fromEntries(hidden.map((field) => [field, true])),
      indexByName: Object.fromEntries(spec.columns.map(({ field }, index) => [field, index])),
      renameByName: Object.fromEntries(spec.columns.map(({ field, title }) => [field, title])),
    },
  };
  return [
    ...(spec.queries.length > 1 ? [{ id: 'merge', options: {} }] : []),
    ...(orderedBy === undefined
      ? []
      : [{ id: 'sortBy', options: { fields: {}, sort: [{ field: orderedBy }] } }]),
    organize,
  ];
}

const CELL = {
  text: TableCellDisplayMode.ColorText,
  background: TableCellDisplayMode.ColorBackground,
  gauge: TableCellDisplayMode.Gauge,
} as const;

function override(column: Column): Override {
  const properties: DynamicConfigValue[] = [];
  const add = (id: string, value: unknown): void => {
    if (value !== undefined) properties.push({ id, value });
  };
  add('unit', column.unit);
  add('decimals', column.decimals);
  add('min', column.min);
  add('max', column.max);
  add('thresholds', column.levels && thresholdsConfig(column.levels));
  add('mappings', column.mappings);
  add('links', column.links);
  add('custom.width', column.width);
  add('custom.cellOptions', column.cell && cellOptions(column.cell));
  return { name: column.title, properties };
}

function cellOptions(cell: NonNullable<Column['cell']>): object {
  return cell === 'gauge'
    ? { type: CELL.gauge, mode: 'basic', valueDisplayMode: 'text' }
    : { type: CELL[cell], mode: 'basic' };
}
