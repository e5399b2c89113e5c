import type { Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { commandTable, runCommand } from './commands/run-command.ts';
import { Dialogue } from './dialogue.ts';
import { type Fault, isAnswerFault, isLineFault } from './fault.ts';
import type { ModemState } from './modem-state.ts';
import type { SentPdu } from './network.ts';
import { newModem } from './new-modem.ts';
import type { SimulatorOptions } from './options.ts';
import { createSerialLine } from './serial-line.ts';
import { settingsAfterReset } from './settings.ts';
import { pinState } from './sim-card.ts';
import { createSocket, type Socket } from './socket.ts';
import type { Storage, StorageName } from './stores.ts';
import { bootLines, strikeLine, strikeState, type Target } from './strike.ts';
import { createTimeline, type Timeline } from './timeline.ts';

export type { Fault } from './fault.ts';
export type { SentPdu } from './network.ts';
export type { SimulatorOptions } from './options.ts';

/** One simulated AT modem on a pseudo-terminal. */
export interface Simulator {
  /** What to open; another one after the port was dropped. The link follows. */
  readonly path: string;
  readonly stores: Readonly<Record<StorageName, Storage>>;
  readonly sent: readonly SentPdu[];
  /** Messages that wait at the service centre. */
  readonly waiting: number;
  /** As `+CPIN?` says it. */
  readonly simState: string;
  /** A DELIVER or STATUS-REPORT, hex with its SMSC. Returns the index; -1 when it waits for room or the network, 0 when it was routed. */
  injectPdu(pdu: string, storage?: StorageName, options?: { readonly notify?: boolean }): number;
  /** As many parts as it takes; the index of each. Throws `sms.unencodable` for a sender no PDU can carry. */
  injectText(message: { readonly from: string; readonly text: string; readonly time?: Date | undefined }): number[];
  /** On the message sent last with this reference, TP-ST `status` (0: delivered). Throws `command.invalid` where there is none. */
  injectStatusReport(reference: number, status: number): void;
  /** Three times, five seconds apart, unless said otherwise or rejected. */
  ring(call: { readonly from: string; readonly rings?: number; readonly interval?: Ms }): void;
  /** What the network answers to this request from now on. */
  answerUssd(request: string, text: string): void;
  onSent(listener: (sent: SentPdu) => void): void;
  fault(fault: Fault): void;
  close(): Promise<void>;
}

/** The modem is booted and registered when this resolves. Throws what opening a terminal throws. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const timeline = createTimeline();
  const socket = createSocket(options.link, (data) => dialogue.receive(data));
  const modem = newModem(options, timeline, {
    unsolicited: (...lines) => dialogue.unsolicited(lines),
    reboot: (downFor, busyFor) => {
      if (modem.profile.leavesBus) {
        target.drop(downFor, busyFor);
        return;
      }
      powerDown(modem, dialogue, downFor + busyFor);
      timeline.at(timeline.now() + downFor, () => powerUp(modem, dialogue, timeline));
    },
  });
  const target: Target = {
    modem,
    inject: (data) => dialogue.inject(data),
    drop: (returnsAfter, busyFor) => {
      powerDown(modem, dialogue, busyFor === 0 ? 0 : returnsAfter + busyFor);
      const due = timeline.now() + returnsAfter;
      const plugBack = (back: () => void): void => {
        back();
        powerUp(modem, dialogue, timeline);
      };
      void socket.pull().then(({ back }) => timeline.at(due, () => plugBack(back)));
    },
  };
  const table = commandTable(modem.profile);
  const dialogue = new Dialogue(
    modem,
    createSerialLine(() => socket.line, options.baud ?? 0, timeline),
    timeline,
    {
      commandLatency: options.commandLatency ?? 0,
      busyInput: options.busyInput ?? 'queue',
      run: (call) => runCommand(table, modem, call),
      strike: (fault) => strikeLine(target, fault),
    },
  );
  await socket.plugIn();
  chatter(modem, timeline);
  return createFace(target, socket, () => {
    dialogue.silence();
    socket.close();
    timeline.clear();
  });
}

function chatter(modem: ModemState, timeline: Timeline): void {
  const { chatter: said } = modem.profile;
  if (said === null) return;
  const again = (): void => {
    for (const line of said.lines) modem.unsolicited(line);
    timeline.at(timeline.now() + said.every, again);
  };
  timeline.at(timeline.now() + said.every, again);
}

function powerDown(modem: ModemState, dialogue: Dialogue, busyFor: Ms): void {
  dialogue.silence();
  modem.calls.end(false);
  modem.settings = settingsAfterReset(modem.profile);
  modem.card.open = modem.card.pin === '';
  modem.card.busyUntil = modem.now() + busyFor;
}

function powerUp(modem: ModemState, dialogue: Dialogue, timeline: Timeline): void {
  dialogue.wake();
  for (const line of bootLines(modem)) modem.unsolicited(line);
  timeline.at(modem.card.busyUntil, () => modem.network.retry());
}

function createFace(target: Target, socket: Socket, stop: () => void): Simulator {
  const { modem } = target;
  return {
    get path() {
      return socket.path;
    },
    stores: modem.stores,
    sent: modem.network.sent,
    get waiting() {
      return modem.network.waiting;
    },
    get simState() {
      const state = pinState(modem.card, modem.now());
      return typeof state === 'string' ? state : `CME ${state.cme}`;
    },
    injectPdu(pdu, storage, options) {
      if (!/^([0-9A-F]{2}){8,}$/i.test(pdu)) throw new GatewayError('command.invalid', 'a PDU is hex, with its SMSC');
      return modem.network.deliver(pdu, storage, options?.notify);
    },
    injectText: (message) => modem.network.deliverText(message),
    injectStatusReport(reference, status) {
      if (!modem.network.report(reference, status)) {
        throw new GatewayError('command.invalid', 'nothing was sent with this reference');
      }
    },
    ring: ({ from, rings = 3, interval = 5000 }) => modem.calls.ring(from, rings, interval),
    answerUssd: (request, text) => void modem.network.ussd.set(request, text),
    onSent: (listener) => modem.network.onSent(listener),
    fault(fault) {
      if (isLineFault(fault) && fault.command === undefined && fault.stage === undefined) strikeLine(target, fault);
      else if (isLineFault(fault) || isAnswerFault(fault)) modem.faults.arm(fault);
      else strikeState(modem, fault);
    },
    close() {
      stop();
      return Promise.resolve();
    },
  };
}
