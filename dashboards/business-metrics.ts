import type { DashboardOutline } from './dashboard.ts';
import type { DashboardContext } from './limits.ts';
import { sloBound } from './limits.ts';
import { MODEL_COLORS } from './panels/colors.ts';
import { colored, heatmap, timeSeries } from './panels/graphs.ts';
import { barGauge, stat } from './panels/kinds.ts';
import { toDashboard } from './panels/links.ts';
import { line, row } from './panels/panel.ts';
import { buckets, fixedWindow, instant, range, sparse } from './panels/query.ts';
import { COLOR, lowIsBad, NEUTRAL } from './panels/thresholds.ts';
import { channelVariable, datasourceVariable, modelVariable } from './panels/variables.ts';

const CHANNEL = 'channel=~"$channel"';
const MODEL = 'model_type=~"$model"';

/** From what the platform earns and saves to what its models decide by. */
export function businessMetrics(context: DashboardContext): DashboardOutline {
  return {
    uid: 'business-metrics',
    folder: 'business',
    question: 'Is fraud being caught, is business as usual, and what is it worth in dollars?',
    next: 'A change here that no deployment or alert explains is a change in customers or fraudsters.',
    variables: [datasourceVariable(), channelVariable(), modelVariable('model_prediction_confidence_count')],
    rows: [
      row('What it is worth now', line(4, ...worth())),
      row('Fraud', line(8, fraudRate(), fraudByChannel(), prevented())),
      row('Transactions', line(8, volume(), outcomes(), amounts())),
      row('Against a week ago', line(8, weekOfTransactions(), weekOfFraud(), weekOfRevenue())),
      row('Revenue', line(8, revenue(), revenuePerTransaction())),
      row('What the models decide by', line(9, confidenceDistribution(), confidence(context), importance())),
    ],
  };
}

const worth = () => [
  stat({
    title: 'Transactions per second',
    description: 'All transactions seen, whatever came of them.',
    unit: 'cps',
    min: 0,
    sparkline: true,
    queries: [range(`sum(rate(business_transactions_total{${CHANNEL}}[$__rate_interval]))`, 'transactions')],
    shows: ['high-load'],
  }),
  stat({
    title: 'Share of transactions judged fraudulent',
    description: 'Fraud found over all transactions in the time range.',
    unit: 'percentunit',
    min: 0,
    decimals: 2,
    queries: [
      instant(
        `sum(increase(business_fraud_detected_total{${CHANNEL}}[$__range])) / sum(increase(business_transactions_total{${CHANNEL}}[$__range]))`,
        'fraud',
      ),
    ],
  }),
  stat({
    title: 'Revenue in the time range',
    description: 'Revenue of approved transactions in the time range of the dashboard.',
    unit: 'currencyUSD',
    min: 0,
    levels: NEUTRAL,
    queries: [instant(`sum(increase(business_revenue_usd_total{${CHANNEL}}[$__range]))`, 'revenue')],
  }),
  stat({
    title: 'Fraud prevented in the time range',
    description: 'Amount of declined fraudulent transactions in the time range of the dashboard.',
    unit: 'currencyUSD',
    min: 0,
    levels: NEUTRAL,
    queries: [
      instant(`sum(increase(business_fraud_prevented_usd_total{${CHANNEL}}[$__range]))`, 'prevented'),
    ],
  }),
];

const fraudRate = () =>
  timeSeries({
    title: 'Fraud rate now and its hourly trend',
    description:
      'Share of transactions judged fraudulent, beside its mean of the last hour: a lasting gap is a wave of fraud or a model gone wrong.',
    unit: 'percentunit',
    min: 0,
    overrides: [colored('now', 'orange'), colored('mean of the last hour', 'blue')],
    links: [toDashboard('ml-pipeline')],
    queries: [
      sparse(
        range(
          `sum(rate(business_fraud_detected_total{${CHANNEL}}[$__rate_interval])) / sum(rate(business_transactions_total{${CHANNEL}}[$__rate_interval]) > 0)`,
          'now',
        ),
      ),
      fixedWindow(
        range(
          `sum(rate(business_fraud_detected_total{${CHANNEL}}[1h])) / sum(rate(business_transactions_total{${CHANNEL}}[1h]) > 0)`,
          'mean of the last hour',
        ),
        'A trend is a mean over a fixed time, whatever the zoom.',
      ),
    ],
    shows: ['drift'],
  });

const fraudByChannel = () =>
  timeSeries({
    title: 'Fraud found per hour by channel',
    description: 'Transactions judged fraudulent. Fraud moves to the weakest channel.',
    unit: 'short',
    min: 0,
    draw: 'stacked',
    queries: [
      sparse(
        range(
          `3600 * sum by (channel) (rate(business_fraud_detected_total{${CHANNEL}}[$__rate_interval]))`,
          '{{channel}}',
        ),
      ),
    ],
  });

const prevented = () =>
  timeSeries({
    title: 'Fraud prevented per hour by channel',
    description: 'Dollars of declined fraudulent transactions per hour.',
    unit: 'currencyUSD',
    min: 0,
    draw: 'stacked',
    queries: [
      sparse(
        range(
          `3600 * sum by (channel) (rate(business_fraud_prevented_usd_total{${CHANNEL}}[$__rate_interval]))`,
          '{{channel}}',
        ),
      ),
    ],
  });

const volume = () =>
  timeSeries({
    title: 'Transactions per second by channel',
    description: 'Volume through the day. It follows the customers: a sudden hole is an outage upstream.',
    unit: 'cps',
    min: 0,
    draw: 'stacked',
    queries: [
      range(
        `sum by (channel) (rate(business_transactions_total{${CHANNEL}}[$__rate_interval]))`,
        '{{channel}}',
      ),
    ],
    shows: ['high-load', 'api-down'],
  });

