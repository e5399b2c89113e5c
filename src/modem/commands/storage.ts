import type { AtCommand } from '../../at/command.ts';
import type { StorageState } from '../../domain/modem-state.ts';
import { decimal, fieldsOf, plain, query, unparsable } from './reply.ts';

/** One message of a storage: TS 27.005 4.1, 4.2. */
export interface StoredPdu {
  /** 0 unread, 1 read; 2 and 3 are our own, stored and never received. */
  readonly stat: number;
  readonly tpduLength: number;
  /** Hex, as read: SMSC octets first. */
  readonly pdu: string;
}

export interface Listing {
  readonly entries: readonly (StoredPdu & { readonly index: number })[];
  /** Slots whose header is not as the standard has it, or that were told twice: they hold something, and only `AT+CMGR` tells what. */
  readonly doubtful?: readonly number[];
  /** Those of them that were told once, and as our own. */
  readonly doubtfulOwn?: readonly number[];
  /** Lines that belong to no entry: something was lost on the way. */
  readonly malformed: number;
}

/** Names for mem1, mem2, mem3 (TS 27.005 3.2.2); one group where the modem does not tell them apart. */
export const storageNames: AtCommand<readonly (readonly string[])[]> = query('AT+CPMS=?', '+CPMS:', (line) => {
  const text = line.replace(/^[^:]*:/, '').trim();
  const flat = text.startsWith('((') ? text.slice(1, -1) : text;
  const groups = [...flat.matchAll(/\(([^()]*)\)/g)].map((match) => match[1] ?? '');
  return (groups.length === 0 ? [flat] : groups).map((group) =>
    [...group.matchAll(/"?([A-Z][A-Z_]{1,3})"?/g)].map((match) => match[1] ?? ''),
  );
});

/** mem1, mem2, mem3 as they are set, each with its use. */
export const storageUse: AtCommand<readonly StorageState[]> = query('AT+CPMS?', '+CPMS:', (line) => {
  const fields = fieldsOf(line);
  const states: StorageState[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [name, used, total] = [fields[at] ?? '', decimal(fields[at + 1]), decimal(fields[at + 2])];
    if (name === '' || used === null || total === null) throw unparsable('AT+CPMS?', [line]);
    states.push({ name, used, total });
  }
  if (states.length === 0) throw unparsable('AT+CPMS?', [line]);
  return states;
});

/** Sets mem1 and, where given, mem2 and mem3; tells the use of mem1, or null where the modem does not. */
export function selectStorage(names: readonly string[]): AtCommand<{ used: number; total: number } | null> {
  return {
    line: `AT+CPMS=${names.map((name) => `"${name}"`).join(',')}`,
    owns: /^\+CPMS:/i,
    timeout: 15_000,
    parse(info) {
      const [used, total] = fieldsOf(info[0] ?? '')
        .map(decimal)
        .filter((number) => number !== null);
      return used === undefined || total === undefined ? null : { used, total };
    },
  };
}

/** Every message of mem1, whatever its status. */
export const listAll: AtCommand<Listing> = {
  line: 'AT+CMGL=4',
  owns: /^\+CMGL:/i,
  timeout: 120_000,
  parse: parseListing,
};

/** The message at `index` of mem1; null where there is none (some modems say so with a plain OK). */
export function readMessage(index: number): AtCommand<StoredPdu | null> {
  const line = `AT+CMGR=${index}`;
  return {
    line,
    owns: /^\+CMGR:/i,
    timeout: 15_000,
    parse(info) {
      const [header, below] = info;
      if (header === undefined) return null;
      const told = header.replace(/^\+CMGR:/i, '');
      const match = standardHeader.exec(told) ?? looseHeader.exec(told);
      const pdu = match?.[3] ?? below?.trim() ?? '';
      if (match === null || !isHex(pdu)) throw unparsable(line, info);
      return { stat: Number(match[1]), tpduLength: Number(match[2]), pdu };
    },
  };
}

/** TS 27.005 3.5.4. */
export function deleteMessage(index: number): AtCommand<void> {
  return plain(`AT+CMGD=${index}`, 15_000);
}

