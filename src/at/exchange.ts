import type { EpochMs, Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { AtCommand } from './command.ts';
import { CALL_PROGRESS, finalResult, numericResult } from './results.ts';
import { isPrefixed, leavesQuoteOpen } from './unsolicited.ts';

const ESC = '\x1b';
const CTRL_Z = '\x1a';
const PROMPT_TIMEOUT: Ms = 10_000;
/** The final result follows its information text at once; where it does not it is lost. */
const LOST_RESULT: Ms = 5_000;
/** The same for a question that may be answered without one. */
const LEFT_OUT_RESULT: Ms = 500;
/** A reply longer than this is a flood: the rest is dropped. */
const LONGEST_REPLY = 4096;

/** One command under way: what it waits for, until when, and the lines it got. Never changed, only replaced. */
export interface Exchange {
  readonly command: AtCommand<unknown>;
  /** `prompt` until the payload is written. */
  readonly phase: 'prompt' | 'reply';
  readonly deadline: EpochMs;
  readonly lines: readonly string[];
  readonly quoteOpen: boolean;
}

export type ExchangeInput =
  | { readonly is: 'line'; readonly line: string; readonly now: EpochMs }
  | { readonly is: 'prompt'; readonly now: EpochMs }
  | { readonly is: 'tick'; readonly now: EpochMs };

/** What follows from an input. `after` says how far the device can still be trusted. */
export type ExchangeStep =
  | { readonly is: 'waiting'; readonly exchange: Exchange; readonly write?: string }
  | { readonly is: 'replied'; readonly lines: readonly string[]; readonly after: 'ready' | 'resync' }
  | {
      readonly is: 'failed';
      readonly error: GatewayError;
      readonly after: 'ready' | 'resync' | 'poisoned';
      readonly write?: string;
    };

/** How strongly the command claims a line: `body` only if it is no listed unsolicited one. */
export type Claim = 'echo' | 'result' | 'owned' | 'body' | 'none';

/** The exchange as it is right after `command.line` and CR were written. */
export function beginExchange(command: AtCommand<unknown>, now: EpochMs): Exchange {
  const phase = command.payload === undefined ? 'reply' : 'prompt';
  const deadline = now + (phase === 'prompt' ? PROMPT_TIMEOUT : command.timeout);
  return { command, phase, deadline, lines: [], quoteOpen: false };
}

/** The line without what a second prompt or the end of an echoed payload left on it. */
export function tidied(exchange: Exchange, line: string): string {
  const text = line.replaceAll(/[\x1a\x1b]/g, '');
  return exchange.command.payload === undefined ? text : text.replace(/^(?: *> ?)+/, '').trimStart();
}

/** Whose `line` is, as far as the command can tell. `line` is tidied. */
export function claimOf(exchange: Exchange, line: string): Claim {
  const { command } = exchange;
  if (isEcho(command, line)) return 'echo';
  if (resultIn(exchange, line) !== undefined) return 'result';
  if (owns(command, line)) return 'owned';
  if (exchange.quoteOpen) return 'body';
  if (isPrefixed(line) || CALL_PROGRESS.test(line)) return 'none';
  return command.owns === 'bare' || exchange.lines.length > 0 ? 'body' : 'none';
}

/** The next state. A `line` must be one that the command claims. */
export function step(exchange: Exchange, input: ExchangeInput): ExchangeStep {
  switch (input.is) {
    case 'line':
      return onLine(exchange, input.line, input.now);
    case 'prompt':
      return onPrompt(exchange, input.now);
    case 'tick':
      return input.now < exchange.deadline ? { is: 'waiting', exchange } : onDeadline(exchange);
  }
}

/** How an exchange ends that is broken off because of `why`. */
export function interrupted(exchange: Exchange, why: GatewayError): ExchangeStep {
  if (isAccepted(exchange)) return { is: 'replied', lines: exchange.lines, after: 'resync' };
  return { is: 'failed', error: unanswered(exchange, why), after: 'poisoned' };
}

/** `error` with the facts a caller needs to judge it: the command, how far it came, whether lines of the reply were there. */
export function placed(error: GatewayError, exchange: Exchange): GatewayError {
  const { command, phase, lines } = exchange;
  const written =
    command.payload === undefined ? {} : { phase: phase === 'prompt' ? 'before_payload' : 'after_payload' };
  return new GatewayError(error.code, `${nameOf(command)}: ${error.message}`, {
    transient: error.transient,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: { ...error.details, command: nameOf(command), ...written, replied: lines.length > 0 },
    cause: error.cause,
  });
}

/** The command without its parameters, which may be secret: `AT+CPIN`, `ATD`. */
export function nameOf(command: AtCommand<unknown>): string {
  return /^AT(?:[+^*#$%!&_][A-Z0-9]+|[A-Z]?)/i.exec(command.line)?.[0] ?? 'AT';
}

function isEcho(command: AtCommand<unknown>, line: string): boolean {
  const text = line.trim();
  if (text === '' || text === command.line || text === command.payload) return true;
  // An echo that lost characters on the way.
  return /^AT[+^*#$%!&]/i.test(text);
}

function resultIn(exchange: Exchange, line: string): ReturnType<typeof finalResult> {
  const { command } = exchange;
  const result = finalResult(line, command.line);
  if (result !== undefined || exchange.quoteOpen) return result;
  const askedBare = command.owns === 'bare' && command.line.endsWith('?');
  return askedBare ? undefined : numericResult(line);
}

/** A bare reply comes with or without its prefix: `AT+CGMR` is answered `LE20B04` or `+CGMR: LE20B04`. */
function owns(command: AtCommand<unknown>, line: string): boolean {
  if (command.owns !== 'bare') return command.owns.test(line);
  const prefix = nameOf(command).slice(2).toUpperCase();
  return isPrefixed(prefix) && line.toUpperCase().startsWith(`${prefix}:`);
}

function onLine(exchange: Exchange, line: string, now: EpochMs): ExchangeStep {
  const result = resultIn(exchange, line);
  if (result === undefined) return { is: 'waiting', exchange: withLine(exchange, line, now) };
  if (result !== 'ok') return { is: 'failed', error: placed(result, exchange), after: 'ready' };
  if (exchange.phase === 'reply') return { is: 'replied', lines: exchange.lines, after: 'ready' };
  const error = new GatewayError('at.no_prompt', 'the modem finished without asking for the payload');
  return { is: 'failed', error: placed(error, exchange), after: 'resync', write: ESC };
}

function withLine(exchange: Exchange, line: string, now: EpochMs): Exchange {
  if (exchange.lines.length >= LONGEST_REPLY) return exchange;
  const { phase, command } = exchange;
  const accepted = phase === 'reply' && command.payload !== undefined;
  const patience = accepted ? LOST_RESULT : command.resultOptional ? LEFT_OUT_RESULT : Number.POSITIVE_INFINITY;
  return {
    ...exchange,
    lines: [...exchange.lines, line],
    quoteOpen: exchange.quoteOpen !== leavesQuoteOpen(line),
    deadline: Math.min(exchange.deadline, now + patience),
  };
}

function onPrompt(exchange: Exchange, now: EpochMs): ExchangeStep {
  const { command, phase } = exchange;
  if (phase !== 'prompt' || command.payload === undefined) return { is: 'waiting', exchange };
  // What came before the payload cannot be the answer to it.
  const next: Exchange = { ...beginExchange(command, now), phase: 'reply', deadline: now + command.timeout };
  return { is: 'waiting', exchange: next, write: `${command.payload}${CTRL_Z}` };
}

function onDeadline(exchange: Exchange): ExchangeStep {
  const { command, phase } = exchange;
  if (phase === 'prompt') {
    const error = new GatewayError('at.no_prompt', 'the modem did not ask for the payload', { transient: true });
    return { is: 'failed', error: placed(error, exchange), after: 'resync', write: ESC };
  }
  if (isAccepted(exchange)) return { is: 'replied', lines: exchange.lines, after: 'resync' };
  const why = new GatewayError('at.timeout', 'the modem did not answer in time', { transient: true });
  return {
    is: 'failed',
    error: unanswered(exchange, why),
    after: command.payload === undefined ? 'resync' : 'poisoned',
  };
}

/** The information text is the answer, or the modem's word that it took the payload: only the final result is lost. */
function isAccepted({ command, phase, lines }: Exchange): boolean {
  const isEnough = command.payload !== undefined || command.resultOptional === true;
  return isEnough && phase === 'reply' && lines.length > 0;
}

/** A written payload may have had its effect: the same call again is not the same. */
function unanswered(exchange: Exchange, why: GatewayError): GatewayError {
  const repeatable = exchange.command.payload === undefined || exchange.phase === 'prompt';
  const { code, message, details } = why;
  return placed(
    new GatewayError(code, message, { transient: why.transient && repeatable, details, cause: why }),
    exchange,
  );
}
