import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '../../catalogue/services.ts';
import { Peer } from '../kit/client.ts';
import type { Outcome, TransactionEvent } from '../kit/events.ts';
import { HttpError, type Reply, type Request } from '../kit/http.ts';
import { createKafka, EventProducer } from '../kit/kafka.ts';
import { reasonOf } from '../kit/log.ts';
import { startAtZero } from '../kit/metrics.ts';
import { createService, type Role, type Service } from '../kit/service.ts';
import { commonVariables, PEERS } from '../kit/settings.ts';
import type { FeatureGroup } from '../models/features.ts';
import { MODEL_TYPES, MODELS, type RequestFeatures } from '../models/models.ts';
import { type Prediction, Predictor } from './predictor.ts';
import { RecentPredictions } from './recent.ts';
import { type FraudRequest, fraudRequest, personalizationRequest } from './requests.ts';

const variables = {
  ...commonVariables(SERVICES['inference-api'].port),
  FEATURE_STORE: PEERS.FEATURE_STORE,
  KAFKA: PEERS.KAFKA,
};

/** Without features for this long, in milliseconds, the API says that it cannot serve. */
const FEATURES_LOST_MS = 15_000;

export const inferenceApi: Role<typeof variables> = {
  summary: 'answers predictions over HTTP: POST /predict/fraud, POST /predict/personalization',
  variables,
  async start(settings, context) {
    const service = createService('inference-api', settings, context);
    const { metrics, signals, log, signal } = service;
    for (const type of MODEL_TYPES) {
      const { endpoint, classes } = MODELS[type];
      startAtZero(metrics.inference_requests_total, {
        endpoint: [endpoint],
        status: ['200', '400', '500', '503'],
      });
      startAtZero(metrics.model_predictions_total, { model_type: [type], prediction_class: classes });
      metrics.inference_request_duration_seconds.zero({ endpoint });
      for (const metric of ['duration', 'confidence', 'score'] as const) {
        histogramOf(service, metric).zero({ model_type: type });
      }
    }

    const features = new FeatureClient(service, new Peer(settings.FEATURE_STORE, 1_000));
    const producer = new EventProducer(createKafka('inference-api', settings.KAFKA), log);
    const sending = producer.run(signal);
    service.background(sending);
    const predictor = new Predictor(service);
    const recent = new RecentPredictions();

    const server = service.serve(
      {
        'POST /predict/fraud': measured(service, MODELS.fraud.endpoint, async (request) => {
          const asked = fraudRequest(await request.json());
          const known = await features.fetch({
            user_profile: asked.user,
            transaction_history: asked.user,
            device: asked.device,
            merchant: asked.merchant,
          });
          const prediction = await predictor.predict('fraud', asked, known);
          recent.add('fraud', asked.user, prediction.score);
          const event = transaction(asked, prediction, known);
          producer.send('transactions', asked.user, event);
          return { json: { ...prediction, outcome: event.outcome } };
        }),
        'POST /predict/personalization': measured(
          service,
          MODELS.personalization.endpoint,
          async (request) => {
            const asked = personalizationRequest(await request.json());
            const known = await features.fetch({ user_profile: asked.user, transaction_history: asked.user });
            const prediction = await predictor.predict('personalization', asked, known);
            recent.add('personalization', asked.user, prediction.score);
            return { json: prediction };
          },
        ),
        'GET /predictions/recent': ({ query }) => ({ json: recent.after(Number(query.get('after')) || 0) }),
      },
      () => features.lost(),
    );

    const followIncident = async () => {
      if (!signals.active('api-down')) return server.open();
      log.warn('incident: the port is closed');
      return server.close();
    };
    // A process that is restarted during the incident must not come back before it ends.
    await signals.firstState(1_000, signal);
    await followIncident();
    signals.onChange(() => {
      followIncident().catch((error) => log.error('cannot open the port', { reason: reasonOf(error) }));
    });
    return { server, stop: () => sending };
  },
};

function histogramOf({ metrics }: Service<'inference-api'>, kind: 'duration' | 'confidence' | 'score') {
  if (kind === 'duration') return metrics.model_inference_duration_seconds;
  return kind === 'confidence' ? metrics.model_prediction_confidence : metrics.model_prediction_score;
}

/** Counts and times what `handler` answers, whatever it throws. */
function measured(
  { metrics, log }: Service<'inference-api'>,
  endpoint: string,
  handler: (request: Request) => Promise<Reply>,
) {
  return async (request: Request): Promise<Reply> => {
    const stopTimer = metrics.inference_request_duration_seconds.startTimer({ endpoint });
    metrics.inference_active_requests.inc();
    let status = 200;
    try {
      return await handler(request);
    } catch (error) {
      status = error instanceof HttpError ? error.status : 500;
      if (status >= 500) log.error('prediction failed', { endpoint, status, reason: reasonOf(error) });
      throw error instanceof HttpError ? error : new HttpError(500, reasonOf(error));
    } finally {
      stopTimer();
      metrics.inference_active_requests.dec();
      metrics.inference_requests_total.inc({ endpoint, status: String(status) });
    }
  };
}

/** Fetches features of one request, and knows since when it cannot. */
class FeatureClient {
  readonly #service: Service<'inference-api'>;
  readonly #store: Peer;
  #failingSince: number | undefined;
  #reason = '';

  constructor(service: Service<'inference-api'>, store: Peer) {
    this.#service = service;
    this.#store = store;
  }

  async fetch(ids: Readonly<Partial<Record<FeatureGroup, string>>>): Promise<RequestFeatures> {
    const stopTimer = this.#service.metrics.feature_fetch_duration_seconds.startTimer();
    try {
      const answer = await this.#get(`/features?${new URLSearchParams(ids)}`);
      this.#failingSince = undefined;
      return answer as RequestFeatures;
    } catch (error) {
      this.#failingSince ??= Date.now();
      this.#reason = reasonOf(error);
      throw new HttpError(503, `feature store: ${this.#reason}`);
    } finally {
      stopTimer();
    }
  }

  /** One more attempt, since a kept-alive connection may have been closed by a restart of the store. */
  async #get(path: string): Promise<unknown> {
    try {
      return await this.#store.get(path);
    } catch {
      await delay(20);
      return this.#store.get(path);
    }
  }

  lost(): string | undefined {
    const since = this.#failingSince;
    if (since === undefined || Date.now() - since < FEATURES_LOST_MS) return undefined;
    return `no features since ${new Date(since).toISOString()}: ${this.#reason}`;
  }
}

function transaction(
  asked: FraudRequest,
  { score, contributions }: Prediction,
  known: RequestFeatures,
): TransactionEvent {
  const outcome: Outcome = score >= 0.8 ? 'declined' : score >= 0.5 ? 'reviewed' : 'approved';
  const { user, merchant, channel, amount } = asked;
  const history = known.transaction_history ?? {};
  return { at: Date.now(), user, merchant, channel, amount, outcome, score, history, contributions };
}
