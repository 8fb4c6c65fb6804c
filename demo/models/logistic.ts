/** A logistic regression over standardised inputs. */
export interface LogisticModel {
  readonly weights: readonly number[];
  readonly bias: number;
}

export interface Example {
  readonly inputs: readonly number[];
  readonly label: 0 | 1;
}

/** Probability of the positive class. */
export function probability(model: LogisticModel, inputs: readonly number[]): number {
  return sigmoid(logit(model, inputs));
}

export function logit(model: LogisticModel, inputs: readonly number[]): number {
  return model.weights.reduce((sum, weight, i) => sum + weight * (inputs[i] ?? 0), model.bias);
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Share of examples whose class the model predicts. */
export function accuracy(model: LogisticModel, examples: readonly Example[]): number {
  const right = examples.filter((e) => probability(model, e.inputs) >= 0.5 === (e.label === 1));
  return right.length / examples.length;
}

/** The training loss became infinite or not a number. */
export class DivergedError extends Error {}

/**
 * Fits by gradient descent with momentum, yielding the model and its loss after each epoch so that the caller can
 * do other work between. Throws `DivergedError` when the loss is no number.
 */
export function* fitModel(
  examples: readonly Example[],
  { epochs, rate, momentum = 0.9 }: { epochs: number; rate: number; momentum?: number },
): Generator<{ model: LogisticModel; loss: number }, LogisticModel> {
  const width = examples[0]?.inputs.length ?? 0;
  let model: LogisticModel = { weights: new Array(width).fill(0), bias: 0 };
  let step = new Array<number>(width + 1).fill(0);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const gradient = new Array<number>(width + 1).fill(0);
    let loss = 0;
    for (const { inputs, label } of examples) {
      const p = probability(model, inputs);
      loss -= Math.log(Math.max(1e-12, label === 1 ? p : 1 - p)) / examples.length;
      const error = (p - label) / examples.length;
      for (let i = 0; i < width; i++) gradient[i] = (gradient[i] ?? 0) + error * (inputs[i] ?? 0);
      gradient[width] = (gradient[width] ?? 0) + error;
    }
    if (!Number.isFinite(loss) || gradient.some(Number.isNaN)) {
      throw new DivergedError(
        `loss is ${loss} after epoch ${epoch}: the training data holds values that are no numbers`,
      );
    }
    step = step.map((previous, i) => momentum * previous - rate * (gradient[i] ?? 0));
    model = {
      weights: model.weights.map((weight, i) => weight + (step[i] ?? 0)),
      bias: model.bias + (step[width] ?? 0),
    };
    yield { model, loss };
  }
  return model;
}

/** Share of each input in the decisions: its mean absolute contribution to the logit, of all of them. */
export function importance(contributions: readonly (readonly number[])[]): number[] {
  const width = contributions[0]?.length ?? 0;
  const sums = Array.from({ length: width }, (_, i) =>
    contributions.reduce((sum, row) => sum + Math.abs(row[i] ?? 0), 0),
  );
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => (total > 0 ? sum / total : 1 / width));
}
