import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { MessageId } from '../../src/domain/message.ts';
import type { Balance, ModemState } from '../../src/domain/modem-state.ts';
import type { ReceivedPdu } from '../../src/domain/received.ts';
import type { Modem, SendOutcome, SubmitPart } from '../../src/modem/modem.ts';
import { createNumbers, type Numbers } from '../../src/numbers/numbers.ts';
import { createExtractor } from '../../src/otp/otp.ts';
import { encodeDeliver } from '../../src/simulator/pdu.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

export const noon = Date.parse('2026-05-20T12:00:00Z');

const otp = createExtractor();

export interface Stage {
  readonly store: Store;
  readonly otp: typeof otp;
  readonly numbers: Numbers;
  readonly unwritten: Map<MessageId, string>;
  committed(): void;
}

/** A store of its own and what `receive` needs beside it. */
export function openStage(folder = tempFolder()): Stage {
  const store = openStore(folder);
  onTestFinished(() => store.close());
  const numbers = createNumbers({ store, clock: systemClock });
  return { store, otp, numbers, unwritten: new Map(), committed: () => {} };
}

/** The PDUs of one text, as a modem would hand them over: written by the simulator's own encoder. */
export function pdusOf(text: string, options: { from?: string; reference?: number; time?: number } = {}): string[] {
  return encodeDeliver({
    from: options.from ?? '+15551234567',
    text,
    time: new Date(options.time ?? noon),
    smsc: '+12404492164',
    reference: options.reference ?? 7,
  });
}

export function received(pdu: string, index: number | null = 0, change: Partial<ReceivedPdu> = {}): ReceivedPdu {
  return {
    modem: 'm1',
    line: '8944',
    number: '+14165551234',
    slot: index === null ? null : { storage: 'SM', index },
    pdu,
    tpduLength: null,
    receivedAt: noon,
    ...change,
  };
}

export const readyState: ModemState = {
  phase: 'ready',
  problem: null,
  port: '/dev/ttyUSB2',
  identity: { manufacturer: null, model: null, revision: null, imei: null },
  line: '8944',
  sim: 'ready',
  registration: 'home',
  domains: {},
  operator: null,
  technology: null,
  signalDbm: null,
  number: '+14165551234',
  smsc: null,
  storages: [],
  since: noon,
};

/** A modem on another board, as it were: it answers each send with what the test says. */
export class ScriptedModem implements Modem {
  readonly id: string;
  state: ModemState = readyState;
  readonly sends: (readonly SubmitPart[])[] = [];
  readonly #outcomes: (() => Promise<SendOutcome>)[];

  constructor(id: string, ...outcomes: (SendOutcome | (() => Promise<SendOutcome>))[]) {
    this.id = id;
    this.#outcomes = outcomes.map((outcome) => (typeof outcome === 'function' ? outcome : async () => outcome));
  }

  async send(parts: readonly SubmitPart[]): Promise<SendOutcome> {
    this.sends.push(parts);
    const next = this.#outcomes.shift();
    return next === undefined
      ? { is: 'sent', references: parts.map((_, index) => this.sends.length * 10 + index) }
      : await next();
  }

  async refresh(): Promise<void> {}
  restart(): void {}
  async ussd(): Promise<void> {}
  async cancelUssd(): Promise<void> {}
  async balance(): Promise<Balance> {
    return { text: 'Balance: 5.00', at: noon };
  }
  async hangUp(): Promise<void> {}
}
