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

/** What a modem says it takes: the values of each parameter; none where it does not say. */
export type Allowed = readonly (readonly number[])[];

/** Whether the modem says it takes all of them, or does not say. */
export function allows(allowed: Allowed, values: Indications): boolean {
  return values.every((value, at) => {
    const known = allowed[at] ?? [];
    return known.length === 0 || known.includes(value);
  });
}

/**
 * What to try, best first: stored messages announced (mt 1), reports as `reports` has them (<ds>).
 * Only what the modem says it allows; all of it where it does not say.
 */
export function indicationCandidates(allowed: Allowed, reports: readonly number[]): readonly Indications[] {
  if (allowed[1] !== undefined && allowed[1].length > 0 && !allowed[1].includes(1)) return [];
  const [, , , , buffers = []] = allowed;
  const buffer = buffers.length === 0 || buffers.includes(0) ? 0 : 1;
  const full = reports.flatMap((report) => [2, 1].map((mode) => [mode, 1, 0, report, buffer]));
  return [...full.filter((values) => allows(allowed, values)), [2, 1, 0], [1, 1]];
}

/** TS 27.005 3.4.4, RP-ACK: the message passed on last is ours. */
export const acknowledge = plain('AT+CNMA=0', 5_000);
