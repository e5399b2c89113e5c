import { describe, expect, it } from 'vitest';
import { connect } from './connect.ts';

const deliver = '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07';
const other = '07911326040000F0040B911346610089F60000208062917314080AE8329BFD4697D9EC37';
const submit = '0001000B916407281553F800000AE8329BFD4697D9EC37';

describe('a message that arrives', () => {
  it('is announced, listed unread, and read from then on', async () => {
    const { simulator, client } = await connect();
    expect(simulator.injectPdu(deliver)).toBe(1);
    expect(await client.until(/CMTI.*\r\n/)).toBe('\r\n+CMTI: "ME",1\r\n');
    expect(await client.say('AT+CMGR=1')).toBe(`\r\n+CMGR: 0,,30\r\n${deliver}\r\n\r\nOK\r\n`);
    expect(await client.say('AT+CMGR=1')).toBe(`\r\n+CMGR: 1,,30\r\n${deliver}\r\n\r\nOK\r\n`);
    simulator.injectPdu(other, 'ME', { notify: false });
    expect(await client.say('AT+CMGL=0')).toBe(`\r\n+CMGL: 2,0,,28\r\n${other}\r\n\r\nOK\r\n`);
    expect(await client.say('AT+CMGL=4')).toBe(
      `\r\n+CMGL: 1,1,,30\r\n${deliver}\r\n+CMGL: 2,1,,28\r\n${other}\r\n\r\nOK\r\n`,
    );
  });

  it('goes to the third memory, and only the first is read', async () => {
    const { simulator, client } = await connect();
    await client.say('AT+CPMS="ME","ME","SM"');
    simulator.injectPdu(deliver);
    expect(await client.until(/CMTI.*\r\n/)).toBe('\r\n+CMTI: "SM",1\r\n');
    expect(await client.say('AT+CMGL=4')).toBe('\r\nOK\r\n');
    await client.say('AT+CPMS="SM"');
    expect(await client.say('AT+CMGL=4')).toContain(deliver);
  });

  it('takes the lowest free slot', async () => {
    const { simulator, client } = await connect();
    expect([1, 2, 3].map(() => simulator.injectPdu(deliver))).toEqual([1, 2, 3]);
    await client.say('AT+CMGD=2');
    expect(simulator.injectPdu(deliver)).toBe(2);
    expect(simulator.injectPdu(deliver)).toBe(4);
  });

  it('is not announced with mt=0 and passed through with mt=2', async () => {
    const { simulator, client } = await connect();
    await client.say('AT+CNMI=2,0');
    simulator.injectPdu(deliver);
    await client.say('AT+CNMI=2,2');
    simulator.injectPdu(other);
    expect(await client.until(/E8.*\r\n/)).toBe(`\r\n+CMT: ,28\r\n${other}\r\n`);
    expect(await client.say('AT+CPMS?')).toContain('"ME",1,255');
  });

  it('is stored in silence with mode 0', async () => {
    const { simulator, client } = await connect();
    await client.say('AT+CNMI=0,2');
    simulator.injectPdu(deliver);
    expect(await client.say('AT+CMGR=1')).toBe(`\r\n+CMGR: 0,,30\r\n${deliver}\r\n\r\nOK\r\n`);
  });

  it('waits at the service centre while the storage is full, and keeps its turn', async () => {
    const { simulator, client } = await connect({ storages: { SM: 10, ME: 2 } });
    expect([deliver, deliver, other, deliver].map((pdu) => simulator.injectPdu(pdu))).toEqual([1, 2, -1, -1]);
    expect(await client.until(/FULL\r\n/)).toBe('\r\n+CMTI: "ME",1\r\n\r\n+CMTI: "ME",2\r\n\r\n+SMS FULL\r\n');
    await client.until(/FULL\r\n/);
    await client.say('AT+CMGD=1');
    expect(await client.until(/CMTI.*\r\n/)).toBe('\r\n+CMTI: "ME",1\r\n');
    expect(await client.say('AT+CMGR=1')).toContain(other);
    expect(simulator.waiting).toBe(1);
    simulator.stores.ME.remove(1);
    expect(simulator.injectPdu(other)).toBe(-1);
    expect(simulator.injectPdu(other, 'SM')).toBe(1);
  });

  it('waits for the network and for the card', async () => {
    const { simulator } = await connect({ registration: 2 });
    expect(simulator.injectText({ from: 'Bank', text: 'x' })).toEqual([-1]);
    simulator.fault({ kind: 'sim_removed' });
    simulator.fault({ kind: 'registration', stat: 1 });
    expect(simulator.waiting).toBe(1);
    simulator.fault({ kind: 'sim_inserted', iccid: '8901260000000000002' });
    expect(simulator.waiting).toBe(0);
    expect(simulator.stores.ME.used).toBe(1);
  });

  it('comes in as many parts as its text takes', async () => {
    const { simulator } = await connect();
    expect(simulator.injectText({ from: '+14155550100', text: 'a'.repeat(400) })).toEqual([1, 2, 3]);
  });
});

