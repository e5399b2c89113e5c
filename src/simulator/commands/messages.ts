import type { Call } from '../command-line.ts';
import type { ModemState } from '../modem-state.ts';
import { answer, cms, type Outcome, ok } from '../outcome.ts';
import { tpduLength } from '../pdu.ts';
import { cardRefusal } from '../sim-card.ts';
import { type StorageName, type StoredMessage, stat } from '../stores.ts';
import { type Command, type CommandTable, numberOf, setting } from './command.ts';

/** Only with a card that can be used; otherwise the +CMS ERROR that says why. */
export function withMessages(command: Command): Command {
  return (modem, call) => {
    const refusal = cardRefusal(modem.card, modem.now());
    return refusal === null || call.form === 'test' ? command(modem, call) : cms(refusal.cms);
  };
}

function isStorage(name: string): name is StorageName {
  return name === 'SM' || name === 'ME';
}

const preferredStorage: Command = (modem, call) => {
  const { storages, storagesTold } = modem.settings;
  const usage = (name: StorageName): string => `${modem.stores[name].used},${modem.stores[name].capacity}`;
  const { storageTest, storageNames, storageAliases, readable, receivable } = modem.profile;
  const chosen = () => modem.settings.storages.slice(0, storageNames);
  if (call.form === 'test') return answer(storageTest);
  if (call.form === 'read')
    return answer(
      `+CPMS: ${chosen()
        .map((name, at) => `"${storagesTold[at]}",${usage(name)}`)
        .join(',')}`,
    );
  const named = call.args.map((name) => storageAliases[name] ?? name).filter(isStorage);
  if (named.length === 0 || named.length > storageNames || named.length !== call.args.length) return cms(302);
  if (!named.every((name) => readable.includes(name))) return cms(302);
  if (named[2] !== undefined && !receivable.includes(named[2])) return cms(302);
  modem.settings.storages = [named[0] ?? storages[0], named[1] ?? storages[1], named[2] ?? storages[2]];
  const [first = storagesTold[0], second = storagesTold[1], third = storagesTold[2]] = call.args;
  modem.settings.storagesTold = [first, second, third];
  return {
    ...answer(`+CPMS: ${chosen().map(usage).join(',')}`),
    afterwards: () => modem.network.retry(),
  };
};

const indications: Command = (modem, call) => {
  if (call.form === 'test') return answer(modem.profile.cnmiTest);
  if (call.form === 'read') return answer(`+CNMI: ${modem.settings.cnmi.join(',')}`);
  const [mode, mt, bm, ds, bfr] = modem.settings.cnmi.map((old, at) => (call.args[at] ? numberOf(call.args[at]) : old));
  const wanted = [mode ?? -1, mt ?? -1, bm ?? -1, ds ?? -1, bfr ?? -1] as const;
  if (call.args.length > 5 || !modem.profile.cnmiAccepted.test(wanted.join(','))) return cms(303);
  modem.settings.cnmi = [...wanted];
  return ok;
};

/** The header that starts so and the PDU, as this modem writes them. */
function shown(modem: ModemState, start: string, call: Call, message: StoredMessage): string[] {
  const pdu = givenPdu(modem, call, message.pdu);
  const { header } = modem.profile;
  const alpha = { empty: ',', one_line: ',', quoted: ',""', missing: '' }[header];
  const fields = `${start}${message.stat}${alpha},${tpduLength(message.pdu)}`;
  if (message.stat === stat.unread) message.stat = stat.read;
  return header === 'one_line' ? [`${fields} ${pdu}`] : [fields, pdu];
}

const list: Command = (modem, call) => {
  if (call.form === 'test') return answer('+CMGL: (0-4)');
  const wanted = call.form === 'execute' ? 0 : numberOf(call.args[0]);
  if (wanted === null || wanted > 4) return cms(304);
  const messages = modem.stores[modem.settings.storages[0]].list().filter((one) => wanted === 4 || one.stat === wanted);
  return answer(...messages.flatMap((one) => shown(modem, `+CMGL: ${one.index},`, call, one)));
};

const read: Command = (modem, call) => {
  if (call.form === 'test') return ok;
  const message = stored(modem, call);
  if (message === undefined) return modem.profile.emptySlot === 'ok' ? ok : cms(321);
  return answer(...shown(modem, '+CMGR: ', call, message));
};

function stored(modem: ModemState, call: Call): StoredMessage | undefined {
  return modem.stores[modem.settings.storages[0]].get(numberOf(call.args[0]) ?? -1);
}

function givenPdu(modem: ModemState, call: Call, pdu: string): string {
  const short = modem.faults.take('short_pdu', call.text);
  return short === null ? pdu : pdu.slice(0, Math.max(0, pdu.length - 2 * (short.octets ?? 4)));
}

/** What each <delflag> takes (TS 27.005 3.5.4); 0 goes by index. */
const taken: Readonly<Record<number, readonly number[]>> = {
  1: [stat.read],
  2: [stat.read, stat.sent],
  3: [stat.read, stat.sent, stat.unsent],
  4: [stat.read, stat.sent, stat.unsent, stat.unread],
};

const remove: Command = (modem, call) => {
  const storage = modem.stores[modem.settings.storages[0]];
  const messages = storage.list();
  if (call.form === 'test') return answer(`+CMGD: (${messages.map(({ index }) => index).join(',')}),(0-4)`);
  const index = numberOf(call.args[0]);
  const flag = call.args[1] === undefined ? 0 : numberOf(call.args[1]);
  if (index === null || flag === null || flag > 4) return cms(304);
  if (flag === 0 && !storage.remove(index) && index >= storage.capacity + modem.profile.firstIndex) return cms(321);
  const stats = taken[flag] ?? [];
  for (const message of messages) if (stats.includes(message.stat)) storage.remove(message.index);
  return { ...ok, afterwards: () => modem.network.retry() };
};

const acknowledge: Command = (modem, call): Outcome => {
  if (call.form === 'test') return answer('+CNMA: (0-2)');
  return modem.network.acknowledge() ? ok : cms(340);
};

const service: Command = (modem, call) => {
  if (call.form === 'test') return answer('+CSMS: (0,1)');
  if (call.form === 'read') return answer(`+CSMS: ${modem.settings.csms},1,1,1`);
  const value = numberOf(call.args[0]);
  if (value === null || value > 1) return cms(303);
  modem.settings.csms = value;
  return answer('+CSMS: 1,1,1');
};

const format: Command = (_modem, call) => {
  if (call.form === 'test') return answer('+CMGF: (0)');
  if (call.form === 'read') return answer('+CMGF: 0');
  return call.form === 'execute' || call.args[0] === '0' ? ok : cms(303);
};

/** TS 27.005 clause 3 but for sending; PDU mode only. */
export const messageCommands: CommandTable = {
  '+CMGF': withMessages(format),
  '+CSMS': service,
  '+CPMS': withMessages(preferredStorage),
  '+CNMI': withMessages(indications),
  '+CMGL': withMessages(list),
  '+CMGR': withMessages(read),
  '+CMGD': withMessages(remove),
  '+CNMA': acknowledge,
  '+CMMS': setting(
    '+CMMS',
    [0, 1, 2],
    (modem) => modem.settings.cmms,
    (modem, value) => {
      modem.settings.cmms = value;
    },
  ),
};
