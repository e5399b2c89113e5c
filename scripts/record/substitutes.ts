import { checkDigit, hasCheckDigit, otherDigits } from './invented.ts';

/** What a run of digits is: it decides which of them may stay. */
export type DigitKind = 'imei' | 'imsi' | 'iccid' | 'international' | 'number';

/** From so many digits on two numbers that share them are taken for one. */
const shared = 7;

/** Numbers and what stands for them: the same one always for the same, in every form it is written in. */
export class Substitutes {
  readonly #known = new Map<string, { readonly made: string; readonly kind: DigitKind }>();

  /** Those learned so far, the longest first. */
  get known(): readonly string[] {
    return [...this.#known.keys()].sort((one, other) => other.length - one.length);
  }

  /** What stands for these digits: as many of them. */
  of(digits: string, kind: DigitKind = likelyKind(digits)): string {
    const before = this.#known.get(digits);
    if (before !== undefined) return before.made;
    const made = this.#fromRelative(digits, kind) ?? invent(digits, kind);
    this.#known.set(digits, { made, kind });
    return made;
  }

  /** The same number with more or fewer digits in front or behind: without its country, without its check digit. */
  #fromRelative(digits: string, kind: DigitKind): string | null {
    for (const known of this.known) {
      const { made, kind: other } = this.#known.get(known) ?? { made: '', kind };
      if (other !== kind && other !== 'number' && kind !== 'number') continue;
      const within = known.indexOf(digits);
      if (within >= 0 && digits.length >= shared) return made.slice(within, within + digits.length);
      const around = digits.indexOf(known);
      if (around >= 0 && known.length >= shared) {
        const behind = digits.slice(around + known.length);
        return `${otherDigits(digits.slice(0, around))}${made}${otherDigits(behind)}`;
      }
      const tail = commonTail(known, digits);
      if (tail >= shared) {
        const kept = Math.min(keptDigits(digits, kind), digits.length - tail);
        return `${digits.slice(0, kept)}${otherDigits(digits.slice(kept, -tail))}${made.slice(-tail)}`;
      }
    }
    return null;
  }
}

function commonTail(one: string, other: string): number {
  let length = 0;
  while (length < Math.min(one.length, other.length) && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length;
}

function likelyKind(digits: string): DigitKind {
  if (digits.startsWith('89') && digits.length >= 18) return 'iccid';
  if (digits.length === 15) return hasCheckDigit(digits) ? 'imei' : 'imsi';
  return 'number';
}

function invent(digits: string, kind: DigitKind): string {
  const made = digits.slice(0, keptDigits(digits, kind)) + otherDigits(digits.slice(keptDigits(digits, kind)));
  const isChecked = (kind === 'imei' && digits.length === 15) || (kind === 'iccid' && hasCheckDigit(digits));
  return isChecked ? made.slice(0, -1) + checkDigit(made.slice(0, -1)) : made;
}

/** The reporting body, the network, the country: fewer than tell anybody from anybody else. */
function keptDigits(digits: string, kind: DigitKind): number {
  switch (kind) {
    case 'imei':
      return 2;
    case 'imsi':
      return 5;
    case 'iccid':
      return digits.startsWith('89') ? 4 : 0;
    case 'international':
      return digits.length > shared ? callingCodeDigits(digits) : 0;
    case 'number':
      return digits.startsWith('0') && digits.length > shared ? 1 : 0;
  }
}

/** Of the country calling code (ITU-T E.164). */
function callingCodeDigits(digits: string): number {
  if (/^[17]/.test(digits)) return 1;
  return /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/.test(digits) ? 2 : 3;
}
