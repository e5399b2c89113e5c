import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AtCommand } from '../../src/at/command.ts';
import { finalResult } from '../../src/at/results.ts';
import { openSession } from '../../src/at/session.ts';
import { asGatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import * as basic from '../../src/modem/commands/basic.ts';
import { allowedIndications, currentIndications, setIndications } from '../../src/modem/commands/indications.ts';
import { operator, registration, signal } from '../../src/modem/commands/network.ts';
import { plain } from '../../src/modem/commands/reply.ts';
import * as sim from '../../src/modem/commands/sim.ts';
import * as storage from '../../src/modem/commands/storage.ts';
import { moreMessages, submit } from '../../src/modem/commands/submit.ts';
import { supplyVoltage } from '../../src/modem/commands/supply.ts';
import { type Profile, unsolicitedShapes } from '../../src/modem/profile.ts';
import { allFamilies, families, familyOf } from '../../src/modem/profiles/families.ts';
import { noticeOf } from '../../src/modem/unsolicited.ts';
import { JumpingClock, ScriptedModem } from './scripted-modem.ts';
import { type Exchange, exchangesOf, transcripts } from './transcript-file.ts';

const known: readonly AtCommand<unknown>[] = [
  ...[basic.manufacturer, basic.model, basic.revision, basic.imei, basic.readRadio, basic.information],
  ...[sim.simState, sim.imsi, sim.ownNumber, sim.serviceCentre],
  ...[registration('CREG'), registration('CGREG'), registration('CEREG'), signal, operator],
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

/** The very command that the gateway would send. */
function commandOf(line: string, profile: Profile): AtCommand<unknown> {
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
  if (![...setUp, plainUssd].includes(line)) throw new Error(`nobody sends ${line}`);
  return plain(line, 3_000);
}

/** What comes of it through a session, as the file writes it. */
async function outcomeOf({ command, reply, ends }: Exchange, profile: Profile): Promise<string> {
  const asked = commandOf(command, profile);
  const last = reply.at(-1) ?? '';
  const isWhole = !ends || finalResult(last, '') !== undefined;
  const answer = isWhole ? (reply.length === 0 ? null : reply) : [...reply, 'OK'];
  const modem = new ScriptedModem((line) => {
    if (line !== command && line !== `${asked.payload}\x1a`) return ['OK'];
    return line === command && asked.payload !== undefined ? ['> '] : answer;
  });
  const session = openSession(await modem.openPort(), {
    unsolicited: unsolicitedShapes(allFamilies),
    onUnsolicited: () => undefined,
    clock: new JumpingClock(),
    log: createLogger({ write: () => undefined }),
  });
  try {
    return `= ${JSON.stringify((await session.run(asked)) ?? null)}`;
  } catch (thrown) {
    const { code, details } = asGatewayError(thrown);
    const number = details.cms ?? details.cme;
    return number === undefined ? `! ${code}` : `! ${code} ${number}`;
  } finally {
    await session.close();
  }
}

const files = transcripts();
const familyAt = (file: string) => families.find(({ id }) => id === dirname(file));

test('every family has its transcripts, and every folder its family', () => {
  expect([...new Set(files.map((file) => dirname(file)))].sort()).toEqual(families.map(({ id }) => id).sort());
});

describe.each(files)('%s', (file) => {
  const profile = familyAt(file) ?? allFamilies;
  test.each(exchangesOf(file))('$command$unasked: $title', async (exchange) => {
    const { means, unasked } = exchange;
    const expected = means.startsWith('=') ? `= ${JSON.stringify(JSON.parse(means.slice(2)))}` : means;
    if (unasked.length > 0) expect(`= ${JSON.stringify(noticeOf(unasked, profile))}`).toBe(expected);
    else expect(await outcomeOf(exchange, profile)).toBe(expected);
  });
});

const names = ['ATI', 'AT+CGMI', 'AT+CGMM'];
const named = files.filter(
  (file) => file !== 'generic/identity.txt' && exchangesOf(file).some(({ command }) => names.includes(command)),
);

test.each(named)('what %s says of itself shows its family', (file) => {
  const exchanges = exchangesOf(file);
  const told = (command: string) => {
    const means = exchanges.find((one) => one.command === command)?.means.slice(2);
    return means === undefined || !means.startsWith('"') ? null : String(JSON.parse(means));
  };
  const information = exchanges.find(({ command }) => command === 'ATI')?.means.slice(2) ?? '{}';
  const { manufacturer = null, model = null } = JSON.parse(information);
  const identity = {
    manufacturer: told('AT+CGMI') ?? manufacturer,
    model: told('AT+CGMM') ?? model,
    revision: told('AT+CGMR'),
    imei: null,
  };
  expect(familyOf(identity).id).toBe(dirname(file));
});