describe('deleting', () => {
  /** unread, read, unsent, sent */
  async function fourKinds() {
    const { simulator, client } = await connect();
    for (const [stat, pdu] of [
      [1, deliver],
      [2, submit],
      [3, submit],
    ] as const) {
      await client.say(`AT+CMGW=${pdu === deliver ? 30 : 22},${stat}`);
      client.write(`${pdu}\x1a`);
      await client.until(/OK\r\n/);
    }
    simulator.injectPdu(deliver);
    await client.until(/CMTI.*\r\n/);
    return { client, left: () => simulator.stores.ME.list().map(({ stat }) => stat) };
  }

  it.each([
    [1, [2, 3, 0]],
    [2, [2, 0]],
    [3, [0]],
    [4, []],
  ])('with flag %i leaves exactly what TS 27.005 3.5.4 says', async (flag, stats) => {
    const { client, left } = await fourKinds();
    expect(left()).toEqual([1, 2, 3, 0]);
    expect(await client.say(`AT+CMGD=1,${flag}`)).toBe('\r\nOK\r\n');
    expect(left()).toEqual(stats);
  });

  it('by index takes one, and the test form lists what there is', async () => {
    const { client, left } = await fourKinds();
    expect(await client.say('AT+CMGD=?')).toBe('\r\n+CMGD: (1,2,3,4),(0-4)\r\n\r\nOK\r\n');
    await client.say('AT+CMGD=2');
    expect(left()).toEqual([1, 3, 0]);
    expect(await client.say('AT+CMGR=2')).toBe('\r\n+CMS ERROR: 321\r\n');
  });
});

