import { describe, expect, it } from 'vitest';
import { genericProfile } from '../../src/simulator/profile.ts';
import { connect } from './connect.ts';

/** Command line, then the answer without its framing. */
const answers: readonly (readonly [string, string])[] = [
  ['AT', 'OK'],
  ['ATI', 'Manufacturer: sim2mqtt\r\nModel: SIMULATOR\r\nRevision: 1.0\r\n+GCAP: +CGSM\r\nIMEI: 490154203237518|OK'],
  ['AT+CGMI', 'sim2mqtt|OK'],
  ['AT+CGMM', 'SIMULATOR|OK'],
  ['AT+CGMR', 'Revision:1.0|OK'],
  ['AT+CGSN', '490154203237518|OK'],
  ['AT+CIMI', '001010123456789|OK'],
  ['AT+CCID', '+CCID: 8901260000000000001|OK'],
  ['AT+QCCID', '+CME ERROR: 100'],
  ['AT+CNUM', '+CNUM: ,"+447700900123",145|OK'],
  ['AT+CPIN?', '+CPIN: READY|OK'],
  ['AT+CPINR', '+CPINR: SIM PIN,3,3\r\n+CPINR: SIM PUK,10,10|OK'],
  ['AT+CFUN?', '+CFUN: 1|OK'],
  ['AT+CSQ', '+CSQ: 20,99|OK'],
  ['AT+CREG?', '+CREG: 0,1|OK'],
  ['AT+CREG=3', '+CME ERROR: 50'],
  ['AT+CGREG=2', 'OK'],
  ['AT+CGREG?', '+CGREG: 2,1,"D509","80D413D",7|OK'],
  ['AT+COPS?', '+COPS: 0,0,"CHN-UNICOM",7|OK'],
  ['AT+COPS=3,2', 'OK'],
  ['AT+COPS?', '+COPS: 0,2,"46001",7|OK'],
  ['AT+CSCA?', '+CSCA: "+639934444400",145|OK'],
  ['AT+CSCS=?', '+CSCS: ("IRA","GSM","UCS2")|OK'],
  ['AT+CSCS="UCS2"', 'OK'],
  ['AT+CSCS?', '+CSCS: "UCS2"|OK'],
  ['AT+CSMS=0', '+CSMS: 1,1,1|OK'],
  ['AT+CSMS?', '+CSMS: 0,1,1,1|OK'],
  ['AT+CMGF=0', 'OK'],
  ['AT+CMGF=1', '+CMS ERROR: 303'],
  ['AT+CPMS=?', '+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")|OK'],
  ['AT+CPMS?', '+CPMS: "ME",0,23,"ME",0,23,"ME",0,23|OK'],
  ['AT+CPMS="SM","SM","SM"', '+CPMS: 0,50,0,50,0,50|OK'],
  ['AT+CPMS="ME"', '+CPMS: 0,23,0,50,0,50|OK'],
  ['AT+CPMS="SR"', '+CMS ERROR: 302'],
  ['AT+CNMI=?', '+CNMI: (0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)|OK'],
  ['AT+CNMI=2,1,0,1,0', 'OK'],
  ['AT+CNMI?', '+CNMI: 2,1,0,1,0|OK'],
  ['AT+CNMI=2,5', '+CMS ERROR: 303'],
  ['AT+CMGR=7', '+CMS ERROR: 321'],
  ['AT+CMGL=4', 'OK'],
  ['AT+CMGL', 'OK'],
  ['AT+CMGD=7', 'OK'],
  ['AT+CMGD=9999', '+CMS ERROR: 321'],
  ['AT+CNMA=0', '+CMS ERROR: 340'],
  ['AT+CMMS=2', 'OK'],
  ['AT+CMMS?', '+CMMS: 2|OK'],
  ['AT+CBC', '+CBC: 0,100,4213|OK'],
  ['AT+CGSMS?', '+CGSMS: 3|OK'],
  ['AT+CLIP=1', 'OK'],
  ['AT+CLIP?', '+CLIP: 1|OK'],
  ['AT+CHUP', 'OK'],
  ['ATH', 'OK'],
  ['AT+CGMI;+CGMM', 'sim2mqtt|SIMULATOR|OK'],
  ['AT+CGMI;+FOO;+CGMM', 'sim2mqtt|+CME ERROR: 100'],
  ['ATV1Q0', 'OK'],
  ['at+csq', '+CSQ: 20,99|OK'],
];

