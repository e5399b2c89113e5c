import type { BenchMessage } from './otp-corpus.ts';

/** What an extractor answered to one message. `confidence` is 1 where it gives none. */
export interface Answer {
  readonly code: string | null;
  readonly confidence: number;
}

export interface Judged {
  readonly message: BenchMessage;
  readonly answer: Answer;
  readonly right: boolean;
}

/** All rates are shares of 1; null where there is nothing to divide by. */
export interface Score {
  readonly messages: number;
  readonly withCode: number;
  /** Right answers: the right code, or none where there is none. */
  readonly exact: number | null;
  /** Right codes among the codes given. */
  readonly precision: number | null;
  /** Right codes among the messages that have one. */
  readonly recall: number | null;
  /** Codes given on messages without one. */
  readonly falseCodes: number | null;
  readonly wrongCodes: number;
  readonly missed: number;
}

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly given: number;
  readonly right: number;
  readonly meanConfidence: number;
}

/** How two spellings of a code are compared. `lenient` forgives case and separators. */
export type Comparison = 'strict' | 'lenient';

export function judge(message: BenchMessage, answer: Answer, comparison: Comparison): Judged {
  const spell = (code: string) => (comparison === 'strict' ? code : code.replace(/[\s.-]/g, '').toLowerCase());
  const accepted = message.code === null ? [] : [message.code, ...(message.alt ?? [])].map(spell);
  const right = answer.code === null ? message.code === null : accepted.includes(spell(answer.code));
  return { message, answer, right };
}

export function score(judged: readonly Judged[]): Score {
  const count = (test: (one: Judged) => boolean) => judged.filter(test).length;
  const withCode = count(({ message }) => message.code !== null);
  const given = count(({ answer }) => answer.code !== null);
  const rightCodes = count(({ answer, right }) => right && answer.code !== null);
  const falseCodes = count(({ message, answer }) => message.code === null && answer.code !== null);
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return {
    messages: judged.length,
    withCode,
    exact: share(
      count(({ right }) => right),
      judged.length,
    ),
    precision: share(rightCodes, given),
    recall: share(rightCodes, withCode),
    falseCodes: share(falseCodes, judged.length - withCode),
    wrongCodes: given - rightCodes - falseCodes,
    missed: count(({ message, answer }) => message.code !== null && answer.code === null),
  };
}

/** The score of each group of messages that `key` gives the same name. */
export function scoreBy(judged: readonly Judged[], key: (message: BenchMessage) => string): Map<string, Score> {
  const groups = Map.groupBy(judged, ({ message }) => key(message));
  return new Map([...groups].sort(([a], [b]) => a.localeCompare(b)).map(([name, group]) => [name, score(group)]));
}

const edges = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Of the codes given with a confidence in each bin (upper edge excluded, 1 has its own), how many were right. */
export function calibrate(judged: readonly Judged[]): CalibrationBin[] {
  const given = judged.filter(({ answer }) => answer.code !== null);
  return edges.flatMap((from, index) => {
    const to = edges[index + 1] ?? 1;
    const bin = given.filter(({ answer }) => answer.confidence >= from && (answer.confidence < to || from === 1));
    if (bin.length === 0) return [];
    const sum = bin.reduce((total, { answer }) => total + answer.confidence, 0);
    const right = bin.filter((one) => one.right).length;
    return [{ from, to, given: bin.length, right, meanConfidence: sum / bin.length }];
  });
}

/** The 95 % interval of a share of `whole` (Wilson), as shares of 1. */
export function interval(share: number, whole: number): [number, number] {
  const z = 1.96;
  const middle = share + z ** 2 / (2 * whole);
  const spread = z * Math.sqrt((share * (1 - share)) / whole + z ** 2 / (4 * whole ** 2));
  const scale = 1 + z ** 2 / whole;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}