/** <delflag> 1: every read message of mem1; unread ones and our own stay. */
export function deleteRead(index: number): AtCommand<void> {
  return plain(`AT+CMGD=${index},1`, 120_000);
}

/** Whether the modem knows <delflag> 1. */
export const canDeleteRead: AtCommand<boolean> = query('AT+CMGD=?', '+CMGD:', (line) => {
  const flags = /\)\s*,\s*\(([\d,\s-]+)\)\s*$/.exec(line)?.[1];
  if (flags === undefined) return false;
  return flags.split(',').some((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return first !== undefined && last !== undefined && first <= 1 && 1 <= last;
  });
});

/** Whether the octets are as many as the header said: SMSC octets are not counted (TS 27.005 3.1 <length>). */
export function isWhole(stored: StoredPdu): boolean {
  const smsc = Number.parseInt(stored.pdu.slice(0, 2), 16);
  return stored.pdu.length / 2 === 1 + smsc + stored.tpduLength;
}

function parseListing(info: readonly string[]): Listing {
  const found: ListedPdu[] = [];
  let malformed = 0;
  let header: ListedHeader | null = null;
  for (const line of info) {
    const next = listedHeader(line);
    if (next === null && header !== null && isHex(line.trim())) {
      found.push({ ...header, pdu: line.trim() });
      header = null;
      continue;
    }
    if (header !== null || next === null) malformed += 1;
    header = null;
    if (next === null) continue;
    const { pdu, ...read } = next;
    if (pdu === undefined) header = read;
    else if (isHex(pdu)) found.push({ ...read, pdu });
  }
  if (header !== null) malformed += 1;
  return { ...sorted(found), malformed };
}

interface ListedHeader {
  readonly index: number;
  readonly stat: number;
  readonly tpduLength: number;
  readonly isStandard: boolean;
}

type ListedPdu = ListedHeader & { readonly pdu: string };

/** Entries that can be relied on, and the indices of the others. */
function sorted(found: readonly ListedPdu[]): Pick<Listing, 'entries' | 'doubtful' | 'doubtfulOwn'> {
  const seen = new Map<number, number>();
  for (const { index } of found) seen.set(index, (seen.get(index) ?? 0) + 1);
  const entries = found
    .filter(({ index, isStandard }) => isStandard && seen.get(index) === 1)
    .map(({ isStandard: _, ...entry }) => entry);
  const certain = new Set(entries.map(({ index }) => index));
  const doubtful = [...seen.keys()].filter((index) => !certain.has(index));
  if (doubtful.length === 0) return { entries };
  const own = found.filter(({ index, stat }) => stat > 1 && seen.get(index) === 1 && !certain.has(index));
  if (own.length === 0) return { entries, doubtful };
  return { entries, doubtful, doubtfulOwn: own.map(({ index }) => index) };
}

/** With the PDU where it is on the same line; null where it is no header. */
function listedHeader(line: string): (ListedHeader & { readonly pdu?: string | undefined }) | null {
  const [, index, rest = ''] = /^\+CMGL:\s*(\d{1,5})\s*,(.*)$/i.exec(line) ?? [];
  if (index === undefined) return null;
  const standard = standardHeader.exec(rest);
  const match = standard ?? looseHeader.exec(rest);
  if (match === null) return null;
  const [, stat, length, pdu] = match;
  return { index: Number(index), stat: Number(stat), tpduLength: Number(length), isStandard: standard !== null, pdu };
}

/** <stat>, perhaps <alpha>, <length>, perhaps the PDU (TS 27.005 4.1, 4.2). */
const standardHeader = /^\s*(\d{1,2})\s*(?:,\s*(?:"[^"]*"|[^",]*))?,\s*(\d{1,3})(?:\s+([0-9A-Fa-f]+))?\s*$/;

/** The same as some modems write it: numbers in quotation marks, a name with quotation marks or commas in it, a comma at the end. */
const looseHeader = /^\s*"?(\d{1,2})"?\s*,(?:.*[,"])?\s*"?(\d{1,3})"?(?:\s+([0-9A-Fa-f]{4,}))?[\s,]*$/;

function isHex(text: string): boolean {
  return text.length >= 4 && text.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(text);
}
