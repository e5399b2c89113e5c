import type { AtCommand } from '../../at/command.ts';
import type { Registration } from '../../domain/modem-state.ts';
import { decimal, fieldsOf, plain, query, unparsable } from './reply.ts';

/** The commands that tell of registration: circuit switched, packet, LTE, 5G (TS 27.007 7.2, 10.1.20, 10.1.22, 10.1.47). */
export const domains = ['CREG', 'CGREG', 'CEREG', 'C5GREG'] as const;
export type Domain = (typeof domains)[number];

export interface DomainState {
  readonly stat: number;
  /** TS 27.007 7.3 <AcT> in words; null where it is not told. */
  readonly technology: string | null;
}

/** `level` 2 asks for location and technology with each change; 1 for the change alone. */
export function reportRegistration(domain: Domain, level: 1 | 2): AtCommand<void> {
  return plain(`AT+${domain}=${level}`, 3_000);
}

/** `+CREG: <n>,<stat>[,<lac>,<ci>[,<AcT>…]]`; without <n> it came by itself. One firmware answers CEREG as CGREG. */
export function registration(domain: Domain): AtCommand<DomainState> {
  const name = domain === 'CEREG' ? 'C[EG]REG' : domain;
  const line = `AT+${domain}?`;
  return {
    line,
    owns: new RegExp(`^\\+${name}:\\s*[0-5]\\s*,\\s*(?:\\d|1[01])\\s*(?:,.*|\\+.*)?$`, 'i'),
    timeout: 5_000,
    parse(info) {
      const [, ...state] = fieldsOf((info[0] ?? '').replace(/(?<=.)\+C(?:E|G|5G)?REG:.*$/, ''));
      return domainState(state) ?? fail(line, info);
    },
  };
}

/** The fields from <stat> on, as a query or a change tells them. */
export function domainState(fields: readonly string[]): DomainState | null {
  const stat = decimal(fields[0]);
  if (stat === null || stat < 0 || stat > 11) return null;
  return { stat, technology: technologyOf(fields[3]) };
}

/** The best of all domains: messages pass where any one is registered. A refusal says more than that another still searches. */
export function bestRegistration(stats: readonly number[]): Registration {
  const order: readonly [Registration, readonly number[]][] = [
    ['home', [1, 6, 9]],
    ['roaming', [5, 7, 10]],
    ['denied', [3]],
    ['searching', [2]],
    ['emergency_only', [8, 11]],
    ['idle', [0]],
  ];
  return order.find(([, codes]) => stats.some((stat) => codes.includes(stat)))?.[0] ?? 'unknown';
}

/** TS 27.007 8.5: RSSI in dBm; null where it is not known. Codes from 100 are the TD-SCDMA scale of some modems. */
export const signal: AtCommand<number | null> = query('AT+CSQ', '+CSQ:', (line) => {
  const code = decimal(fieldsOf(line)[0]);
  if (code === null || code < 0) return null;
  if (code <= 31) return -113 + 2 * code;
  return code >= 100 && code <= 191 ? -116 + (code - 100) : null;
});

/** TS 27.007 7.3: operator names in long form. */
export const longOperatorNames = plain('AT+COPS=3,0', 10_000);

export const operator: AtCommand<{ readonly name: string | null; readonly technology: string | null }> = query(
  'AT+COPS?',
  '+COPS:',
  (line) => {
    const fields = fieldsOf(line);
    return {
      name: fields[2] === undefined || fields[2] === '' ? null : fields[2],
      technology: technologyOf(fields[3]),
    };
  },
  10_000,
);

const technologies: readonly string[] = [
  'gsm',
  'gsm',
  'utran',
  'gsm',
  'utran',
  'utran',
  'utran',
  'lte',
  'ec_gsm_iot',
  'nb_iot',
  'lte',
  'nr',
  'nr',
  'nr',
];

function technologyOf(field: string | undefined): string | null {
  const code = decimal(field);
  return code === null ? null : (technologies[code] ?? null);
}

function fail(line: string, info: readonly string[]): never {
  throw unparsable(line, info);
}
