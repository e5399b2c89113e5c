import { describe, expect, test } from 'vitest';
import { asGatewayError } from '../../src/errors.ts';
import { indicationCandidates } from '../../src/modem/commands/indications.ts';
import { bestRegistration, operator, registration } from '../../src/modem/commands/network.ts';
import * as sim from '../../src/modem/commands/sim.ts';
import * as storage from '../../src/modem/commands/storage.ts';
import { submit } from '../../src/modem/commands/submit.ts';
import { askUssd, ussdAnswer } from '../../src/modem/commands/ussd.ts';

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
    [[2, 3], 'denied'],
    [[3, 0], 'denied'],
    [[8, 0], 'emergency_only'],
    [[0, 4], 'idle'],
    [[4], 'unknown'],
    [[], 'unknown'],
  ])('of %j is %s', (stats, best) => {
    expect(bestRegistration(stats)).toBe(best);
  });
});

test('the NULs that a modem fills the name of an operator with are no part of it', () => {
  expect(operator.parse(['+COPS: 0,0,"Mobile\0\0",7']).name).toBe('Mobile');
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
    expect(indicationCandidates(allowed, [1, 2, 0])).toEqual([
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
    const [first] = indicationCandidates([[0, 1, 2, 3], [0, 1], [0, 2, 3], [0, 2], [1]], [1, 2, 0]);
    expect(first).toEqual([2, 1, 0, 2, 1]);
  });

  test('are all tried where the modem does not say, and none where it can announce nothing', () => {
    expect(indicationCandidates([], [1, 2, 0])[0]).toEqual([2, 1, 0, 1, 0]);
    expect(indicationCandidates([[0, 1], [0], [0], [0], [0]], [1, 2, 0])).toEqual([]);
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
    ['+CUSD: 2', { text: '', replyExpected: false, ended: 'by_network' }],
  ])('%j', (line, answer) => {
    expect(ussdAnswer(line)).toEqual(answer);
  });
});

describe('USSD in packed septets', () => {
  test('is asked in hex, and a carriage return fills what would read as one more character', () => {
    expect(askUssd('*100#', true).line).toBe('AT+CUSD=1,"AA180C3602",15');
    expect(askUssd('*100*1#', true).line).toBe('AT+CUSD=1,"AA180CA68A8D1A",15');
  });

  test.each([
    ['+CUSD: 0,"CF25A8E682C11A",15', 'OK 5.00'],
    ['+CUSD: 0,"AA180C3602",15', '*100#'],
    ['+CUSD: 0,"041F04400438043204350442",72', 'Привет'],
    ['+CUSD: 0,"Balance: 5.00",15', 'Balance: 5.00'],
  ])('%s is answered in the same way, or as UCS-2, or as it is', (line, text) => {
    expect(ussdAnswer(line, true)).toEqual({ text, replyExpected: false });
  });
});

test('a PDU is whole if it has as many octets as its header said, the service centre not counted', () => {
  expect(storage.isWhole({ stat: 0, tpduLength: 2, pdu: '0291214400' + '' })).toBe(true);
  expect(storage.isWhole({ stat: 0, tpduLength: 2, pdu: '00AABB' })).toBe(true);
  expect(storage.isWhole({ stat: 0, tpduLength: 3, pdu: '00AABB' })).toBe(false);
});
