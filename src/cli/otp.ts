import { loadConfig } from '../config/load.ts';
import { GatewayError } from '../errors.ts';
import { createExtractor, operatorRules, proveLanguagePacks } from '../otp/otp.ts';
import type { CliContext } from './context.ts';
import { lines } from './lines.ts';
import type { OtpOptions } from './options.ts';
import { explanationText, findingLine } from './otp-explanation.ts';

type Extractor = ReturnType<typeof createExtractor>;

/** Proves the built-in rules and tries them, and those of `--config`. Throws `usage` unless exactly one of `--text`, `--jsonl` is given. */
export async function otpCommand(options: OtpOptions, context: CliContext): Promise<void> {
  if ((options.text === undefined) === (options.jsonl !== true)) {
    throw new GatewayError('usage', 'otp takes either --text or --jsonl');
  }
  if (options.explain === true && options.text === undefined) {
    throw new GatewayError('usage', 'otp --explain takes --text');
  }
  proveLanguagePacks();
  const { otp } = loadConfig({ file: options.config, env: context.env });
  const extractor = createExtractor({ rules: operatorRules(otp.rules, otp.folder) });
  if (options.text !== undefined) {
    const print = options.explain === true ? printExplanation : printFinding;
    return print(extractor, { ...options, text: options.text }, context);
  }
  for await (const line of lines(context.stdin, context.signal)) {
    if (line.trim() !== '') context.stdout(`${JSON.stringify(answer(extractor, line))}\n`);
  }
}

function printFinding(extractor: Extractor, options: OtpOptions & { text: string }, context: CliContext): void {
  const found = extractor.extract({ from: options.from ?? '', text: options.text });
  context.stdout(`${options.json === true ? JSON.stringify(found) : findingLine(found)}\n`);
}

function printExplanation(extractor: Extractor, options: OtpOptions & { text: string }, context: CliContext): void {
  const explanation = extractor.explain({ from: options.from ?? '', text: options.text });
  const shown = options.json === true ? JSON.stringify(explanation) : explanationText(explanation);
  context.stdout(`${shown}\n`);
}

/** One line in, one object out; a bad line is answered as such and the next one is read. */
function answer(extractor: Extractor, line: string): Record<string, unknown> {
  const request = parse(line);
  const id = request?.id ?? null;
  if (request === null) return { id, error: 'not a JSON object' };
  const { from = '', body } = request;
  if (typeof body !== 'string') return { id, error: 'body must be a string' };
  if (typeof from !== 'string') return { id, error: 'from must be a string' };
  const found = extractor.extract({ from, text: body });
  if (found === null) return { id, code: null, rule: null, confidence: null };
  return { id, code: found.code, rule: found.rule, confidence: found.confidence };
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
