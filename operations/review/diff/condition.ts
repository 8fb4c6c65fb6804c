import { looser } from '../../../rules/threshold.ts';
import type { Change, Effect } from '../change.ts';
import {
  effectOf,
  limitOf,
  nearly,
  sameExpression,
  scaledAlike,
  substitutions,
  withNumbers,
} from '../expressions.ts';
import type { AlertModel } from '../model.ts';
import { growth, inUnit } from '../values.ts';
import { expressionChanges } from './expression.ts';

type Threshold = NonNullable<AlertModel['threshold']>;

const OUTCOME = { weaker: ', needs more to fire', stricter: ', needs less to fire' } as const;

/**
 * What happens to the condition of an alert. The threshold alone is never judged by its number: the compared side, the
 * operator and the unit decide what the number means.
 */
export function conditionChanges(was: AlertModel, now: AlertModel): readonly Change[] {
  const [before, after] = [was.threshold, now.threshold];
  if (sameExpression(was.expr, now.expr)) return declaredAnew(now, before, after);
  const factor = scaledAlike(was.expr, now.expr);
  if (factor !== undefined && !nearly(factor, 1)) return [scaledChange(was, now, factor)];
  const found = substitutions(was.expr, now.expr);
  const flipped = found?.some(({ what, before: a, after: b }) => what === 'operator' && a[0] !== b[0]);
  const both = { before: was.expr, after: now.expr };
  if (flipped) return [change(now, flip(was, now), 'unclear', both)];
  if (
    before !== undefined &&
    after !== undefined &&
    sameMeasure(before, after) &&
    before.value !== after.value
  ) {
    const moved = withNumbers(was.expr, (value) => (value === before.value ? after.value : value));
    if (moved !== undefined && moved.places > 0 && sameExpression(moved.source, now.expr))
      return [thresholdChange(now, { before, after, judged: effectOf(found), places: moved.places, both })];
  }
  const effect = effectOf(found);
  const unit = unitOf(before, after);
  if (unit === undefined && (effect === 'weaker' || effect === 'stricter')) {
    const places = (found ?? []).map((each) => `${each.before} → ${each.after}`);
    return [change(now, `expression: ${places.join(', ')}${OUTCOME[effect]}`, effect, both)];
  }
  const moved =
    before !== undefined && after !== undefined && (unit !== undefined || before.value !== after.value)
      ? [
          `threshold ${words(before)} → ${words(after)}${unit ?? ', and what is compared with it changed too'}`,
        ]
      : [];
  return [
    ...moved.map((text) => change(now, text, 'unclear')),
    ...expressionChanges({
      area: 'alert',
      subject: now.name,
      was: was.expr,
      now: now.expr,
      // Told already, but only where it stands in one place.
      ignore:
        moved.length === 0 ? undefined : (a, b) => Number(a) === before?.value && Number(b) === after?.value,
    }),
  ];
}

function change(alert: AlertModel, text: string, effect: Effect, more: Partial<Change> = {}): Change {
  return { area: 'alert', subject: alert.name, kind: 'changed', text, effect, ...more };
}

const words = ({ value, unit }: Threshold): string => inUnit(value, unit);

const sameMeasure = (before: Threshold, after: Threshold): boolean =>
  before.unit === after.unit && before.direction === after.direction;

/** What to say of a unit that is another one. */
const unitOf = (before: Threshold | undefined, after: Threshold | undefined): string | undefined =>
  before?.unit !== undefined && after?.unit !== undefined && before.unit !== after.unit
    ? `: another unit (${before.unit} → ${after.unit}), so the numbers do not compare`
    : undefined;

/** What is said of a threshold beside an expression that stays. */
function declaredAnew(
  alert: AlertModel,
  before: Threshold | undefined,
  after: Threshold | undefined,
): readonly Change[] {
  if (before === undefined || after === undefined) return [];
  const unit = unitOf(before, after);
  if (unit !== undefined)
    return [change(alert, `threshold ${words(before)} → ${words(after)}${unit}`, 'unclear')];
  if (before.direction !== after.direction)
    return [
      change(
        alert,
        `is declared to fire ${after.direction} its threshold, and its expression stays`,
        'unclear',
      ),
    ];
  if (before.value === after.value) return [];
  return [
    change(
      alert,
      `threshold ${words(before)} → ${words(after)}, which its expression does not use`,
      'unclear',
    ),
  ];
}

interface Moved {
  readonly before: Threshold;
  readonly after: Threshold;
  readonly judged: Effect;
  /** In how many places of the expression the number stands. */
  readonly places: number;
  readonly both: Pick<Change, 'before' | 'after'>;
}

/** A threshold that is another number in the same expression. */
function thresholdChange(alert: AlertModel, { before, after, judged, places, both }: Moved): Change {
  const declared = looser(after.value, before.value, after.direction) ? 'weaker' : 'stricter';
  const text = `threshold ${words(before)} → ${words(after)}${growth(before.value, after.value)}`;
  if (judged === 'unclear' && places > 1)
    return change(
      alert,
      `${text} in ${places} places of its expression, which do not agree on whether it fires sooner`,
      'unclear',
      both,
    );
  const effect = judged === 'unclear' ? declared : judged;
  if (effect !== declared)
    return change(alert, `${text}, against its declared side (${after.direction})`, 'unclear', both);
  return change(alert, `${text}, ${effect === 'weaker' ? 'looser' : 'stricter'}`, effect);
}

/** Both sides grew alike: it fires where it fired. */
function scaledChange(was: AlertModel, now: AlertModel, factor: number): Change {
  const [before, after] = [limitOf(was.expr), limitOf(now.expr)];
  const times = `${Number(factor.toPrecision(6)).toLocaleString('en-US')} times`;
  const texts = [...Object.values(was.annotations), ...Object.values(now.annotations)].join(' ');
  const shown = /\$value|\.Value\b/.test(texts);
  const unit = unitOf(was.threshold, now.threshold);
  const text =
    `what is compared and the limit are both ${times} as large (${before?.value} → ${after?.value}): it fires as before` +
    `${unit === undefined ? '' : `, in another unit (${was.threshold?.unit} → ${now.threshold?.unit})`}` +
    `${shown ? `; its texts show the value, which is ${times} as large` : ''}`;
  return change(now, text, shown ? 'unclear' : 'neutral', { before: was.expr, after: now.expr });
}

/** The comparison is turned round. */
function flip(was: AlertModel, now: AlertModel): string {
  const [before, after] = [limitOf(was.expr), limitOf(now.expr)];
  if (before === undefined || after === undefined)
    return 'a comparison is turned round: it fires where it was quiet';
  const unit = now.threshold?.unit ?? was.threshold?.unit;
  const side = ({ op, value }: { readonly op: string; readonly value: number }) =>
    `${op} ${inUnit(value, unit)}`;
  const fires = after.op.startsWith('>') ? 'above' : after.op.startsWith('<') ? 'below' : undefined;
  const against =
    now.threshold !== undefined && fires !== undefined && fires !== now.threshold.direction
      ? `, against its declared side (${now.threshold.direction})`
      : '';
  const overlaps = after.op.startsWith('<') ? after.value > before.value : after.value < before.value;
  const nearlyAlways = overlaps ? 'at nearly every value' : 'wherever it was quiet';
  return `fires at ${side(after)}, it fired at ${side(before)}${against}: nearly always on, ${nearlyAlways}`;
}
