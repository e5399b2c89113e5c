import type { OtpFinding } from '../domain/message.ts';
import type { Analysis } from './engine.ts';
import { threshold } from './score.ts';

/** Plain data: what was read, what was masked and why, what was considered, what won. Offsets are into `text`. */
export interface OtpExplanation {
  /** The normalised text. */
  readonly text: string;
  readonly masked: readonly { readonly text: string; readonly start: number; readonly reason: string }[];
  readonly keywords: readonly {
    readonly text: string;
    readonly start: number;
    readonly language: string;
    readonly strength: string;
    /** What it is worth right beside a number, 0 to 1. */
    readonly weight: number;
    readonly ignored?: 'topic' | 'expired';
  }[];
  /** Best first; a score below 0.5 is not enough. */
  readonly candidates: readonly {
    readonly code: string;
    readonly start: number;
    readonly format: string;
    readonly score: number;
    readonly rule: string;
    readonly word: string;
  }[];
  readonly finding: OtpFinding | null;
  /** One sentence: why this is the answer. */
  readonly why: string;
}

/** What is known of a text once it is judged; `analysis` is absent where an operator rule decided. */
export interface Judged {
  readonly text: string;
  readonly analysis: Analysis | undefined;
  readonly finding: OtpFinding | null;
  /** The operator rule that decided. */
  readonly rule?: string;
}

/** Turns a verdict into plain data. */
export function describe(judged: Judged): OtpExplanation {
  const { text, analysis, finding } = judged;
  return {
    text,
    masked: (analysis?.masked ?? []).map(({ piece, reason }) => ({
      text: text.slice(piece.from, piece.end),
      start: piece.from,
      reason,
    })),
    keywords: (analysis?.keywords ?? []).map(({ start, end, language, strength, weight, decoy, dead }) => ({
      text: text.slice(start, end),
      start,
      language,
      strength,
      weight: hundredths(weight),
      ...(decoy ? { ignored: 'topic' as const } : dead ? { ignored: 'expired' as const } : {}),
    })),
    candidates: (analysis?.candidates ?? []).map(({ code, piece, score, rule, word }) => ({
      code,
      start: piece.start,
      format: piece.shape.id,
      score: hundredths(score),
      rule,
      word,
    })),
    finding,
    why: reasonOf(judged),
  };
}

function reasonOf({ analysis, finding, rule }: Judged): string {
  if (rule !== undefined)
    return `the operator rule ${rule} matches${finding === null ? ' and says that there is none' : ''}`;
  if (analysis?.bound !== undefined) return 'the last line binds the code to a host';
  const { winner, candidates = [], masked = [] } = analysis ?? {};
  if (winner !== undefined) return winnerReason(winner.word, winner.rule, winner.score);
  const [best] = candidates;
  if (best !== undefined && best.score > 0) {
    return `the best candidate, ${best.code}, scores ${hundredths(best.score)}, below ${threshold}`;
  }
  if (best !== undefined) return 'no word of a one-time code speaks for any number';
  return masked.length > 0 ? 'every number is something else' : 'nothing in the text looks like a code';
}

function winnerReason(word: string, rule: string, score: number): string {
  if (word === '') return `the code stands alone (${rule})`;
  return `"${word}" speaks for it (${rule}) with ${hundredths(score)}, the most of all and at least ${threshold}`;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
