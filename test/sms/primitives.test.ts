import { describe, expect, it } from 'vitest';
import {
  type Address,
  encodeAddress,
  encodeServiceCentre,
  takeAddress,
  takeServiceCentre,
} from '../../src/sms/address.ts';
import { decodeUcs2, writeUcs2 } from '../../src/sms/code-units.ts';
import { decodeDcs } from '../../src/sms/dcs.ts';
import { decodeSeptets, encodeSeptets } from '../../src/sms/gsm7.ts';
import { packSeptets, unpackSeptets } from '../../src/sms/septets.ts';
import { decodeTimestamp, encodeTimestamp } from '../../src/sms/timestamp.ts';
import { decodeHeader } from '../../src/sms/udh.ts';
import { takeUserData } from '../../src/sms/user-data.ts';
import { decodeEnhanced, relativeDuration, relativeValue } from '../../src/sms/validity.ts';
import { hexOf, octets, outcome, vectors } from './vectors.ts';

interface Primitive {
  readonly use?: 'both' | 'encode' | 'decode';
  readonly error?: string;
  readonly text: string;
  readonly value: never;
  readonly note?: string;
}

const all = vectors<Primitive>('primitives');

/** The vectors of one kind, each in its own test; `check` gets what the kind's format says. */
function each<T>(kind: string, check: (vector: Omit<Primitive, 'value'> & { id: string; hex: string } & T) => void) {
  const chosen = all.filter((vector) => vector.kind === kind);
  it.each(chosen.map((vector) => [vector.id, vector] as const))('%s', (_id, vector) => {
    check(vector as unknown as Parameters<typeof check>[0]);
  });
  it(`are there (${kind})`, () => expect(chosen.length).toBeGreaterThan(0));
}

const badPdu = { error: { code: 'sms.bad_pdu' } };

describe('septets', () => {
  each<{ septets: number; fillBits: number; locking: number; single: number }>('septets', (vector) => {
    const shift = { locking: vector.locking, single: vector.single };
    const run = { skipBits: vector.fillBits, count: vector.septets };
    expect(decodeSeptets(unpackSeptets(octets(vector.hex), run), shift)).toBe(vector.text);
    if (vector.use === 'decode') return;
    const packed = new Uint8Array(200);
    const septets = encodeSeptets(vector.text, shift);
    expect(septets).toHaveLength(vector.septets);
    const length = packSeptets(septets ?? new Uint8Array(0), packed, { offset: 0, skipBits: vector.fillBits });
    expect(hexOf(packed.subarray(0, length))).toBe(vector.hex);
  });
});

describe('codes', () => {
  each<{ codes: number[]; locking?: number; single?: number }>('codes', (vector) => {
    const shift = { locking: vector.locking ?? 0, single: vector.single ?? 0 };
    expect(decodeSeptets(Uint8Array.from(vector.codes), shift)).toBe(vector.text);
    if (vector.use !== 'decode') expect([...(encodeSeptets(vector.text, shift) ?? [])]).toEqual(vector.codes);
  });
});

describe('UCS-2', () => {
  each('ucs2', (vector) => {
    expect(decodeUcs2(octets(vector.hex))).toBe(vector.text);
    const written = new Uint8Array(vector.hex.length / 2);
    writeUcs2(vector.text, written, 0);
    expect(hexOf(written)).toBe(vector.hex);
  });
});

