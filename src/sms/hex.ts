import { badPdu } from './bad-pdu.ts';

const notADigit = 0xff;
const nibbles = new Uint8Array(128).fill(notADigit);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  nibbles[digit.charCodeAt(0)] = value;
  nibbles[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Octets of a hex string, either case. Throws `sms.bad_pdu` on an odd count or any other character. */
export function parseHex(hex: string): Uint8Array {
  const length = hex.length >> 1;
  const octets = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const high = nibbles[hex.charCodeAt(i * 2)] ?? notADigit;
    const low = nibbles[hex.charCodeAt(i * 2 + 1)] ?? notADigit;
    if ((high | low) === notADigit) throw badPdu('hex', i, 'a character that is no hexadecimal digit');
    octets[i] = (high << 4) | low;
  }
  if (hex.length % 2 !== 0) throw badPdu('hex', length, 'an odd number of hexadecimal digits');
  return octets;
}

/** Hex in capitals, as modems print and take it. */
export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex').toUpperCase();
}
