import { describe, expect, it } from 'vitest';
import { simulatedFamilies, simulatedFamily } from '../../src/simulator/profiles/families.ts';
import { connect } from './connect.ts';

const pdu = '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07';

describe('a simulated modem', () => {
  it.each(simulatedFamilies)(
    'of the family $id says who it is, and how its storages and indications are',
    async (profile) => {
      const { client } = await connect({ profile, imei: '861234567890123' });
      const information = profile.information.map((line) => line.replace('{imei}', '861234567890123')).join('\r\n');
      expect(await client.say('ATI')).toBe(`\r\n${information}\r\n\r\nOK\r\n`);
      expect(await client.say('AT+CPMS=?')).toBe(`\r\n${profile.storageTest}\r\n\r\nOK\r\n`);
      expect(await client.say('AT+CNMI=?')).toBe(`\r\n${profile.cnmiTest}\r\n\r\nOK\r\n`);
    },
  );

  it.each([
    ['sim800', 'AT+CEREG?', '\r\n+CME ERROR: 100\r\n'],
    ['sim800', 'AT+CGMR', '\r\nRevision:1418B04SIM800C24\r\n\r\nOK\r\n'],
    ['sim7600', 'AT+CNMI=2,1,0,1,0', '\r\n+CMS ERROR: 303\r\n'],
    ['sim7600', 'AT+CNMI=1,1,0,1,0', '\r\nOK\r\n'],
    ['sim7600', 'AT+CPMS?', '\r\n+CPMS: "ME",0,23,"ME",0,23,"ME",0,23\r\n\r\nOK\r\n'],
    ['sim70x0', 'AT+CNMI=2,1,0,1,0', '\r\n+CMS ERROR: 303\r\n'],
    ['sim70x0', 'AT+CPMS="ME","ME","ME"', '\r\n+CMS ERROR: 302\r\n'],
    ['quectel-ec2x', 'AT+CMGR=0', '\r\nOK\r\n'],
    ['quectel-ec2x', 'AT+QPINC="SC"', '\r\n+QPINC: "SC",3,10\r\n\r\nOK\r\n'],
    ['air780', 'AT+CMGR=9', '\r\n+CMS ERROR: invalid memory index\r\n'],
    ['air780', 'AT+CEREG?', '\r\n+CGREG: 0,1\r\n\r\nOK\r\n'],
    ['huawei-e3372', 'AT+CUSD=1,"*100#",15', '\r\n+CME ERROR: 304\r\n'],
    ['huawei-e3372', 'AT+CGSMS=9', '\r\n+CME ERROR: 50\r\n'],
    ['huawei-e1xxx', 'AT+CEREG?', '\r\nCOMMAND NOT SUPPORT\r\n'],
    ['huawei-e1xxx', 'AT+CMMS=2', '\r\n+CMS ERROR: 500\r\n'],
    ['huawei-e1xxx', 'AT^USSDMODE=0', '\r\nERROR\r\n'],
    ['zte', 'AT+CFUN?', '\r\n+CFUN: (0-1,4-7),(0-1)\r\n\r\nOK\r\n'],
    ['wavecom', 'AT+CPMS="SM","SM","SM"', '\r\n+CMS ERROR: 302\r\n'],
    ['wavecom', 'AT+CPMS="SM","SM"', '\r\n+CPMS: 0,50,0,50\r\n\r\nOK\r\n'],
    ['cinterion', 'AT+CPMS?', '\r\n+CPMS: "ME",0,25,"ME",0,25,"SM",0,20\r\n\r\nOK\r\n'],
    ['cinterion', 'AT+CNMI=2,1,0,2,0', '\r\n+CMS ERROR: 303\r\n'],
  ])('of the family %s answers to %s with %j', async (id, command, answer) => {
    const { client } = await connect({ profile: simulatedFamily(id) });
    expect(await client.say(command)).toBe(answer);
  });

  it('may never answer, or leave the final result out', async () => {
    const stick = await connect({ profile: simulatedFamily('huawei-e3372') });
    stick.client.write('AT+CCID\r');
    expect(await stick.client.say('AT^ICCID?')).toMatch(/^\r\n\^ICCID: \d+\r\n\r\nOK\r\n$/);
    const terminal = await connect({ profile: simulatedFamily('wavecom') });
    terminal.client.write('AT+CPIN?\r');
    expect(await terminal.client.say('AT')).toBe('\r\n+CPIN: READY\r\n\r\nOK\r\n');
  });

  it.each([
    ['empty', '\r\n+CMGR: 0,,30\r\n'],
    ['quoted', '\r\n+CMGR: 0,"",30\r\n'],
    ['missing', '\r\n+CMGR: 0,30\r\n'],
    ['one_line', '\r\n+CMGR: 0,,30 0791'],
  ] as const)('writes a header in the form %s', async (header, start) => {
    const { simulator, client } = await connect({ profile: { ...simulatedFamily('generic'), header } });
    simulator.injectPdu(pdu);
    expect(await client.say('AT+CMGR=1')).toContain(start);
  });

  it('packs USSD into septets until it is told not to', async () => {
    const { simulator, client } = await connect({ profile: simulatedFamily('huawei-e3372') });
    simulator.answerUssd('*100#', 'OK 5.00');
    await client.say('AT+CUSD=1,"AA180C3602",15');
    expect(await client.until(/CUSD.*\r\n/)).toContain('+CUSD: 0,"CF25A8E682C11A",15');
    await client.say('AT^USSDMODE=0');
    await client.say('AT+CUSD=1,"*100#",15');
    expect(await client.until(/CUSD.*\r\n/)).toBe('\r\n+CUSD: 0,"OK 5.00",15\r\n');
  });

  it('says what it says all the time', async () => {
    const chatter = { every: 20, lines: ['^RSSI:31'] };
    const { client } = await connect({ profile: { ...simulatedFamily('huawei-e1xxx'), chatter } });
    await client.until(/RSSI:31[\s\S]*RSSI:31\r\n/);
  });

  it('that leaves the bus with a restart comes back at another port', async () => {
    const { simulator } = await connect({ profile: simulatedFamily('huawei-e3372') });
    const before = simulator.path;
    simulator.fault({ kind: 'reboot', downFor: 20 });
    await expect.poll(() => simulator.path).not.toBe(before);
  });
});
