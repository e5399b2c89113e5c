import type { Clock, Ms } from '../clock.ts';
import type { LineId, ModemId } from '../domain/message.ts';
import type { ModemListener, ReceivedPdu, Slot } from '../domain/received.ts';
import { asGatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type Intervals, nth } from './intervals.ts';
import { Repeats } from './repeats.ts';

export interface DeliveryDeps {
  readonly modem: ModemId;
  readonly listener: ModemListener;
  readonly clock: Clock;
  readonly log: Logger;
  readonly intervals: Intervals;
}

interface PassedOnPdu {
  readonly pdu: ReceivedPdu;
  committed(): void;
}

/** Hands PDUs up and says whether they are committed. Lives as long as the modem, so that an alert is given once. */
export class Delivery {
  readonly #deps: DeliveryDeps;
  #failures = 0;
  #unstored: PassedOnPdu[] = [];
  readonly #unreadable = new Set<string>();
  /** What the network may send again. */
  readonly repeats = new Repeats();
  #storing = false;
  readonly #stop = new AbortController();

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
  }

  /** True once the whole batch is committed; false where it was refused: then nothing of it may be deleted. */
  async commit(batch: readonly ReceivedPdu[]): Promise<boolean> {
    const { listener, log, modem } = this.#deps;
    const fresh = batch.filter((one) => !this.repeats.has(one));
    try {
      if (fresh.length > 0) await listener.received(fresh);
      this.#failures = 0;
      return true;
    } catch (thrown) {
      const error = asGatewayError(thrown);
      this.#failures += 1;
      log.error({ modem, code: error.code, pdus: batch.length }, 'received messages could not be stored');
      if (this.#failures === 1) {
        const hint =
          error.hint ?? 'Messages stay on the SIM until they can be stored: look at disk space and permissions.';
        listener.alert(modem, {
          code: error.code,
          message: `received messages cannot be stored: ${error.message}`,
          hint,
        });
      }
      return false;
    }
  }

  /** How long to wait before the next try after a refusal. */
  get retryAfter(): Ms {
    return Math.max(100, nth(this.#deps.intervals.backOff, this.#failures));
  }

  /** The storage holds what no reading makes sense of: told once. */
  unreadable(storage: string): void {
    if (this.#unreadable.has(storage)) return;
    this.#unreadable.add(storage);
    const message = `a message in storage ${storage} cannot be read`;
    const hint = 'It stays where it is: look at it with the SIM in a phone, or with AT+CMGL=4, and delete it there.';
    this.#deps.listener.alert(this.#deps.modem, { code: 'sms.bad_pdu', message, hint });
  }

  deleted(line: LineId, slots: readonly Slot[]): void {
    this.#deps.listener.deleted(line, slots);
  }

  /** A PDU that no storage holds: kept here and tried again until it is `committed` or the modem stops for good. */
  direct(pdu: ReceivedPdu, committed: () => void): void {
    this.#unstored.push({ pdu, committed });
    if (!this.#storing) void this.#storeDirect();
  }

  close(): void {
    this.#stop.abort();
  }

  async #storeDirect(): Promise<void> {
    this.#storing = true;
    while (this.#unstored.length > 0) {
      const batch = this.#unstored;
      this.#unstored = [];
      if (await this.commit(batch.map(({ pdu }) => pdu))) {
        for (const { committed } of batch) committed();
        continue;
      }
      this.#unstored = [...batch, ...this.#unstored];
      if (this.#stop.signal.aborted) break;
      await this.#deps.clock.sleep(this.retryAfter, this.#stop.signal).catch(() => undefined);
    }
    this.#storing = false;
  }
}
