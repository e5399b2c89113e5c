import { finalResult } from '../../src/at/results.ts';
import { digitsIn, halvesSwapped, isOperatorLine, isUcs2Hex, token, unitsOf } from './digits.ts';
import { otherDigits, otherHex, otherUnit, otherWords } from './invented.ts';
import { digitsInPdu, disguisePdu, type Invention, zeros } from './pdu-disguise.ts';
import type { DigitKind, Substitutes } from './substitutes.ts';

/** Lines that belong together, in order, without their ends; and what was asked, null where nothing was. */
export interface Block {
  readonly command: string | null;
  readonly lines: readonly string[];
}

/** Headers whose quoted fields are numbers, names and texts of people. */
const personal = /^\+(?:CMGL|CMGR|CMGW|CMT|CDS|CBM|CLIP|CNUM|CCWA|COLP|CPBR|CPBF|CSCA)\s*:/i;
const messageHeader = /^\+(?:CMGL|CMGR|CMT|CDS|CBM)\s*:/i;
const inlinePdu = /(\s)([0-9A-Fa-f]{16,})\s*$/;
const anyHeader = /^[+^*#$%!&] ?[A-Z][A-Z0-9_ ]*:/;
/** TS 27.007 7.2 and its like: area and cell. */
const registration = /^[+$]C(?:REG|GREG|EREG|5GREG|IREGU?)\s*:/i;
const serialLabel = /^(.*\b(?:FSN|S\/?N|ESN|MEID|Serial(?: ?(?:No|Number))?)\b\.?\s*:\s*)(\S.*)$/i;

/** Rewrites the lines of one block, knowing which belongs to which. */
export class LineDisguise {
  readonly #invention: Invention;
  readonly #command: string;
  /** What the line before leads to. */
  #expects: 'nothing' | 'body' | 'quote' = 'nothing';
  #kind: 'MT' | 'MO' | 'broadcast' = 'MT';
  /** PDUs that became zeros. */
  undecoded = 0;
  /** Digits that were there: seven and more in a row. */
  readonly secrets: string[] = [];

  constructor(invention: Invention, command: string | null) {
    this.#invention = invention;
    this.#command = command ?? '';
  }

  rewrite(line: string): string {
    if (line.trim() === '' || line.trim() === this.#command) return line;
    if (this.#expects === 'quote') return this.#quoted(line);
    if (isGarbled(line) && this.#expects === 'nothing' && !isOperatorLine(line)) return otherWhole(line);
    if (finalResult(line, '') !== undefined) {
      this.#expects = 'nothing';
      return this.#anyLine(line);
    }
    if (/^AT\+CMGS=/i.test(this.#command) && /^(?:> ?)*[0-9A-Fa-f]{16,}\x1a?$/.test(line)) return this.#payload(line);
    if (messageHeader.test(line)) return this.#message(line);
    if (/^\+CUSD\s*:/i.test(line)) return this.#quoted(line);
    if (registration.test(line)) return this.#registration(line);
    if (this.#expects === 'body' && !anyHeader.test(line)) return this.#body(line);
    return this.#anyLine(line);
  }

  /** What was written behind a prompt, or its echo. */
  #payload(line: string): string {
    return line.replace(/[0-9A-Fa-f]{16,}/, (hex) => this.#pdu(hex, 'MO'));
  }

  #message(line: string): string {
    const isOwn = /^\+CMGR:\s*[23]\s*,|^\+CMGL:\s*\d+\s*,\s*[23]\s*,/i.test(line);
    this.#kind = /^\+CBM/i.test(line) ? 'broadcast' : isOwn ? 'MO' : 'MT';
    const pdu = inlinePdu.exec(line);
    if (pdu === null) {
      this.#expects = 'body';
      return this.#anyLine(line);
    }
    const header = this.#anyLine(line.slice(0, pdu.index));
    return `${header}${pdu[1]}${this.#pdu(pdu[2] ?? '', this.#kind)}`;
  }

  /** A PDU, or a text where the modem is in text mode: which may have several lines. */
  #body(line: string): string {
    if (!/^[0-9A-Fa-f]{4,}$/.test(line.trim())) {
      this.secrets.push(...digitsIn(line));
      return otherUnits(line);
    }
    this.#expects = 'nothing';
    return line.replace(/[0-9A-Fa-f]+/, (hex) => this.#pdu(hex, this.#kind));
  }

  #pdu(hex: string, kind: 'MT' | 'MO' | 'broadcast'): string {
    // A text where the modem is in text mode and writes UCS-2.
    if (isUcs2Hex(hex)) return this.#freeText(hex);
    if (kind !== 'broadcast') {
      this.secrets.push(...digitsInPdu(hex, kind));
      const made = disguisePdu(hex, kind, this.#invention);
      if (made.isDecoded) return made.hex;
    }
    this.undecoded += 1;
    return zeros(hex);
  }

  /** USSD: everything between quotation marks, which may be lines apart. */
  #quoted(line: string): string {
    const [head = '', ...rest] = line.split('"');
    let inside = this.#expects === 'quote';
    const parts = [inside ? this.#freeText(head) : this.#anyLine(head)];
    for (const part of rest) {
      inside = !inside;
      parts.push(inside ? this.#freeText(part) : part);
    }
    this.#expects = inside ? 'quote' : 'nothing';
    return parts.join('"');
  }

  #freeText(text: string): string {
    this.secrets.push(...digitsIn(text));
    if (isUcs2Hex(text)) return this.#ucs2(text);
    return /^[0-9A-Fa-f]{8,}$/.test(text) ? otherHex(text) : otherUnits(text);
  }

  /** Area and cell follow the state; what follows them is the technology, and in quotation marks what tells of places too. */
  #registration(line: string): string {
    const [one = '', ...glued] = line.split(/(?<=.)(?=\+C[EG]?REG:)/i);
    const colon = one.indexOf(':') + 1;
    const fields = one.slice(colon).split(',');
    const isState = (field: string) => /^\s*(?:\d|1[01])\s*$/.test(field);
    const start = isState(fields[1] ?? '') ? 2 : 1;
    const made = fields.map((field, at) => {
      if (at < start || (at > start + 1 && !field.includes('"'))) return field;
      return field.replace(/[0-9A-Fa-f]{2,}/, (hex) => this.#cell(hex));
    });
    return one.slice(0, colon) + made.join(',') + glued.map((more) => this.#registration(more)).join('');
  }

  #cell(hex: string): string {
    this.secrets.push(...(hex.match(/\d{7,}/g) ?? []));
    const { cells } = this.#invention;
    const made = cells.get(hex) ?? otherHex(hex);
    cells.set(hex, made);
    return made;
  }

  #anyLine(line: string): string {
    this.secrets.push(...digitsIn(line));
    if (isOperatorLine(line)) return line;
    const serial = serialLabel.exec(line);
    if (serial !== null) return `${serial[1]}${this.#numbers(serial[2] ?? '', otherWords)}`;
    if (personal.test(line)) {
      const parts = line.split(/("[^"]*")/);
      return parts.map((part) => (part.startsWith('"') ? this.#personalField(part) : this.#numbers(part))).join('');
    }
    const isSerial = /^AT\+CGSN/i.test(this.#command) && !anyHeader.test(line);
    return this.#numbers(line, isSerial ? (rest) => rest.replace(/[0-9A-Za-z]{6,}/g, otherWords) : undefined);
  }

  /** A number or a name; a storage's name, a status and a time stay. */
  #personalField(field: string): string {
    const text = field.slice(1, -1);
    if (/^(?:REC |STO )?(?:UN)?(?:READ|SENT)$|^(?:SM|ME|MT|SR)$|^\d\d\/\d\d\/\d\d,/.test(text)) return field;
    const digits = /^(\+?)([\d*#]{3,6})$/.exec(text);
    if (digits !== null) return `"${digits[1]}${otherDigits(digits[2] ?? '')}"`;
    return `"${/^\+?[0-9A-Fa-f]{7,}$/.test(text) ? this.#numbers(text) : otherUnits(text)}"`;
  }

  /** Known numbers however they are written, tokens of hex, runs of seven digits and more; the rest as `others` has it. */
  #numbers(line: string, others: (rest: string) => string = (rest) => rest): string {
    const { substitutes } = this.#invention;
    const spaced = substitutes.known.filter((one) => one.length >= 7).map((one) => [...one].join('[ -]?'));
    const tokens = new RegExp([token.source, ...spaced].join('|'), 'g');
    let made = '';
    let end = 0;
    for (const match of line.matchAll(tokens)) {
      made += others(line.slice(end, match.index)) + this.#token(match[0]);
      end = match.index + match[0].length;
    }
    return made + others(line.slice(end));
  }

  #token(found: string): string {
    if (isUcs2Hex(found)) return this.#ucs2(found);
    const semiOctets = this.#semiOctets(found);
    if (semiOctets !== null) return semiOctets;
    const bare = /^(\+?)(\d{7,})(F*)$/i.exec(found);
    if (bare !== null) return `${bare[1]}${this.#digits(bare[2] ?? '', bare[1] === '+')}${bare[3]}`;
    if (/[A-Fa-f]/.test(found)) return this.#cell(found);
    let at = 0;
    const made = this.#digits(found.replace(/\D/g, ''), false);
    return found.replace(/\d/g, () => made[at++] ?? '0');
  }

  /** A known number as a card keeps it, perhaps filled up; null for anything else. */
  #semiOctets(found: string): string | null {
    const { substitutes } = this.#invention;
    const [, digits = '', filler = ''] = /^(\d{13,})(F?)$/i.exec(halvesSwapped(found)) ?? [];
    const isKnown = substitutes.known.some((one) => one.length >= 13 && digits.startsWith(one));
    if (found.length % 2 !== 0 || !isKnown || substitutes.known.includes(found)) return null;
    return halvesSwapped(substitutes.of(digits) + filler);
  }

  /** Numbers in it stay the numbers they became. */
  #ucs2(hex: string): string {
    const text = String.fromCharCode(...unitsOf(hex));
    const made = text.replace(/\+?\d{7,}|[^\d+]+|\d+/g, (part) => {
      const digits = /^(\+?)(\d{7,})$/.exec(part);
      return digits === null ? otherUnits(part) : `${digits[1]}${this.#digits(digits[2] ?? '', digits[1] === '+')}`;
    });
    const back = Buffer.from(made, 'utf16le').swap16().toString('hex');
    return hex === hex.toLowerCase() && /[a-f]/.test(hex) ? back : back.toUpperCase();
  }

  #digits(digits: string, isInternational: boolean): string {
    const { substitutes } = this.#invention;
    return isInternational ? substitutes.of(digits, 'international') : substitutes.of(digits);
  }
}

/** Numbers may be in pieces in it. */
function isGarbled(line: string): boolean {
  return /[^\t\x20-\x7e]/.test(line) && !/^[^\x1a]*\x1a$/.test(line);
}

function otherWhole(line: string): string {
  return line.replace(/[0-9A-Fa-f]{4,}|\d+/g, otherHex);
}

/** A text of bytes or characters, each another one of its kind. */
function otherUnits(text: string): string {
  return text.replace(/[^\0-\x1f]/g, (one) => String.fromCharCode(otherUnit(one.charCodeAt(0))));
}

/** What the lines of a block tell of the module and its card: learned first, for they may be written anywhere. */
export function learn({ command, lines }: Block, substitutes: Substitutes): void {
  for (const [pattern, kind] of [...byCommand(command ?? ''), ...anywhere]) {
    for (const line of lines) {
      if (line.trim() === command) continue;
      for (const match of line.matchAll(pattern)) substitutes.of(match[1] ?? '', kind);
    }
  }
}

type Pattern = readonly [RegExp, DigitKind];

function byCommand(command: string): readonly Pattern[] {
  if (/^AT\+C?GSN|^ATI/i.test(command)) return [[/(?<!\d)(\d{14,16})(?!\d)/g, 'imei']];
  if (/^AT\+CIMI/i.test(command)) return [[/(?<!\d)(\d{14,15})(?!\d)/g, 'imsi']];
  return [];
}

const anywhere: readonly Pattern[] = [
  [/\bIMEI(?: SV)?\W{1,3}(\d{14,16})(?!\d)/gi, 'imei'],
  [/(?<![\dA-Fa-f])(89\d{16,20})F?(?!\d)/g, 'iccid'],
  [/"?\+(\d{7,15})(?!\d)/g, 'international'],
];
