import { createHash } from 'node:crypto';
import type { AtSession } from '../at/session.ts';
import type { Clock, Ms } from '../clock.ts';
import type { LineId, ModemId } from '../domain/message.ts';
import type { ReceivedPdu, Slot } from '../domain/received.ts';
import { acknowledge } from './commands/indications.ts';
import type { Delivery } from './delivery.ts';

/** An acknowledgement within this time is in time: the network does not send the message again. */
const inTime: Ms = 5_000;

export interface PassedOnDeps {
  readonly modem: ModemId;
  readonly session: AtSession;
  readonly delivery: Delivery;
  readonly clock: Clock;
  /** Whose it is, as far as that is known by now. */
  line(): { readonly line: LineId; readonly number: string | null };
  /** Whether the modem waits for each to be acknowledged. */
  acknowledges(): boolean;
  /** The modem did not take an acknowledgement: it may have stopped passing messages on. */
  refused(): void;
}

/** Messages that the modem passes on in place of storing them: committed first, acknowledged then (TS 27.005 3.4.4). */
export class PassedOn {
  readonly #deps: PassedOnDeps;
  /** The one before is acknowledged, or will not be: only then is it told from one that is just like it. */
  #before: Promise<void> = Promise.resolve();

  constructor(deps: PassedOnDeps) {
    this.#deps = deps;
  }

  receive(pdu: string, tpduLength: number | null): void {
    const { modem, clock, delivery, line, acknowledges } = this.#deps;
    const received = { modem, ...line(), pdu, tpduLength, receivedAt: clock.now() };
    if (!acknowledges()) {
      delivery.direct({ ...received, slot: null }, () => undefined);
      return;
    }
    const slot = slotOf(pdu);
    const one = { ...received, slot };
    this.#before = this.#before.then(
      () => new Promise((done) => delivery.direct(one, () => void this.#acknowledge(one, slot).then(done))),
    );
  }

  /** Never rejects: what is not acknowledged comes again. */
  async #acknowledge(received: ReceivedPdu, slot: Slot): Promise<void> {
    const { session, delivery, clock, refused } = this.#deps;
    delivery.repeats.note(received);
    try {
      await session.run(acknowledge, { urgent: true });
      delivery.deleted(received.line, [slot]);
      if (clock.now() - received.receivedAt < inTime) delivery.repeats.forget(received);
    } catch {
      refused();
    }
  }
}

/** A place of its own in the ledger, until it is acknowledged: what comes again because we died in between is then known. */
function slotOf(pdu: string): Slot {
  return { storage: 'CMT', index: createHash('sha256').update(pdu).digest().readUInt32BE() >>> 1 };
}
