import type { AtCommand } from '../../at/command.ts';
import { plain } from './reply.ts';

/** TS 27.005 3.5.6: keeps the link open between the parts of messages, from now on. */
export const moreMessages = plain('AT+CMMS=2', 3_000);
/** The same, until no part comes any more. */
export const moreMessagesOnce = plain('AT+CMMS=1', 3_000);

/** TS 27.005 4.3; the reference the network knows the part by (TP-MR), 0 where it was lost: an OK counts, whatever came before it. */
export function submit(part: { readonly pdu: string; readonly tpduLength: number }): AtCommand<number> {
  return {
    line: `AT+CMGS=${part.tpduLength}`,
    owns: /^\+CMGS:/i,
    payload: part.pdu,
    timeout: 180_000,
    parse: (info) => Number(/^\+CMGS:\s*"?(\d{1,3})\b/i.exec(info[0] ?? '')?.[1] ?? 0) & 0xff,
  };
}
