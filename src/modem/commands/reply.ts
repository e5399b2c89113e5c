import type { AtCommand } from '../../at/command.ts';
import { numbersOf, type Param, parseParams } from '../../at/params.ts';
import type { Ms } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';

/** A command whose reply is nothing but its final result. */
export function plain(line: string, timeout: Ms): AtCommand<void> {
  return { line, owns: /^(?!)/, timeout, parse: () => undefined };
}

/** A query answered by lines that start with `prefix`; `parse` gets the first of them. */
export function query<T>(line: string, prefix: string, parse: (first: string) => T, timeout: Ms = 5_000): AtCommand<T> {
  return {
    line,
    owns: new RegExp(`^${escaped(prefix)}`, 'i'),
    timeout,
    parse(info) {
      const [first] = info;
      if (first === undefined) throw unparsable(line, info);
      return parse(first);
    },
  };
}

/** The reply means nothing we know. Carries the command only: replies hold numbers and texts. */
export function unparsable(line: string, info: readonly string[]): GatewayError {
  return new GatewayError('at.unparsable', `the reply to ${line.slice(0, 12)} was not understood`, {
    details: { lines: info.length },
  });
}

/** The values behind `+NAME:`, without the NULs that some modems fill them with; empty where there is none. Throws `at.unparsable`. */
export function fieldsOf(line: string): readonly string[] {
  return rawFieldsOf(line).map((field) => field.replaceAll('\0', ''));
}

/** The same with their NULs, which are `@` where a text is in GSM septets. Throws `at.unparsable`. */
export function rawFieldsOf(line: string): readonly string[] {
  return paramsOf(line).map((param) => (param.is === 'text' ? param.text : ''));
}

/** A decimal, perhaps negative; null for anything else. */
export function decimal(field: string | undefined): number | null {
  return field !== undefined && /^-?\d{1,9}$/.test(field) ? Number(field) : null;
}

/** Each group of a test reply as the numbers it allows: `(0-2),(0,1)` → `[[0,1,2],[0,1]]`. Throws `at.unparsable`. */
export function rangesOf(line: string): readonly (readonly number[])[] {
  return paramsOf(line).map(numbersOf);
}

function paramsOf(line: string): readonly Param[] {
  return parseParams(line.replace(/^[^:"]*:/, ''));
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