describe('sending', () => {
  it('prompts, counts TP-MR up and tells what was sent', async () => {
    const { simulator, client } = await connect();
    const seen: string[] = [];
    simulator.onSent(({ text }) => seen.push(text));
    expect(await client.say('AT+CMGS=22')).toBe('\r\n> ');
    client.write(`${submit}\x1a`);
    expect(await client.until(/OK\r\n/)).toBe('\r\n+CMGS: 1\r\n\r\nOK\r\n');
    await client.say('AT+CMGS=22');
    client.write(`${submit}\x1a`);
    expect(await client.until(/OK\r\n/)).toBe('\r\n+CMGS: 2\r\n\r\nOK\r\n');
    expect(simulator.sent).toMatchObject([
      { reference: 1, pdu: submit, to: '+46708251358', text: 'hellohello' },
      { reference: 2, pdu: submit },
    ]);
    expect(seen).toEqual(['hellohello', 'hellohello']);
  });

  it('is refused when the length does not fit, and given up with ESC', async () => {
    const { simulator, client } = await connect();
    await client.say('AT+CMGS=23');
    client.write(`${submit}\x1a`);
    expect(await client.until(/\d\r\n/)).toBe('\r\n+CMS ERROR: 304\r\n');
    await client.say('AT+CMGS=22');
    client.write(`${submit}\x1b`);
    expect(await client.until(/OK\r\n/)).toBe('\r\nOK\r\n');
    expect(simulator.sent).toEqual([]);
  });

  it.each([
    ['without a service centre', '+CMS ERROR: 330', { smsc: '' }],
    ['without a network', '+CMS ERROR: 331', { registration: 3 }],
  ] as const)('fails %s', async (_why, error, options) => {
    const { client } = await connect(options);
    await client.say('AT+CMGS=22');
    client.write(`${submit}\x1a`);
    expect(await client.until(/\d\r\n/)).toBe(`\r\n${error}\r\n`);
  });

  it('brings a report where one was asked for and ds is 1', async () => {
    const { simulator, client } = await connect({ smsc: '+31624000000' });
    await client.say('AT+CNMI=2,1,0,1,0');
    await client.say('AT+CMGS=23');
    client.write('0031000B916407281553F80000AA0AE8329BFD4697D9EC37\x1a');
    expect(await client.until(/CDS.*\r\n.*\r\n/)).toMatch(
      /^\r\n\+CMGS: 1\r\n\r\nOK\r\n\r\n\+CDS: 25\r\n07911326040000F006010B916407281553F8\d{28}00\r\n$/,
    );
    simulator.injectStatusReport(1, 0x46);
    expect(await client.until(/CDS.*\r\n.*\r\n/)).toMatch(/46\r\n$/);
    expect(() => simulator.injectStatusReport(9, 0)).toThrow('reference');
  });

  it('stores the report with ds=2', async () => {
    const { client } = await connect();
    await client.say('AT+CNMI=2,1,0,2,0');
    await client.say('AT+CMGS=23');
    client.write('0031000B916407281553F80000AA0AE8329BFD4697D9EC37\x1a');
    expect(await client.until(/CDSI.*\r\n/)).toBe('\r\n+CMGS: 1\r\n\r\nOK\r\n\r\n+CDSI: "ME",1\r\n');
    expect(await client.say('AT+CMGR=1')).toContain('+CMGR: 0,,25\r\n');
  });

  it('works from a stored message too', async () => {
    const { simulator, client } = await connect();
    await client.say('AT+CMGW=22');
    client.write(`${submit}\x1a`);
    expect(await client.until(/OK\r\n/)).toBe('\r\n+CMGW: 1\r\n\r\nOK\r\n');
    expect(await client.say('AT+CMSS=1')).toBe('\r\n+CMSS: 1\r\n\r\nOK\r\n');
    expect(simulator.sent).toHaveLength(1);
  });

  it('holds what happens meanwhile until the prompt is over', async () => {
    const { simulator, client } = await connect();
    await client.say('AT+CMGS=22');
    simulator.injectPdu(deliver);
    client.write(`${submit}\x1a`);
    expect(await client.until(/CMTI.*\r\n/)).toContain('+CMTI: "ME",1');
    expect(client.rest).not.toContain('CMTI');
  });
});

describe('with +CSMS=1', () => {
  it('a routed message wants its acknowledgement before the next one comes', async () => {
    const { simulator, client } = await connect();
    await client.say('AT+CSMS=1');
    await client.say('AT+CNMI=2,2,0,1,0');
    simulator.injectPdu(deliver);
    simulator.injectPdu(other);
    expect(await client.until(/CMT: .*\r\n.*\r\n/)).toContain(deliver);
    expect(await client.say('AT+CNMA=0')).toBe('\r\nOK\r\n');
    expect(await client.until(/CMT: .*\r\n.*\r\n/)).toContain(other);
    expect(await client.say('AT+CNMA=0')).toBe('\r\nOK\r\n');
    expect(await client.say('AT+CNMA=0')).toBe('\r\n+CMS ERROR: 340\r\n');
  });
});
