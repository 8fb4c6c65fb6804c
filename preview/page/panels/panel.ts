import type { Panel } from '../../model/dashboard.ts';
import type { DisplayContext } from '../../model/field.ts';
import type { Field, Frame } from '../../model/frame.ts';
import type { Link } from '../../model/links.ts';
import type { Drawn } from '../../model/state.ts';
import type { TimeRange } from '../../model/time.ts';
import type { Mark } from '../annotations.ts';

/** What a panel kind draws from. */
export interface PanelView {
  panel: Panel;
  frames: readonly Frame[];
  range: TimeRange;
  step: number;
  display: DisplayContext;
  marks: readonly Mark[];
  /** Group of panels whose crosshairs move together; undefined where each is its own. */
  crosshair?: string;
  /** A text with variables filled in. */
  fill(text: string): string;
  /** Links of a field at a row. */
  links(field: Field, row: number, text: string, frame: Frame): Link[];
  zoom(range: TimeRange): void;
}

/** What stands in a panel's body. */
export interface Drawing {
  drawn: Drawn[];
  /** How many series, rows or tiles there are. */
  count: number;
  /** Resolves once nothing moves any more. */
  settled?: Promise<void>;
  dispose?(): void;
}

export type Draw = (body: HTMLElement, view: PanelView) => Drawing | Promise<Drawing>;

export interface NumberField {
  field: Field;
  frame: Frame;
  /** The field that rows are told apart by in time. */
  time?: Field;
}

/** Every number of every frame, with its time. */
export function numberFields(frames: readonly Frame[]): NumberField[] {
  return frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === 'time');
    return frame.fields
      .filter(({ type, config }) => type === 'number' && config.custom?.hideFrom?.viz !== true)
      .map((field) => ({ field, frame, ...(time ? { time } : {}) }));
  });
}

export function pointsOf({ field, time }: NumberField): [number, number | null][] {
  return field.values.map((value, i) => [
    Number(time?.values[i] ?? i),
    typeof value === 'number' && Number.isFinite(value) ? value : null,
  ]);
}