describe('an idle modem answers', () => {
  it('every command as TS 27.005 and TS 27.007 say', async () => {
    const { client } = await connect({
      number: '+447700900123',
      imei: '490154203237518',
      iccid: '8901260000000000001',
      imsi: '001010123456789',
      smsc: '+639934444400',
      operator: { name: 'CHN-UNICOM', numeric: '46001' },
      storages: { SM: 50, ME: 23 },
    });
    const heard: (readonly [string, string])[] = [];
    for (const [line] of answers) {
      const blocks = (await client.say(line)).split('\r\n\r\n');
      heard.push([line, blocks.join('|').replace(/^\r\n|\r\n$/g, '')]);
    }
    expect(heard).toEqual(answers);
    expect(client.rest).toBe('');
  });

  it('with its echo until told otherwise', async () => {
    const { client } = await connect();
    expect(await client.say('ATE1')).toBe('\r\nOK\r\n');
    expect(await client.say('AT+CSQ')).toBe('AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n');
    expect(await client.say('ATE0')).toBe('ATE0\r\r\nOK\r\n');
    expect(await client.say('ATZ')).toBe('\r\nOK\r\n');
    expect(await client.say('AT')).toBe('AT\r\r\nOK\r\n');
  });

  it('in numbers after ATV0 and not at all after ATQ1', async () => {
    const { client } = await connect();
    client.write('ATV0\r');
    expect(await client.until(/\r/)).toBe('0\r');
    client.write('AT+CSQ\r');
    expect(await client.until(/0\r$/)).toBe('+CSQ: 20,99\r\n0\r');
    client.write('AT+FOO;+CMEE=0\rAT+CMEE=0\rAT+FOO\r');
    expect(await client.until(/4\r/)).toBe('\r\n+CME ERROR: 100\r\n0\r4\r');
    client.write('ATV1Q1\rAT+CSQ\r');
    expect(await client.until(/\r\n$/)).toBe('\r\n+CSQ: 20,99\r\n');
  });

  it('with errors in the form +CMEE asks for', async () => {
    const { client } = await connect();
    await client.say('AT+CMEE=2');
    expect(await client.say('AT+FOO')).toBe('\r\n+CME ERROR: unknown\r\n');
    expect(await client.say('AT+CMGR=1')).toBe('\r\n+CMS ERROR: invalid memory index\r\n');
    await client.say('AT+CMEE=0');
    expect(await client.say('AT+FOO')).toBe('\r\nERROR\r\n');
    expect(await client.say('AT+CMGR=1')).toBe('\r\n+CMS ERROR: 321\r\n');
  });

  it('nothing to a line without AT', async () => {
    const { client } = await connect();
    client.write('hello\r\r\n\0\x1b');
    expect(await client.say('AT')).toBe('\r\nOK\r\n');
  });

  it('one command after the other when they come at once', async () => {
    const { client } = await connect({ commandLatency: 2 });
    client.write('AT+CSQ\rAT+CREG?\rAT\r');
    expect(await client.until(/\r\nOK\r\n.*\r\nOK\r\n.*\r\nOK\r\n/s)).toBe(
      '\r\n+CSQ: 20,99\r\n\r\nOK\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n\r\nOK\r\n',
    );
  });

  it('only the first of them when it loses what comes while it is busy', async () => {
    const { client } = await connect({ commandLatency: 2, busyInput: 'lose' });
    client.write('AT+CSQ\rAT+CREG?\r');
    await client.until(/OK\r\n/);
    expect(await client.say('AT')).toBe('\r\nOK\r\n');
  });

  it('as its profile has it', async () => {
    const literal = { 'AT+CNMP?': ['+CNMP: 2'] };
    const profile = { ...genericProfile, literal, emptySlot: 'ok', unknownCommand: 'COMMAND NOT SUPPORT' } as const;
    const { client } = await connect({ profile });
    expect(await client.say('AT+CNMP?')).toBe('\r\n+CNMP: 2\r\n\r\nOK\r\n');
    expect(await client.say('AT+CMGR=1')).toBe('\r\nOK\r\n');
    expect(await client.say('AT+FOO')).toBe('\r\nCOMMAND NOT SUPPORT\r\n');
  });
});