describe('addresses', () => {
  each<{ field: 'tp' | 'smsc'; value: string; bytesRead?: number; encoded?: string }>('address', (vector) => {
    // Such a record of a SIM is no address in a PDU.
    if (/^F+$/.test(vector.hex)) {
      expect(outcome(() => takeServiceCentre({ octets: octets(vector.hex), offset: 0 }))).toMatchObject(badPdu);
      return;
    }
    const cursor = { octets: octets(vector.hex), offset: 0 };
    const result = outcome(() => (vector.field === 'tp' ? takeAddress(cursor, 'oa') : takeServiceCentre(cursor)));
    if (vector.error === 'overlong number') {
      // A fill digit 0 for the end mark: its source refuses it, yet networks send it (aosp/testCingularVoiceMail).
      expect(result).toMatchObject({ value: { value: '+61409865629', ton: 'international' } });
      return;
    }
    if (vector.error !== undefined) {
      expect(result).toMatchObject(badPdu);
      return;
    }
    if ('error' in result) throw result.error;
    expect(result.value?.value ?? '').toBe(vector.value);
    if (vector.bytesRead !== undefined) expect(cursor.offset).toBe(vector.bytesRead);
    if (vector.use !== 'both') return;
    const encode = (address: Address | null) =>
      vector.field === 'smsc' || address === null ? encodeServiceCentre(address) : encodeAddress(address);
    expect(hexOf(encode(result.value))).toBe(vector.encoded ?? vector.hex);
  });
});

describe('time stamps', () => {
  each<{ value?: string }>('timestamp', (vector) => {
    expect(decodeTimestamp(octets(vector.hex))).toBe(vector.value ?? null);
    if (vector.value !== undefined) expect(hexOf(encodeTimestamp(vector.value) ?? octets(''))).toBe(vector.hex);
  });
});

describe('validity periods', () => {
  each<{ value?: number; seconds: number; format?: string }>('vp', (vector) => {
    const duration = vector.seconds * 1000;
    if (vector.error !== undefined) {
      expect(outcome(() => relativeValue(duration))).toMatchObject({ error: { code: 'sms.unencodable' } });
    } else if (vector.format === 'enhanced') {
      expect(decodeEnhanced(octets(vector.hex))).toMatchObject({ duration });
    } else {
      expect(relativeDuration(vector.value ?? -1)).toBe(duration);
      expect(relativeValue(duration)).toBe(vector.value);
    }
  });
});

describe('user data headers', () => {
  each<{ ports?: unknown; concat?: unknown }>('udh', (vector) => {
    const header = octets(vector.hex);
    const length = header[0] ?? 0;
    const cursor = { octets: Uint8Array.of(header.length, ...header), offset: 0 };
    const result = outcome(() => takeUserData(cursor, decodeDcs(4), true));
    if (vector.error !== undefined) {
      expect(result).toMatchObject(badPdu);
      return;
    }
    const { concat, ports } = decodeHeader(header.subarray(1, 1 + length), 0);
    const { reference: ref, bits: refBits, total, sequence: seq } = concat ?? {};
    expect(concat && { ref, refBits, total, seq }).toEqual(vector.concat ?? null);
    expect(ports && { bits: ports.bits, dst: ports.destination, src: ports.source }).toEqual(vector.ports ?? null);
  });
});

describe('user data', () => {
  each<{ udhi: boolean; dcs: number; dataHex?: string; udh?: unknown }>('userdata', (vector) => {
    const cursor = { octets: octets(vector.hex), offset: 0 };
    const result = outcome(() => takeUserData(cursor, decodeDcs(vector.dcs), vector.udhi));
    if (vector.error !== undefined) {
      expect(result).toMatchObject(badPdu);
      return;
    }
    if ('error' in result) throw result.error;
    expect(result.value.text).toBe(vector.text ?? null);
    if (vector.dataHex !== undefined) expect(hexOf(result.value.data)).toBe(vector.dataHex);
    expect(result.value.udh.map(({ iei, data }) => ({ iei, hex: hexOf(data) }))).toEqual(vector.udh ?? []);
  });
});

describe('data coding schemes', () => {
  each<{
    value: number;
    alphabet?: string;
    compressed?: boolean;
    messageClass?: unknown;
    mwi?: unknown;
    reserved?: boolean;
  }>('dcs', ({ value, alphabet, compressed, messageClass, mwi, reserved }) => {
    const dcs = decodeDcs(value);
    expect(dcs.alphabet).toBe(alphabet ?? 'gsm7');
    expect(dcs.reserved).toBe(reserved ?? false);
    if (compressed !== undefined) expect(dcs.compressed).toBe(compressed);
    if (messageClass !== undefined) expect(dcs.messageClass).toBe(messageClass);
    if (mwi !== undefined) expect(dcs.mwi).toEqual(mwi);
  });
});
