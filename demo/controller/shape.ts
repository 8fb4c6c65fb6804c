/**
 * Requests a second at a time of day: quiet at three in the morning, a peak at seven in the evening, `mean` on average.
 * `now` is in Unix milliseconds; a day is `daySeconds` long and begins at midnight UTC.
 */
export function rateAt(now: number, mean: number, daySeconds: number): number {
  const hours = 24 * ((now / 1_000 / daySeconds) % 1);
  const daily = 0.5 * Math.cos((2 * Math.PI * (hours - 17)) / 24);
  const twiceDaily = 0.15 * Math.cos((4 * Math.PI * (hours - 20)) / 24);
  return mean * (1 + daily + twiceDaily);
}
