import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AtCommand } from '../../src/at/command.ts';
import { asGatewayError } from '../../src/errors.ts';
import * as basic from '../../src/modem/commands/basic.ts';
import { allowedIndications, currentIndications, indicationCandidates } from '../../src/modem/commands/indications.ts';
import { bestRegistration, operator, registration, signal } from '../../src/modem/commands/network.ts';
import * as sim from '../../src/modem/commands/sim.ts';
import * as storage from '../../src/modem/commands/storage.ts';
import { submit } from '../../src/modem/commands/submit.ts';
import { askUssd, ussdAnswer } from '../../src/modem/commands/ussd.ts';

const commands: readonly AtCommand<unknown>[] = [
  ...[basic.manufacturer, basic.model, basic.revision, basic.imei, basic.readRadio],
  ...[sim.simState, sim.pinTries, sim.imsi, sim.iccid('AT+CCID'), sim.ownNumber, sim.serviceCentre],
  ...[registration('CREG'), registration('CGREG'), registration('CEREG'), signal, operator],
  ...[storage.storageNames, storage.storageUse, storage.listAll, storage.canDeleteRead],
  ...[storage.selectStorage(['SM']), storage.selectStorage(['SM', 'SM']), storage.selectStorage(['SM', 'SM', 'SM'])],
  ...[storage.readMessage(1), storage.readMessage(99), submit({ pdu: '0001', tpduLength: 18 })],
  ...[allowedIndications, currentIndications],
];

interface Exchange {
  title: string;
  command: string;
  reply: string[];
  means: { value: unknown } | { error: string };
}

function exchangesOf(file: string): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  let next = { title: '', command: '', reply: [] as string[] };
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [mark, text] = [line[0], line.slice(2)];
    if (mark === '#') next = { title: text, command: '', reply: [] };
    else if (mark === '>') next.command = text;
    else if (mark === '<') next.reply.push(text);
    else if (mark === '=') exchanges.push({ ...next, means: { value: JSON.parse(text) } });
    else if (mark === '!') exchanges.push({ ...next, means: { error: text } });
  }
  return exchanges;
}

const folder = new URL('../fixtures/transcripts/generic/', import.meta.url).pathname;
const files = globSync('*.txt', { cwd: folder });

test('there are transcripts', () => {
  expect(files.length).toBeGreaterThan(5);
});

describe.each(files)('the replies of %s', (file) => {
  test.each(exchangesOf(`${folder}/${basename(file)}`))('$command: $title', ({ command, reply, means }) => {
    const asked = commands.find(({ line }) => line === command);
    if (asked === undefined) throw new Error(`no command ${command}`);
    for (const header of reply.filter((line) => line.startsWith('+'))) {
      if (asked.owns !== 'bare' && 'value' in means) expect(header).toMatch(asked.owns);
    }
    if ('value' in means) expect(asked.parse(reply)).toEqual(means.value);
    else expect(() => asked.parse(reply)).toThrow(expect.objectContaining({ code: means.error }));
  });
});

describe('a change of registration that comes by itself', () => {
  test.each(['+CREG: 1', '+CREG: 1,"D509","80D413D",7', '+CREG: 5,"792D","04947220"', '+CGREG: 0,1'])(
    '%s is no reply to AT+CREG?',
    (line) => {
      expect(line).not.toMatch(registration('CREG').owns as RegExp);
    },
  );
});

describe('the best registration', () => {
  test.each([
    [[1, 5], 'home'],
    [[0, 5], 'roaming'],
    [[3, 1], 'home'],
    [[6], 'home'],
    [[7, 2], 'roaming'],
    [[2, 3], 'searching'],
    [[3, 0], 'denied'],
    [[8, 0], 'emergency_only'],
    [[0, 4], 'idle'],
    [[4], 'unknown'],
    [[], 'unknown'],
  ])('of %j is %s', (stats, best) => {
    expect(bestRegistration(stats)).toBe(best);
  });
});