describe('a locked card', () => {
  it('asks for its PIN, counts the tries and opens', async () => {
    const { client } = await connect({ pin: '0042' });
    expect(await client.say('AT+CPIN?')).toBe('\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n');
    expect(await client.say('AT+CIMI')).toBe('\r\n+CME ERROR: 11\r\n');
    expect(await client.say('AT+CMGL=4')).toBe('\r\n+CMS ERROR: 311\r\n');
    expect(await client.say('AT+CPIN="42"')).toBe('\r\n+CME ERROR: 16\r\n');
    expect(await client.say('AT+CPINR')).toContain('+CPINR: SIM PIN,2,3');
    expect(await client.say('AT+CPIN="0042"')).toBe('\r\nOK\r\n');
    expect(await client.say('AT+CPIN?')).toBe('\r\n+CPIN: READY\r\n\r\nOK\r\n');
    expect(await client.say('AT+CPINR')).toContain('+CPINR: SIM PIN,3,3');
  });

  it('wants the PUK after three wrong ones', async () => {
    const { client } = await connect({ pin: '0042' });
    for (const wrong of ['1', '2', '3']) await client.say(`AT+CPIN="${wrong}"`);
    expect(await client.say('AT+CPIN?')).toBe('\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n');
    expect(await client.say('AT+CMGL=4')).toBe('\r\n+CMS ERROR: 316\r\n');
    expect(await client.say('AT+CPIN="12345678","1111"')).toBe('\r\nOK\r\n');
    expect(await client.say('AT+CPIN?')).toBe('\r\n+CPIN: READY\r\n\r\nOK\r\n');
  });
});

describe('the network', () => {
  it('is announced as it changes', async () => {
    const { simulator, client } = await connect({ registration: 2 });
    expect(await client.say('AT+COPS?')).toBe('\r\n+COPS: 0\r\n\r\nOK\r\n');
    await client.say('AT+CREG=1');
    await client.say('AT+CEREG=2');
    simulator.fault({ kind: 'registration', stat: 5 });
    expect(await client.until(/CEREG.*\r\n/)).toBe('\r\n+CREG: 5\r\n\r\n+CEREG: 5,"D509","80D413D",7\r\n');
    expect(await client.say('AT+CFUN=4')).toBe('\r\nOK\r\n');
    expect(await client.until(/CEREG.*\r\n/)).toBe('\r\n+CREG: 0\r\n\r\n+CEREG: 0\r\n');
    expect(await client.say('AT+CFUN=1')).toBe('\r\nOK\r\n');
    expect(await client.until(/CEREG.*\r\n/)).toContain('+CREG: 5');
  });

  it('answers USSD after the OK', async () => {
    const { simulator, client } = await connect();
    simulator.answerUssd('*100#', 'Balance 5.00');
    expect(await client.say('AT+CUSD=1,"*100#",15')).toBe('\r\nOK\r\n');
    expect(await client.until(/CUSD.*\r\n/)).toBe('\r\n+CUSD: 0,"Balance 5.00",15\r\n');
    await client.say('AT+CUSD=1,"*999#",15');
    expect(await client.until(/CUSD.*\r\n/)).toBe('\r\n+CUSD: 4\r\n');
  });

  it('rings until the call is rejected', async () => {
    const { simulator, client } = await connect();
    simulator.ring({ from: '+420777', rings: 2, interval: 5 });
    expect(await client.until(/NO CARRIER\r\n/)).toBe('\r\nRING\r\n\r\nRING\r\n\r\nNO CARRIER\r\n');
    await client.say('AT+CLIP=1;+CRC=1');
    simulator.ring({ from: '+420777' });
    expect(await client.until(/CLIP.*\r\n/)).toBe('\r\n+CRING: VOICE\r\n\r\n+CLIP: "+420777",145,"",,"",0\r\n');
    expect(await client.say('AT+CHUP')).toBe('\r\nOK\r\n');
  });
});
