import { describe, expect, test } from 'vitest';
import { unsolicitedShapes } from '../../src/modem/profile.ts';
import { genericProfile } from '../../src/modem/profiles/generic.ts';
import { withProfile } from '../../src/modem/profiles/with-profile.ts';
import { noticeOf } from '../../src/modem/unsolicited.ts';

describe('a line that comes by itself', () => {
  test.each([
    [['+CMTI: "ME",0'], { is: 'stored', storage: 'ME', index: 0 }],
    [['+CMTI:SM,17'], { is: 'stored', storage: 'SM', index: 17 }],
    [['+CMTI: "SM",-1'], { is: 'stored', storage: 'SM', index: null }],
    [['+CMTI: ,-1'], { is: 'stored', storage: null, index: null }],
    [['+CMTI: "SM",'], { is: 'stored', storage: 'SM', index: null }],
    [['+CDSI: "SR",8'], { is: 'stored', storage: 'SR', index: 8 }],
    [['+CMT: ,25', '0791AB'], { is: 'direct', tpduLength: 25, pdu: '0791AB' }],
    [['+CMT: "a, b",25', '0791ab'], { is: 'direct', tpduLength: 25, pdu: '0791ab' }],
    [['+CDS: 25', '0791AB'], { is: 'direct', tpduLength: 25, pdu: '0791AB' }],
    [['+CDS: ,25', '0791AB'], { is: 'direct', tpduLength: 25, pdu: '0791AB' }],
    [['+CDS: 25'], null],
    [['+CMT: "+14155550000",,"26/08/24,20:47:42+32"', 'hello'], null],
    [['+CREG: 5'], { is: 'registration', domain: 'CREG', state: { stat: 5, technology: null } }],
    [['+CREG: 1,"D509","80D413D",7'], { is: 'registration', domain: 'CREG', state: { stat: 1, technology: 'lte' } }],
    [['+CEREG: 0'], { is: 'registration', domain: 'CEREG', state: { stat: 0, technology: null } }],
    [['+CREG: x'], null],
    [['RING'], { is: 'ringing', from: null }],
    [['+CRING: VOICE'], { is: 'ringing', from: null }],
    [['+CLIP: "+420777000111",145,"",,"",0'], { is: 'ringing', from: '+420777000111' }],
    [['+CLIP: "",128'], { is: 'ringing', from: null }],
    [['NO CARRIER'], { is: 'call_ended' }],
    [['VOICE CALL: END: 000017'], { is: 'call_ended' }],
    [['+CUSD: 1,"1 Yes', '2 No",15'], { is: 'ussd', answer: { text: '1 Yes\n2 No', replyExpected: true } }],
    [['RDY'], { is: 'booted' }],
    [['*ATREADY: 1'], { is: 'booted' }],
    [['^SYSSTART'], { is: 'booted' }],
    [['+CFUN: 1'], { is: 'woke' }],
    [['+CPIN: READY'], { is: 'woke' }],
    [['Call Ready'], { is: 'woke' }],
    [['SMS Ready'], { is: 'woke' }],
    [['+QIND: SMS DONE'], { is: 'woke' }],
    [['+CPIN: NOT INSERTED'], { is: 'sim', state: 'absent' }],
    [['+CPIN: SIM PIN'], { is: 'sim', state: 'pin_required' }],
    [['+SMS FULL'], { is: 'storage_full' }],
    [['+ SMS FULL'], { is: 'storage_full' }],
    [['^SMMEMFULL:"SM"'], { is: 'storage_full' }],
    [['+QIND: "smsfull","ME"'], { is: 'storage_full' }],
    [['UNDER-VOLTAGE WARNNING'], { is: 'low_power' }],
    [['UNDER-VOLTAGE POWER DOWN'], { is: 'booted', cause: 'low_power' }],
    [['OVER-VOLTAGE WARNNING'], { is: 'high_power' }],
    [['OVER-VOLTAGE POWER DOWN'], { is: 'booted', cause: 'high_power' }],
    [['NORMAL POWER DOWN'], { is: 'booted' }],
    [['+CGEV: NW DETACH'], { is: 'detached' }],
    [['+CGEV: ME PDN ACT 1'], null],
    [['+SIMCARD: NOT AVAILABLE'], { is: 'sim', state: 'absent' }],
    [['+QSIMSTAT: 1,0'], { is: 'sim', state: 'absent' }],
    [['+QSIMSTAT: 1,1'], null],
    [['^SIMST:255'], { is: 'sim', state: 'absent' }],
    [['^SIMST:1'], null],
    [['^BOOT:91409020,0,0,0,6'], null],
    [['+CUSD: (', 'x'], null],
    [[], null],
  ])('%j', (lines, notice) => {
    expect(noticeOf(lines, genericProfile)).toEqual(notice);
  });

  test.each(['+CMT: ,25', '+CDS: ,25'])('%s takes the line below with it', (line) => {
    expect(unsolicitedShapes(genericProfile).find(({ match }) => match.test(line))?.follows).toBe(1);
  });

  test.each([
    '^RSSI:20',
    '^HCSQ:"LTE",48,39,71,22',
    '+ZPASR: "UMTS"',
    '*PSUTTZ: 2026,1,1',
    '+CGEV: ME DETACH',
    'MISSED_CALL: 11:01AM 07712345678',
    'VOICE CALL: BEGIN',
  ])('%s is known to mean nothing', (line) => {
    expect(unsolicitedShapes(genericProfile).some(({ match }) => match.test(line))).toBe(true);
    expect(noticeOf([line], genericProfile)).toBeNull();
  });
});

test('a family adds its lines to the generic ones and replaces everything else', () => {
  const family = withProfile({ id: 'generic', matches: () => true, booted: [/^HELLO$/], storages: ['SM'] });
  expect(noticeOf(['HELLO'], family)).toEqual({ is: 'booted' });
  expect(noticeOf(['RDY'], family)).toEqual({ is: 'booted' });
  expect(family.storages).toEqual(['SM']);
  expect(family.iccid).toEqual(genericProfile.iccid);
});