describe('indications', () => {
  test('are tried best first: reports passed on, then announced, then none, with mode 2 before mode 1', () => {
    const allowed = [
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 2],
      [0, 1, 2],
      [0, 1],
    ];
    expect(indicationCandidates(allowed)).toEqual([
      [2, 1, 0, 1, 0],
      [1, 1, 0, 1, 0],
      [2, 1, 0, 2, 0],
      [1, 1, 0, 2, 0],
      [2, 1, 0, 0, 0],
      [1, 1, 0, 0, 0],
      [2, 1, 0],
      [1, 1],
    ]);
  });

  test('keep to what the modem allows, here a buffer setting of 1 and no reports passed on', () => {
    const [first] = indicationCandidates([[0, 1, 2, 3], [0, 1], [0, 2, 3], [0, 2], [1]]);
    expect(first).toEqual([2, 1, 0, 2, 1]);
  });

  test('are all tried where the modem does not say, and none where it can announce nothing', () => {
    expect(indicationCandidates([])[0]).toEqual([2, 1, 0, 1, 0]);
    expect(indicationCandidates([[0, 1], [0], [0], [0], [0]])).toEqual([]);
  });
});

describe('commands', () => {
  test('are written as the standard has them', () => {
    expect(storage.readMessage(0).line).toBe('AT+CMGR=0');
    expect(storage.deleteMessage(7).line).toBe('AT+CMGD=7');
    expect(storage.deleteRead(7).line).toBe('AT+CMGD=7,1');
    expect(storage.selectStorage(['SM', 'ME', 'ME']).line).toBe('AT+CPMS="SM","ME","ME"');
    expect(submit({ pdu: '0011', tpduLength: 18 })).toMatchObject({
      line: 'AT+CMGS=18',
      payload: '0011',
      timeout: 180_000,
    });
    expect(sim.enterPin('0042').line).toBe('AT+CPIN="0042"');
    expect(askUssd('*100#').line).toBe('AT+CUSD=1,"*100#",15');
  });

  test('cannot be made of a PIN or a request that would break out of its quotation marks', () => {
    expect(() => sim.enterPin('12"4')).toThrow(expect.objectContaining({ code: 'sim.pin_wrong' }));
    expect(() => askUssd('*1"\rATD1;')).toThrow(expect.objectContaining({ code: 'command.invalid' }));
  });
});

describe('what an error says of the SIM', () => {
  test.each([
    [{ cme: 10 }, 'absent'],
    [{ cme: 14 }, 'busy'],
    [{ cms: 314 }, 'busy'],
    [{ cme: 12 }, 'puk_required'],
    [{ cme: 16 }, 'pin_wrong'],
    [{ cme: 13 }, 'failed'],
    [{ cme: 100 }, null],
  ])('%j: %s', (details, state) => {
    expect(sim.simStateOfError({ ...asGatewayError(new Error('x')), details } as never)).toBe(state);
  });
});

describe('what the network says to a USSD request', () => {
  test.each([
    ['+CUSD: 0,"Balance: 5.00",15', { text: 'Balance: 5.00', replyExpected: false }],
    ['+CUSD: 1,"1 Yes\n2 No",15', { text: '1 Yes\n2 No', replyExpected: true }],
    ['+CUSD: 0,"041F04400438043204350442",72', { text: 'Привет', replyExpected: false }],
    ['+CUSD: 2', { text: '', replyExpected: false }],
  ])('%j', (line, answer) => {
    expect(ussdAnswer(line)).toEqual(answer);
  });
});

test('a PDU is whole if it has as many octets as its header said, the service centre not counted', () => {
  expect(storage.isWhole({ stat: 0, tpduLength: 2, pdu: '0291214400' + '' })).toBe(true);
  expect(storage.isWhole({ stat: 0, tpduLength: 2, pdu: '00AABB' })).toBe(true);
  expect(storage.isWhole({ stat: 0, tpduLength: 3, pdu: '00AABB' })).toBe(false);
});
