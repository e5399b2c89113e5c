import type { ReceivedPdu } from '../domain/received.ts';

/** Of one modem; older ones are not repeated any more. */
const remembered = 256;
/** TS 23.040 9.2.3.2, TP-MMS: another one when the service centre sends the same message again. */
const moreMessagesToSend = 0x04;

/** PDUs that are committed and whose acknowledgement may not have reached the network: it sends them again, to us or to a storage. */
export class Repeats {
  readonly #known = new Set<string>();

  note(received: ReceivedPdu): void {
    this.#known.add(keyOf(received));
    const [oldest] = this.#known;
    if (this.#known.size > remembered && oldest !== undefined) this.#known.delete(oldest);
  }

  forget(received: ReceivedPdu): void {
    this.#known.delete(keyOf(received));
  }

  has(received: ReceivedPdu): boolean {
    return this.#known.size > 0 && this.#known.has(keyOf(received));
  }
}

/** The TPDU, whose time stamp makes it one of its kind. */
function keyOf({ line, pdu }: ReceivedPdu): string {
  const start = 2 + 2 * Number.parseInt(pdu.slice(0, 2), 16);
  const first = Number.parseInt(pdu.slice(start, start + 2), 16) | moreMessagesToSend;
  return `${line} ${first} ${pdu.slice(start + 2).toUpperCase()}`;
}
