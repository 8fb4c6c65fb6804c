import { CHANNELS, OUTCOMES, parseEvent, type TransactionEvent } from '../kit/events.ts';
import { startAtZero } from '../kit/metrics.ts';
import type { Service } from '../kit/service.ts';
import { importance } from '../models/logistic.ts';
import { drawExamples, inputNames, MODEL_TYPES, type ModelType, trainModel } from '../models/models.ts';

/** Decisions that feature importance is averaged over. */
const WINDOW = 1_000;

/** What transactions mean to the business. */
export class Ledger {
  readonly #metrics: Service<'business'>['metrics'];
  #contributions: number[][];

  constructor({ metrics }: Service<'business'>) {
    this.#metrics = metrics;
    startAtZero(metrics.business_transactions_total, { channel: CHANNELS, outcome: OUTCOMES });
    for (const counter of ['fraud_detected', 'revenue_usd', 'fraud_prevented_usd'] as const) {
      startAtZero(metrics[`business_${counter}_total`], { channel: CHANNELS });
    }
    for (const channel of CHANNELS) metrics.business_transaction_amount_usd.zero({ channel });
    for (const type of MODEL_TYPES) this.#setImportance(type, typicalContributions(type));
    this.#contributions = typicalContributions('fraud');
  }

  /** Books one event, or returns why it cannot. */
  book(text: string): string | undefined {
    let event: TransactionEvent;
    try {
      event = transactionOf(text);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    const { channel, outcome, amount } = event;
    this.#metrics.business_transactions_total.inc({ channel, outcome });
    this.#metrics.business_transaction_amount_usd.observe({ channel }, amount);
    if (outcome === 'approved') this.#metrics.business_revenue_usd_total.inc({ channel }, amount);
    if (event.score >= 0.5) this.#metrics.business_fraud_detected_total.inc({ channel });
    if (outcome === 'declined') this.#metrics.business_fraud_prevented_usd_total.inc({ channel }, amount);
    this.#contributions.push(inputNames('fraud').map((name) => event.contributions[name] ?? 0));
    return undefined;
  }

  /** Brings the importance of the fraud model's features up to date. */
  update(): void {
    this.#contributions = this.#contributions.slice(-WINDOW);
    this.#setImportance('fraud', this.#contributions);
  }

  #setImportance(type: ModelType, contributions: readonly number[][]): void {
    const shares = importance(contributions);
    inputNames(type).forEach((feature, i) => {
      this.#metrics.model_feature_importance_ratio.set({ model_type: type, feature }, shares[i] ?? 0);
    });
  }
}

/** Contributions to decisions on held-out data, until there are live ones. */
function typicalContributions(type: ModelType): number[][] {
  const model = trainModel(type, 'production');
  return drawExamples(type, 500, 'importance').map(({ inputs }) =>
    inputs.map((value, i) => value * (model.weights[i] ?? 0)),
  );
}

function transactionOf(text: string): TransactionEvent {
  const event = parseEvent(text) as Partial<TransactionEvent> & { at: number };
  const { channel, outcome, amount, score, contributions } = event;
  const valid =
    CHANNELS.some((name) => name === channel) &&
    OUTCOMES.some((name) => name === outcome) &&
    typeof amount === 'number' &&
    amount >= 0 &&
    typeof score === 'number' &&
    typeof contributions === 'object';
  if (!valid) throw new TypeError('not a transaction');
  return event as TransactionEvent;
}
