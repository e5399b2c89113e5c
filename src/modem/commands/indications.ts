import type { AtCommand } from '../../at/command.ts';
import { decimal, fieldsOf, plain, query, rangesOf, unparsable } from './reply.ts';

/** <mode>, <mt>, <bm>, <ds>, <bfr>: TS 27.005 3.4.1. */
export type Indications = readonly number[];

export const allowedIndications: AtCommand<readonly (readonly number[])[]> = query('AT+CNMI=?', '+CNMI:', rangesOf);

export const currentIndications: AtCommand<Indications> = query('AT+CNMI?', '+CNMI:', (line) => {
  const numbers = fieldsOf(line).map(decimal);
  if (numbers.length < 2) throw unparsable('AT+CNMI?', [line]);
  return numbers.map((number) => number ?? 0);
});

export function setIndications(values: Indications): AtCommand<void> {
  return plain(`AT+CNMI=${values.join(',')}`, 5_000);
}

/**
 * What to try, best first: stored messages announced (mt 1), reports passed on (ds 1), else announced, else not at all.
 * Only what the modem says it allows; all of it where it does not say.
 */
export function indicationCandidates(allowed: readonly (readonly number[])[]): readonly Indications[] {
  const may = (at: number, value: number) =>
    allowed[at] === undefined || allowed[at].length === 0 || allowed[at].includes(value);
  if (!may(1, 1)) return [];
  const buffer = may(4, 0) ? 0 : 1;
  const full = [1, 2, 0].flatMap((report) => [2, 1].map((mode) => [mode, 1, 0, report, buffer]));
  return [...full.filter((values) => values.every((value, at) => may(at, value))), [2, 1, 0], [1, 1]];
}
