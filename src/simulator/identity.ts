import { createHash } from 'node:crypto';

/** What tells one simulated modem from another. */
export interface Identity {
  readonly imei: string;
  readonly iccid: string;
  readonly imsi: string;
}

/** The same seed, a number or a path, always gives the same modem and card. */
export function identityOf(seed: string): Identity {
  const hash = createHash('sha256').update(seed).digest().readUIntBE(0, 6);
  const digits = /^\+\d+$/.test(seed) ? seed.slice(1) : String(hash);
  const twelve = digits.slice(-12).padStart(12, '0');
  return {
    imei: withCheckDigit(`35${twelve}`),
    iccid: withCheckDigit(`890126${twelve}`),
    imsi: `00101${twelve.slice(-10)}`,
  };
}

/** ITU-T E.118 and TS 23.003 B.2 both end in a Luhn digit. */
function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
