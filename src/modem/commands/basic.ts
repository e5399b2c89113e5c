import type { AtCommand } from '../../at/command.ts';
import { decimal, fieldsOf, plain, query } from './reply.ts';

/** Says nothing and asks nothing: is anybody there? */
export const attention = plain('AT', 3_000);
export const echoOff = plain('ATE0', 3_000);
export const wordResults = plain('ATV1', 3_000);
/** TS 27.007 9.2: errors as numbers. Some firmware answers in words all the same. */
export const numericErrors = plain('AT+CMEE=1', 3_000);
/** TS 27.007 5.5: for names, numbers and USSD; messages are PDUs. */
export const gsmCharacters = plain('AT+CSCS="GSM"', 3_000);
/** TS 27.005 3.2.3. */
export const pduMode = plain('AT+CMGF=0', 15_000);
/** TS 27.005 3.2.1: messages routed to us need no +CNMA. */
export const plainMessageService = plain('AT+CSMS=0', 3_000);
/** TS 27.005 3.2.1: each message routed to us is ours only once we have said so. */
export const acknowledgedMessageService = plain('AT+CSMS=1', 3_000);
/** TS 27.007 7.6: who calls. */
export const callerId = plain('AT+CLIP=1', 3_000);
/** TS 27.007 6.11: `+CRING: VOICE` in place of `RING`. */
export const callType = plain('AT+CRC=1', 3_000);
/** TS 27.007 6.5. */
export const hangUpCalls = plain('AT+CHUP', 90_000);
export const hangUp = plain('ATH', 90_000);
/** TS 27.007 8.2 <fun> = 1: full radio. */
export const radioOn = plain('AT+CFUN=1', 20_000);

/** TS 27.007 8.2; null where the modem tells the range instead of the value. */
export const readRadio: AtCommand<number | null> = query('AT+CFUN?', '+CFUN:', (line) => decimal(fieldsOf(line)[0]));

export const manufacturer = identity('AT+CGMI', '+CGMI:');
export const model = identity('AT+CGMM', '+CGMM:');
export const revision = identity('AT+CGMR', '+CGMR:');

/** What `ATI` says of a modem that does not answer to the three above; any of it may be null. */
export const information: AtCommand<{ readonly manufacturer: string | null; readonly model: string | null }> = {
  line: 'ATI',
  owns: 'bare',
  timeout: 5_000,
  parse(info) {
    const [first = null, second = null] = info.map((line) => line.trim().slice(0, 80));
    const labelled = (label: RegExp) => info.map((line) => label.exec(line)?.[1]?.trim()).find(Boolean) ?? null;
    const model = labelled(/^\s*Model:\s*(.+)$/i);
    const manufacturer = labelled(/^\s*Manufacturer:\s*(.+)$/i);
    if (model !== null || manufacturer !== null) return { manufacturer, model };
    return second === null || /^(?:IMEI|Revision)/i.test(second)
      ? { manufacturer: null, model: first }
      : { manufacturer: first, model: second };
  },
};

/** TS 27.007 5.4: the IMEI, 14 to 16 digits; perhaps followed by another number. */
export const imei: AtCommand<string | null> = {
  line: 'AT+CGSN',
  owns: 'bare',
  timeout: 5_000,
  parse: (info) => info.map((line) => /(?:^|\D)(\d{14,16})(?!\d)/.exec(line)?.[1]).find(Boolean) ?? null,
};

function identity(line: string, prefix: string): AtCommand<string | null> {
  return {
    line,
    owns: 'bare',
    timeout: 5_000,
    parse(info) {
      const [first = ''] = info;
      const text = (first.startsWith(prefix) ? first.slice(prefix.length) : first)
        .replace(/^\s*Revision:/i, '')
        .replaceAll('"', '')
        .trim();
      return text === '' ? null : text.slice(0, 80);
    },
  };
}
