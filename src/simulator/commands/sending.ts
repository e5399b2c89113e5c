import type { ModemState } from '../modem-state.ts';
import { answer, cms, type Outcome, ok } from '../outcome.ts';
import { readSubmit, type Submit, tpduLength } from '../pdu.ts';
import { type Stat, stat } from '../stores.ts';
import { type Command, type CommandTable, numberOf } from './command.ts';
import { withMessages } from './messages.ts';

const send: Command = (modem, call) => {
  if (call.form === 'test') return ok;
  const length = numberOf(call.args[0]);
  if (length === null || length < 1 || length > 255) return cms(304);
  return {
    prompt: (payload) => {
      const pdu = payload.trim();
      const submit = readSubmit(pdu);
      if (submit === null || submit.tpduLength !== length) return cms(304);
      return transmit(modem, call.text, pdu, submit);
    },
  };
};

function transmit(modem: ModemState, command: string, pdu: string, submit: Submit): Outcome {
  if (modem.serviceCentre === '' && !submit.hasServiceCentre) return cms(330);
  if (!modem.network.registered) return cms(331);
  const lost = modem.faults.take('send_lost', command);
  if (lost !== null) {
    if (lost.sent !== false) modem.network.submit(pdu, submit);
    return 'silence';
  }
  const slow = modem.faults.take('slow_send', command);
  return {
    wait: slow?.delay ?? modem.sendLatency,
    ends: () => {
      if (slow?.cms !== undefined) return cms(slow.cms);
      const reference = modem.network.submit(pdu, submit);
      const reply = answer(`+CMGS: ${reference}`);
      return submit.reportRequested ? { ...reply, afterwards: () => void modem.network.report(reference, 0) } : reply;
    },
  };
}

const write: Command = (modem, call) => {
  if (call.form === 'test') return ok;
  const length = numberOf(call.args[0]);
  const wanted = call.args[1] === undefined ? stat.unsent : numberOf(call.args[1]);
  if (length === null || !isStat(wanted)) return cms(304);
  return {
    prompt: (payload) => {
      const pdu = payload.trim().toUpperCase();
      if (!/^([0-9A-F]{2})+$/.test(pdu) || tpduLength(pdu) !== length) return cms(304);
      const message = modem.stores[modem.settings.storages[1]].add(pdu, wanted);
      return message === null ? cms(322) : answer(`+CMGW: ${message.index}`);
    },
  };
};

function isStat(value: number | null): value is Stat {
  return value !== null && value >= 0 && value <= 3;
}

const sendStored: Command = (modem, call) => {
  if (call.form === 'test') return ok;
  const message = modem.stores[modem.settings.storages[1]].get(numberOf(call.args[0]) ?? -1);
  if (message === undefined) return cms(321);
  const submit = readSubmit(message.pdu);
  if (submit === null) return cms(304);
  if (!modem.network.registered) return cms(331);
  return {
    wait: modem.sendLatency,
    ends: () => {
      message.stat = stat.sent;
      return answer(`+CMSS: ${modem.network.submit(message.pdu, submit)}`);
    },
  };
};

/** TS 27.005 3.5 and 4.3 to 4.7. */
export const sendingCommands: CommandTable = {
  '+CMGS': withMessages(send),
  '+CMGW': withMessages(write),
  '+CMSS': withMessages(sendStored),
};
