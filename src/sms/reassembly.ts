import type { Encoding } from '../domain/message.ts';
import { decodeUcs2 } from './code-units.ts';
import type { Dcs } from './dcs.ts';
import { decodeSeptets } from './gsm7.ts';
import type { Deliver } from './message.ts';
import { septetsOf, type UserData } from './user-data.ts';

/** What joining needs of a part; a `Deliver` or a `Submit` will do. */
export type MessagePart = UserData & { readonly dcs: Dcs };

export interface JoinedText {
  /** Well-formed: half of a surrogate pair, left where a part is missing, becomes U+FFFD. Empty for 8-bit. */
  readonly text: string;
  /** `ucs2` where any part is. */
  readonly encoding: Encoding;
  /** Octets of the 8-bit parts, joined. */
  readonly data: Uint8Array;
}

/**
 * Which message a part belongs to, on its line: size and value of the reference, number of parts, and the originator.
 * Null where it stands alone: no concatenation, a single part, or a part number that makes no sense (TS 23.040
 * 9.2.3.24.1).
 */
export function concatKey({ from, concat }: Pick<Deliver, 'from' | 'concat'>): string | null {
  if (concat === null || concat.total < 2) return null;
  if (concat.sequence < 1 || concat.sequence > concat.total) return null;
  return `${concat.bits}:${concat.reference}:${concat.total}:${from.value}`;
}

/**
 * Whether `part` is `known` come again. Another time or content under the same number is another message that uses the
 * reference again.
 */
export function isRepeat(known: Deliver, part: Deliver): boolean {
  return (
    known.concat?.sequence === part.concat?.sequence &&
    known.timestamp === part.timestamp &&
    known.dcs.value === part.dcs.value &&
    Buffer.compare(known.data, part.data) === 0
  );
}

/** Parts that wait for others, by `concatKey`. */
export type OpenParts = ReadonlyMap<string, readonly Deliver[]>;

export interface Reassembled {
  /** In order. */
  readonly parts: readonly Deliver[];
  /** False where the reference was used again before the last part came. */
  readonly complete: boolean;
}

/**
 * One part arrives: what waits now, and the messages that are done with it. Parts may come in any order; repeats change
 * nothing.
 *
 * A store that keeps the parts in rows agrees with it on every message that becomes whole. It may go on waiting where this
 * closes the older set, since it also has the time of the parts to tell two uses of one reference apart; time-outs are its own affair.
 */
export function reassemble(
  open: OpenParts,
  part: Deliver,
): { readonly open: OpenParts; readonly messages: readonly Reassembled[] } {
  const key = concatKey(part);
  if (key === null) return { open, messages: [{ parts: [part], complete: true }] };
  const waiting = open.get(key) ?? [];
  const known = waiting.find(({ concat }) => concat?.sequence === part.concat?.sequence);
  if (known !== undefined && isRepeat(known, part)) return { open, messages: [] };
  const next = new Map(open);
  if (known !== undefined) {
    next.set(key, [part]);
    return { open: next, messages: [{ parts: waiting, complete: false }] };
  }
  const parts = inSequence([...waiting, part]);
  if (parts.length < (part.concat?.total ?? 0)) return { open: next.set(key, parts), messages: [] };
  next.delete(key);
  return { open: next, messages: [{ parts, complete: true }] };
}

/**
 * The text of the parts there are, in sequence. User data are joined before they are decoded, so that a character cut
 * between two parts (escape, surrogate pair, UCS-2 octets) is whole; each part keeps its own alphabet and tables.
 */
export function joinParts(parts: readonly MessagePart[]): JoinedText {
  const ordered = inSequence(parts);
  const text = runsOf(ordered).map(decodeRun).join('').toWellFormed();
  const data = Buffer.concat(ordered.filter((part) => part.text === null).map((part) => part.data));
  return { text, encoding: encodingOf(ordered), data: new Uint8Array(data) };
}

function inSequence<T extends MessagePart>(parts: readonly T[]): readonly T[] {
  return parts.toSorted((a, b) => (a.concat?.sequence ?? 0) - (b.concat?.sequence ?? 0));
}

/** Text parts, in runs that are decoded as one. */
function runsOf(parts: readonly MessagePart[]): readonly MessagePart[][] {
  const runs: MessagePart[][] = [];
  for (const part of parts) {
    if (part.text === null) continue;
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && continues(last, part)) run.push(part);
    else runs.push([part]);
  }
  return runs;
}

/** Whether `part` may complete a character that `last` ends in: it is the very next one and coded alike. */
function continues(last: MessagePart, part: MessagePart): boolean {
  return (
    part.concat?.sequence === (last.concat?.sequence ?? 0) + 1 &&
    part.dcs.alphabet === last.dcs.alphabet &&
    part.shift.locking === last.shift.locking &&
    part.shift.single === last.shift.single
  );
}

function decodeRun(run: readonly MessagePart[]): string {
  const [first] = run;
  if (first === undefined) return '';
  if (run.length === 1) return first.text ?? '';
  if (first.dcs.alphabet === 'ucs2') return decodeUcs2(Buffer.concat(run.map((part) => part.data)));
  return decodeSeptets(Buffer.concat(run.map(septetsOf)), first.shift);
}

function encodingOf(parts: readonly MessagePart[]): Encoding {
  const text = parts.filter((part) => part.text !== null);
  if (text.some((part) => part.dcs.alphabet === 'ucs2')) return 'ucs2';
  return text.length > 0 ? 'gsm7' : '8bit';
}
