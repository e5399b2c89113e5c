import { finalResult, numericResult, unglue } from '../../src/at/results.ts';

/** A line and who said it, with its end. */
export interface SaidLine {
  readonly from: 'us' | 'modem';
  readonly text: string;
}

export interface Reply {
  /** In order, the final result last, echo and whatever came in between with them; without line ends. */
  readonly lines: readonly string[];
  /** The final result came. */
  readonly isWhole: boolean;
  /** What came behind it. */
  readonly rest: readonly string[];
}

/** What was said to a command. What came before a payload cannot be the answer to it. */
export function replyIn(command: string, said: readonly SaidLine[]): Reply {
  const payload = said.findLastIndex(({ from, text }) => from === 'us' && text.endsWith('\x1a'));
  const heard = framed(said.slice(payload + 1)).filter(
    (line) => payload < 0 || !/^(?:> ?)*[0-9A-Fa-f]{16,}\x1a?$/.test(line),
  );
  const final = heard.findIndex((line) => unglue(line).some((part) => isFinal(part, command)));
  const end = final < 0 ? heard.length : final + 1;
  return { lines: heard.slice(0, end), isWhole: final >= 0, rest: heard.slice(end) };
}

/** The information text alone. */
export function replyOf(exchange: {
  readonly command: string | null;
  readonly lines: readonly SaidLine[];
}): readonly string[] {
  const command = exchange.command ?? '';
  return replyIn(command, exchange.lines).lines.filter((line) => line.trim() !== command && !isFinal(line, command));
}

/** Lines as the gateway would see them: without their ends, without NULs, none empty, no prompt. */
export function framed(said: readonly SaidLine[]): readonly string[] {
  return said
    .filter(({ from }) => from === 'modem')
    .map(({ text }) => text.replace(/[\r\n]+$/, '').replaceAll('\0', ''))
    .filter((text) => text.trim() !== '' && text.trim() !== '>');
}

function isFinal(line: string, command: string): boolean {
  if (finalResult(line, command) !== undefined) return true;
  return !command.endsWith('?') && numericResult(line) !== undefined;
}
