/**
 * From score to confidence, as a line through these points. They stand well below what `scripts/otp-eval.ts` counts on the
 * messages the rules were written from, where every share is above 97 %, because those flatter the rules; the benchmark
 * prints the same table for messages they were not written from.
 */
const points: readonly (readonly [score: number, confidence: number])[] = [
  [0.5, 0.6],
  [0.6, 0.75],
  [0.7, 0.85],
  [0.8, 0.92],
  [0.9, 0.97],
  [1, 0.99],
];
/** Another number that scores nearly as much halves the trust that is left. */
const closeCall = 0.1;
const closeCallFactor = 0.8;

/** The share of right answers, 0 to 1 in hundredths, to expect of a code with this score and lead over the next. */
export function calibrate(score: number, lead: number): number {
  const above = points.findIndex(([known]) => known >= score);
  const [high, most] = points[above < 0 ? points.length - 1 : above] ?? [1, 1];
  const [low, least] = points[Math.max(0, (above < 0 ? points.length : above) - 1)] ?? [high, most];
  const share = high === low ? most : least + ((most - least) * (score - low)) / (high - low);
  return Math.round(share * (lead < closeCall ? closeCallFactor : 1) * 100) / 100;
}
