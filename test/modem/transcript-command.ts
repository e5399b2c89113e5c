import type { AtCommand } from '../../src/at/command.ts';
import * as basic from '../../src/modem/commands/basic.ts';
import { allowedIndications, currentIndications, setIndications } from '../../src/modem/commands/indications.ts';
import { operator, registration, signal } from '../../src/modem/commands/network.ts';
import { plain } from '../../src/modem/commands/reply.ts';
import * as sim from '../../src/modem/commands/sim.ts';
import * as storage from '../../src/modem/commands/storage.ts';
import { moreMessages, submit } from '../../src/modem/commands/submit.ts';
import { supplyVoltage } from '../../src/modem/commands/supply.ts';
import type { Profile } from '../../src/modem/profile.ts';
import { families } from '../../src/modem/profiles/families.ts';

const known: readonly AtCommand<unknown>[] = [
  ...[basic.manufacturer, basic.model, basic.revision, basic.imei, basic.readRadio, basic.information],
  ...[sim.simState, sim.imsi, sim.ownNumber, sim.serviceCentre],
  ...[registration('CREG'), registration('CGREG'), registration('CEREG'), registration('C5GREG'), signal, operator],
  ...[storage.storageNames, storage.storageUse, storage.listAll, storage.canDeleteRead],
  ...[allowedIndications, currentIndications, basic.pduMode, moreMessages, supplyVoltage],
];

/** Recorded, and asked by others: all that counts is that the whole reply goes to who asked. */
const asked: readonly string[] = [
  ...['AT+GMI', 'AT+GMM', 'AT+SIMCOMATI', 'AT+CSCS=?', 'AT+CSCS?', 'AT+CSMS?', 'AT+CSMP?', 'AT+CGSMS?', 'AT+CNMP?'],
  ...['AT+CPSI?', 'AT+CIREG?', 'AT+CEER', 'AT+CCED', 'AT+CVHU=0', 'AT+CLAC', 'AT+QINISTAT', 'AT+QPCMV?', 'AT+QPINC?'],
  ...['AT^VERSION?', 'AT^FHVER'],
];

function linesOf(line: string): AtCommand<readonly string[]> {
  const name = /^AT([+^]\w+)/.exec(line)?.[1] ?? '';
  const owns = /(?:GM[IM]|SIMCOMATI)$/.test(name) ? 'bare' : new RegExp(`^\\${name}:`);
  return { line, owns, timeout: 5_000, parse: (info) => info };
}

/** The very command that the gateway, with this profile, would send; null for a line that nobody sends. */
export function transcriptCommand(line: string, profile: Profile): AtCommand<unknown> | null {
  const found = known.find((command) => command.line === line);
  if (found !== undefined) return found;
  const [, name = '', value = ''] = /^AT\+(CMGR|CMGD|CMGS|CPMS|CNMI)=(.*)$/.exec(line) ?? [];
  if (name === 'CMGR') return storage.readMessage(Number(value));
  if (name === 'CMGD') return storage.deleteMessage(Number(value));
  if (name === 'CMGS') return submit({ pdu: '0001', tpduLength: Number(value) });
  if (name === 'CPMS') return storage.selectStorage(value.replaceAll('"', '').split(','));
  if (name === 'CNMI') return setIndications(value.split(',').map(Number));
  const counter = families.flatMap(({ pinTries }) => pinTries).find((one) => one.line === line);
  if (counter !== undefined) return sim.pinTries(counter.line, counter.reply);
  if (families.some(({ iccid }) => iccid.includes(line))) return sim.iccid(line);
  if (asked.includes(line)) return linesOf(line);
  const { setUp, plainUssd } = profile;
  return [...setUp, plainUssd].includes(line) ? plain(line, 3_000) : null;
}
