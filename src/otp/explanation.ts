import type { OtpFinding } from '../domain/message.ts';
import { enough } from './context.ts';
import type { Analysis } from './engine.ts';
import type { Judged } from './verdict.ts';

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
  /** The most probable first. */
  readonly candidates: readonly {
    readonly code: string;
    readonly start: number;
    readonly format: string;
    /** What the words of the packs say, 0 to 1. */
    readonly score: number;
    /** What the text around it says, in logits. */
    readonly context: number;
    /** Both together, 0 to 1. */
    readonly probability: number;
    readonly rule: string;
    readonly word: string;
  }[];
  readonly finding: OtpFinding | null;
  /** One sentence: why this is the answer. */
  readonly why: string;
}

/** What is known of a text once it is judged; `analysis` is absent where an operator rule decided. */
export interface Settled {
  readonly text: string;
  readonly analysis: Analysis | undefined;
  readonly finding: OtpFinding | null;
  /** The operator rule that decided. */
  readonly rule?: string;
}

/** Turns a verdict into plain data. */
export function describe(judged: Settled): OtpExplanation {
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
    candidates: (analysis?.candidates ?? []).map(({ code, piece, score, context, probability, rule, word }) => ({
      code,
      start: piece.start,
      format: piece.shape.id,
      score: hundredths(score),
      context: hundredths(context),
      probability: hundredths(probability),
      rule,
      word,
    })),
    finding,
    why: reasonOf(judged),
  };
}

function reasonOf({ analysis, finding, rule }: Settled): string {
  if (rule !== undefined)
    return `the operator rule ${rule} matches${finding === null ? ' and says that there is none' : ''}`;
  if (analysis?.bound !== undefined) return 'the last line binds the code to a host';
  const { winner, candidates = [], masked = [] } = analysis ?? {};
  if (winner !== undefined) return winnerReason(winner);
  const [best] = candidates;
  if (best !== undefined) {
    const words =
      best.score > 0 ? `"${best.word}" speaks for ${best.code}, but with` : `${best.code} is the best candidate, with`;
    return `${words} what stands around it it is a code by ${percent(best.probability)}, less than ${percent(enough)}`;
  }
  return masked.length > 0 ? 'every number is something else' : 'nothing in the text looks like a code';
}

function winnerReason({ word, rule, score, probability }: Judged): string {
  const sure = `${percent(probability)}, the most of all and at least ${percent(enough)}`;
  if (word === '') return `what stands around it makes it a code by ${sure}`;
  return `"${word}" speaks for it (${rule}) with ${hundredths(score)}, and with what stands around it it is a code by ${sure}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