const outcomes = () =>
  timeSeries({
    title: 'Share of transactions by outcome',
    description: 'Approved, declined and reviewed. More reviews mean that the models are less sure.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    draw: 'stacked',
    overrides: [colored('approved', 'green'), colored('declined', 'red'), colored('reviewed', 'yellow')],
    queries: [
      range(
        `sum by (outcome) (rate(business_transactions_total{${CHANNEL}}[$__rate_interval])) / on () group_left () sum(rate(business_transactions_total{${CHANNEL}}[$__rate_interval]) > 0)`,
        '{{outcome}}',
      ),
    ],
  });

const amounts = () =>
  heatmap({
    title: 'Amounts of transactions',
    description:
      'How many transactions of each size, a second. A new bright band is a new pattern of use or abuse.',
    unit: 'currencyUSD',
    countUnit: 'cps',
    min: 0,
    queries: [
      buckets(`sum by (le) (rate(business_transaction_amount_usd_bucket{${CHANNEL}}[$__rate_interval]))`),
    ],
  });

const LAST_WEEK = 'The same hour a week ago is compared with, whatever the zoom.';

/** The hourly mean of a rate now and a week ago. Nothing stands there for last week until a week is stored. */
const againstLastWeek = (rate: (offset: string) => string) => [
  fixedWindow(range(rate(''), 'now'), LAST_WEEK),
  fixedWindow(range(rate(' offset 1w'), 'a week ago'), LAST_WEEK),
];

/** Now stands out; what was is dim. */
const WEEK_COLORS = [colored('now', 'blue'), colored('a week ago', COLOR.muted)];

const weekOfTransactions = () =>
  timeSeries({
    title: 'Transactions against a week ago',
    description: 'Hourly mean of transactions a second. A gap in the same hour of two weeks is news.',
    unit: 'cps',
    min: 0,
    overrides: WEEK_COLORS,
    queries: againstLastWeek((offset) => `sum(rate(business_transactions_total{${CHANNEL}}[1h]${offset}))`),
  });

const weekOfFraud = () =>
  timeSeries({
    title: 'Fraud rate against a week ago',
    description: 'Hourly share of transactions judged fraudulent.',
    unit: 'percentunit',
    min: 0,
    overrides: WEEK_COLORS,
    queries: againstLastWeek(
      (offset) =>
        `sum(rate(business_fraud_detected_total{${CHANNEL}}[1h]${offset})) / sum(rate(business_transactions_total{${CHANNEL}}[1h]${offset}) > 0)`,
    ),
  });

const weekOfRevenue = () =>
  timeSeries({
    title: 'Revenue against a week ago',
    description: 'Dollars of approved transactions per hour.',
    unit: 'currencyUSD',
    min: 0,
    overrides: WEEK_COLORS,
    queries: againstLastWeek(
      (offset) => `3600 * sum(rate(business_revenue_usd_total{${CHANNEL}}[1h]${offset}))`,
    ),
  });

const revenue = () =>
  timeSeries({
    title: 'Revenue per hour by channel',
    description: 'Dollars of approved transactions per hour.',
    unit: 'currencyUSD',
    min: 0,
    draw: 'stacked',
    queries: [
      range(
        `3600 * sum by (channel) (rate(business_revenue_usd_total{${CHANNEL}}[$__rate_interval]))`,
        '{{channel}}',
      ),
    ],
    shows: ['api-down'],
  });

const revenuePerTransaction = () =>
  timeSeries({
    title: 'Mean revenue of a transaction by channel',
    description:
      'Dollars of revenue over all transactions. It falls when good customers are declined: false positives cost money.',
    unit: 'currencyUSD',
    min: 0,
    links: [toDashboard('inference-api')],
    queries: [
      range(
        `sum by (channel) (rate(business_revenue_usd_total{${CHANNEL}}[$__rate_interval])) / sum by (channel) (rate(business_transactions_total{${CHANNEL}}[$__rate_interval]) > 0)`,
        '{{channel}}',
      ),
    ],
  });

const confidenceDistribution = () =>
  heatmap({
    title: 'Confidence of predictions',
    description:
      'Where the confidence of predictions lies. A band that slides down is a model that knows less and less.',
    unit: 'percentunit',
    countUnit: 'cps',
    min: 0,
    max: 1,
    links: [toDashboard('inference-api')],
    queries: [buckets(`sum by (le) (rate(model_prediction_confidence_bucket{${MODEL}}[$__rate_interval]))`)],
    shows: ['low-confidence'],
  });

const confidence = (context: DashboardContext) =>
  timeSeries({
    title: 'Mean confidence by model',
    description: 'Five-minute mean against the objective and the alert.',
    unit: 'percentunit',
    max: 1,
    levels: lowIsBad({ bad: context.limits.confidence, good: sloBound(context, 'model-confidence') }),
    links: [toDashboard('inference-api', { model: 'model_type' })],
    overrides: MODEL_COLORS,
    queries: [range(`model_type:prediction_confidence:mean5m{${MODEL}}`, '{{model_type}}')],
    shows: ['low-confidence'],
  });

const importance = () =>
  barGauge({
    title: 'What the models decide by, ten features first',
    description:
      'Share of a feature in the decisions of a model. One feature alone at the top makes the model easy to game.',
    unit: 'percentunit',
    min: 0,
    levels: NEUTRAL,
    queries: [
      instant(
        `topk(10, max by (model_type, feature) (model_feature_importance_ratio{${MODEL}}))`,
        '{{model_type}}: {{feature}}',
      ),
    ],
  });
