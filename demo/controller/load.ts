import { type Peer, PeerError } from '../kit/client.ts';
import { CHANNELS, type ClickEvent, type FeatureUpdate } from '../kit/events.ts';
import type { EventProducer } from '../kit/kafka.ts';
import { type Log, reasonOf } from '../kit/log.ts';
import { every, pause } from '../kit/retry.ts';
import { deviceOf, drawMerchant, drawUser } from '../models/entities.ts';
import { type FeatureGroup, offlineValues } from '../models/features.ts';
import { drawInputs, MODELS } from '../models/models.ts';
import { exponential, normal, pick } from '../models/random.ts';
import { rateAt } from './shape.ts';
import type { ControlState } from './state.ts';

/** Share of requests that ask for a fraud prediction; the others ask for personalization. */
const FRAUD_SHARE = 0.6;
/** Clicks for each request. */
const CLICKS = 0.5;
const HIGH_LOAD_FACTOR = 6;
/** Drift: this share of requests comes from another population, this many standard deviations off. */
const DRIFT = { share: 0.5, shift: 5 };
/** Consumer lag: clicks at once, and more a second while it lasts, about as many as the slow consumer takes. */
const BURST = { clicks: 24_000, perSecond: 25 };
/** Share of clicks that cannot be parsed in the dead-letters incident. */
const MALFORMED_SHARE = 0.3;
/** Requests under way at most: more are not sent. */
const CONCURRENCY = 400;
/** How often events are made, in milliseconds. */
const TICK_MS = 500;

export interface LoadSettings {
  /** Requests a second, on average over the day. */
  readonly rps: number;
  readonly daySeconds: number;
}

/** The users of the demo: their requests, their clicks, and what changes about devices and merchants. */
export class LoadGenerator {
  readonly #settings: LoadSettings;
  readonly #state: ControlState;
  readonly #inference: Peer;
  readonly #producer: EventProducer;
  readonly #log: Log;
  #active = 0;
  #burstSent = false;

  constructor(
    settings: LoadSettings,
    state: ControlState,
    inference: Peer,
    producer: EventProducer,
    log: Log,
  ) {
    this.#settings = settings;
    this.#state = state;
    this.#inference = inference;
    this.#producer = producer;
    this.#log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#settings.rps === 0) return;
    const failed = (error: unknown) => this.#log.error('events are not made', { reason: reasonOf(error) });
    await Promise.all([this.#requests(signal), every(TICK_MS, () => this.#events(), failed, signal)]);
  }

  #rate(): number {
    const rate = rateAt(Date.now(), this.#settings.rps, this.#settings.daySeconds);
    return this.#state.active('high-load') ? HIGH_LOAD_FACTOR * rate : rate;
  }

  /** Users do not wait for each other: requests come at random, whether or not earlier ones were answered. */
  async #requests(signal: AbortSignal): Promise<void> {
    let next = performance.now();
    while (!signal.aborted) {
      next = Math.max(next + 1_000 * exponential(Math.random, this.#rate()), performance.now() - 1_000);
      const wait = next - performance.now();
      if (wait > 0) await pause(wait, signal);
      if (this.#active < CONCURRENCY && !signal.aborted) void this.#request();
    }
  }

  async #request(): Promise<void> {
    this.#active++;
    try {
      const user = drawUser(Math.random);
      const mean = offlineValues('transaction_history', user).mean_amount_usd ?? 0;
      const drifted = this.#state.active('drift') && Math.random() < DRIFT.share;
      const { amount, discount } = drawInputs(Math.random, mean, drifted ? DRIFT.shift : 0);
      if (Math.random() < FRAUD_SHARE) {
        const channel = pick(Math.random, CHANNELS);
        const merchant = drawMerchant(Math.random);
        const body = { user, device: deviceOf(user), merchant, channel, amount };
        await this.#inference.post(MODELS.fraud.endpoint, body);
      } else {
        await this.#inference.post(MODELS.personalization.endpoint, { user, discount });
      }
    } catch (error) {
      // A failed prediction is the business of the inference API; one that was never answered is worth a line.
      if (!(error instanceof PeerError))
        this.#log.warn('prediction not answered', { reason: reasonOf(error) });
    } finally {
      this.#active--;
    }
  }

  #events(): void {
    const seconds = TICK_MS / 1_000;
    const clicks = this.#rate() * CLICKS * seconds;
    this.#click(Math.floor(clicks) + (Math.random() < clicks % 1 ? 1 : 0));
    if (this.#state.active('consumer-lag')) {
      this.#click(this.#burstSent ? BURST.perSecond * seconds : BURST.clicks);
      this.#burstSent = true;
    } else {
      this.#burstSent = false;
    }
    this.#change('device', deviceOf(drawUser(Math.random)), 'device_risk');
    this.#change('merchant', drawMerchant(Math.random), 'merchant_risk');
  }

  #click(count: number): void {
    for (let i = 0; i < count; i++) {
      const user = drawUser(Math.random);
      const click: ClickEvent = { at: Date.now(), user, offer: `o-${Math.floor(Math.random() * 50)}` };
      const text = JSON.stringify(click);
      const broken = this.#state.active('dead-letters') && Math.random() < MALFORMED_SHARE;
      this.#producer.sendText('clicks', user, broken ? text.slice(0, -4) : text);
    }
  }

  /** A device or merchant is judged anew, a little around what is known of it. */
  #change(group: FeatureGroup, id: string, feature: string): void {
    const usual = offlineValues(group, id)[feature] ?? 0;
    const update: FeatureUpdate = {
      at: Date.now(),
      group,
      id,
      values: { [feature]: usual + 0.01 * normal(Math.random) },
    };
    this.#producer.send('feature-updates', id, update);
  }
}
