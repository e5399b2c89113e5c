import type { OtpFinding } from '../domain/message.ts';
import { type Analysis, analyse, type Engine } from './engine.ts';
import { buildLexicon } from './lexicon.ts';
import { normalise } from './normalise.ts';
import { type CompiledRule, compileRule, type OperatorRule } from './operator-rule.ts';
import { languagePacks } from './packs.ts';
import { checkPacks } from './self-check.ts';
import { buildShapeReader, builtInShapes, checkShapes } from './shape.ts';

export { type OperatorRule, operatorRuleSchema } from './operator-rule.ts';

/** A received message, as far as its code is concerned. */
export interface OtpMessage {
  readonly from: string;
  readonly text: string;
}

export interface OtpExtractor {
  /** The one-time code of a message, or null. Never throws; the work is bounded whatever the text. */
  extract(message: OtpMessage): OtpFinding | null;
  /** How `extract` came to its answer. */
  explain(message: OtpMessage): OtpExplanation;
}

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
}

/**
 * The built-in rules and the operator's. Every rule runs its own examples first: throws `otp.bad_rule` with the rule
 * and the example that failed. Operator rules go before the built-in ones, in their order, negative ones first.
 */
export function createExtractor(options: { readonly rules?: readonly OperatorRule[] } = {}): OtpExtractor {
  const engine = builtInEngine();
  const rules = (options.rules ?? []).map(compileRule);
  const ordered = [...rules.filter((rule) => rule.negative), ...rules.filter((rule) => !rule.negative)];
  return {
    extract: (message) => judge(engine, ordered, message).finding,
    explain: (message) => describe(judge(engine, ordered, message)),
  };
}

let builtIn: Engine | undefined;

function builtInEngine(): Engine {
  if (builtIn !== undefined) return builtIn;
  checkShapes(builtInShapes);
  const engine = { lexicon: buildLexicon(languagePacks), readShapes: buildShapeReader(builtInShapes) };
  checkPacks(languagePacks, (text) => findingOf(analyse(engine, normalise(text), '')));
  builtIn = engine;
  return engine;
}

interface Verdict {
  readonly text: string;
  readonly analysis: Analysis | undefined;
  readonly finding: OtpFinding | null;
}

function judge(engine: Engine, rules: readonly CompiledRule[], message: OtpMessage): Verdict {
  const text = normalise(message.text);
  for (const rule of rules) {
    const code = rule.accepts(message.from) ? rule.find(text) : undefined;
    if (code === undefined) continue;
    const finding = {
      code,
      rule: rule.id,
      confidence: 1,
      ...(rule.service === undefined ? {} : { service: rule.service }),
    };
    return { text, analysis: undefined, finding: rule.negative ? null : finding };
  }
  const analysis = analyse(engine, text, message.from);
  return { text, analysis, finding: findingOf(analysis) };
}

function findingOf({ bound, winner, candidates }: Analysis): OtpFinding | null {
  if (bound !== undefined) return { code: bound.code, rule: 'origin-bound', confidence: 1, service: bound.host };
  if (winner === undefined) return null;
  const rival = candidates.find(({ code, score }) => code !== winner.code && score > 0);
  const margin = winner.score - (rival?.score ?? 0);
  const certainty = margin < 0.1 ? 0.8 : 1;
  return { code: winner.code, rule: winner.rule, confidence: Math.round(winner.score * certainty * 100) / 100 };
}

function describe({ text, analysis, finding }: Verdict): OtpExplanation {
  return {
    text,
    masked: (analysis?.masked ?? []).map(({ piece, reason }) => ({
      text: text.slice(piece.from, piece.end),
      start: piece.from,
      reason,
    })),
    keywords: (analysis?.keywords ?? []).map(({ start, end, language, strength, decoy, dead }) => ({
      text: text.slice(start, end),
      start,
      language,
      strength,
      ...(decoy ? { ignored: 'topic' as const } : dead ? { ignored: 'expired' as const } : {}),
    })),
    candidates: (analysis?.candidates ?? []).map(({ code, piece, score, rule, word }) => ({
      code,
      start: piece.start,
      format: piece.shape.id,
      score: Math.round(score * 100) / 100,
      rule,
      word,
    })),
    finding,
  };
}
