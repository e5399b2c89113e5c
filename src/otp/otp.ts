import type { OtpFinding } from '../domain/message.ts';
import { createContext, readWeights } from './context.ts';
import { type Analysis, analyse, type Engine } from './engine.ts';
import { describe, type OtpExplanation, type Settled } from './explanation.ts';
import { buildLexicon } from './lexicon.ts';
import { normalise } from './normalise.ts';
import { type CompiledRule, compileRule, type OperatorRule } from './operator-rule.ts';
import { readLanguagePacks } from './packs.ts';
import { checkPacks } from './self-check.ts';
import { buildShapeReader, builtInShapes, checkShapes } from './shape.ts';

export type { OtpExplanation } from './explanation.ts';
export { type OperatorRule, operatorRuleSchema } from './operator-rule.ts';
export { loadRuleFolder, operatorRules } from './rule-folder.ts';

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

/**
 * The built-in rules and the operator's, which run their own examples first: throws `otp.bad_rule` with the rule
 * and the example that failed. Operator rules go before the built-in ones, in their order, negative ones first.
 */
export function createExtractor(options: { readonly rules?: readonly OperatorRule[] } = {}): OtpExtractor {
  const engine = builtInEngine();
  const rules = (options.rules ?? []).map(compileRule);
  const ordered = [...rules.filter((rule) => rule.negative), ...rules.filter((rule) => !rule.negative)];
  return {
    extract: (message) => judge(engine, ordered, message, true).finding,
    explain: (message) => describe(judge(engine, ordered, message, false)),
  };
}

/** An extractor whose operator rules can be read anew while it is in use. */
export interface ReloadableExtractor extends OtpExtractor {
  /** Reads the rules again. Throws what `load` throws, or `otp.bad_rule`, and then goes on with the rules it had. */
  reload(): void;
}

/** An extractor over the rules that `load` gives now and on every `reload`. Throws as `reload` does. */
export function createReloadableExtractor(load: () => readonly OperatorRule[]): ReloadableExtractor {
  let current = createExtractor({ rules: load() });
  return {
    extract: (message) => current.extract(message),
    explain: (message) => current.explain(message),
    reload: () => {
      current = createExtractor({ rules: load() });
    },
  };
}

let builtIn: Engine | undefined;

function builtInEngine(): Engine {
  if (builtIn !== undefined) return builtIn;
  checkShapes(builtInShapes);
  const packs = readLanguagePacks();
  const engine = {
    lexicon: buildLexicon(packs),
    readShapes: buildShapeReader(builtInShapes),
    context: createContext(readWeights()),
  };
  builtIn = engine;
  return engine;
}

/**
 * Runs the examples of the built-in language packs: throws `otp.bad_rule` with the pack and the example that failed. The
 * daemon does not: it costs a small machine half a second and a tenth of its memory, and the packs come with it.
 */
export function proveLanguagePacks(): void {
  const engine = builtInEngine();
  checkPacks(readLanguagePacks(), (text) => findingOf(analyse(engine, normalise(text), '', true)));
}

function judge(engine: Engine, rules: readonly CompiledRule[], message: OtpMessage, brief: boolean): Settled {
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
    return { text, analysis: undefined, finding: rule.negative ? null : finding, rule: rule.id };
  }
  const analysis = analyse(engine, text, message.from, brief);
  return { text, analysis, finding: findingOf(analysis) };
}

/** No code is certain that no line of the message binds to its service. */
const mostConfidence = 0.99;

function findingOf({ bound, winner, service }: Analysis): OtpFinding | null {
  if (bound !== undefined) return { code: bound.code, rule: 'origin-bound', confidence: 1, service: bound.host };
  if (winner === undefined) return null;
  const confidence = Math.min(mostConfidence, Math.round(winner.probability * 100) / 100);
  return { code: winner.code, rule: winner.rule, confidence, ...(service === undefined ? {} : { service }) };
}
