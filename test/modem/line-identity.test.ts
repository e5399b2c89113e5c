import { describe, expect, test } from 'vitest';
import type { SimMemory } from '../../src/domain/sim-memory.ts';
import type { LocalModemOptions } from '../../src/modem/local-modem.ts';
import { forgetfulSims } from '../../src/modem/sim-memory.ts';
import { MemoryOfPins, until } from './rig.ts';
import { play, type Scene, settled } from './scene.ts';
import type { Reply } from './scripted-modem.ts';

type Answers = Readonly<Record<string, Reply>>;

const pdu = '07912160130300F4040B914151550500F000006211122100010005E8329BFD06';
const stored = { 'AT+CMGL=4': ['+CMGL: 1,1,,24', pdu, 'OK'] };
const subscriber = { 'AT+CIMI': ['310260123456789', 'OK'] };

/** One start of the program, as far as the first message or a failure. */
async function start(sims: SimMemory, answers: Answers, options: Partial<LocalModemOptions> = {}): Promise<Scene> {
  const scene = play({ ...stored, ...subscriber, ...answers }, options, new MemoryOfPins(), sims);
  if ((await settled(scene)) === 'ready') await until(() => scene.listener.batches.length > 0, 'a message');
  await scene.stop();
  return scene;
}

const line = (scene: Scene) => scene.listener.batches[0]?.[0]?.line;
const number = (scene: Scene) => scene.listener.batches[0]?.[0]?.number;

describe('a line', () => {
  test.each<[string, Reply]>([
    ['an error', ['ERROR']],
    ['an unknown error', ['+CME ERROR: 100']],
    ['silence', null],
    ['nothing', ['OK']],
  ])('keeps its name where its ICCID is answered by %s this time', async (_what, reply) => {
    const sims = forgetfulSims();
    expect(line(await start(sims, {}))).toBe('8901260000000000001');
    expect(line(await start(sims, { 'AT+CCID': reply, 'AT+ICCID': reply }))).toBe('8901260000000000001');
  });

  test('is another one for another subscriber', async () => {
    const sims = forgetfulSims();
    await start(sims, {});
    const other = { 'AT+CCID': ['ERROR'], 'AT+ICCID': ['ERROR'], 'AT+CIMI': ['310260999999999', 'OK'] };
    expect(line(await start(sims, other))).toBe('imsi:310260999999999');
  });

  test('is asked for twice, for one question may go unheard', async () => {
    let asked = 0;
    const scene = play((command) => {
      if (command === 'AT+ICCID') return ['ERROR'];
      if (command !== 'AT+CCID') return undefined;
      asked += 1;
      return asked === 1 ? null : undefined;
    });
    expect(await settled(scene)).toBe('ready');
    await scene.stop();
    expect(scene.modem.state.line).toBe('8901260000000000001');
  });

  test('is read from the card itself where no command tells it', async () => {
    const file = {
      'AT+CCID': ['ERROR'],
      'AT+ICCID': ['ERROR'],
      'AT+CRSM=176,12258,0,0,10': ['+CRSM: 144,0,"981062000000000010F0"', 'OK'],
    };
    expect(line(await start(forgetfulSims(), file))).toBe('8901260000000000010');
  });

  test('keeps its name where another command writes the ICCID with one digit more', async () => {
    const sims = forgetfulSims();
    await start(sims, {});
    const longer = { 'AT+CCID': ['ERROR'], 'AT+ICCID': ['89012600000000000017', 'OK'] };
    expect(line(await start(sims, longer))).toBe('8901260000000000001');
  });

  test('that did not tell its ICCID at its first start keeps the name it got then, whatever it tells later', async () => {
    const sims = forgetfulSims();
    const mute = { 'AT+CCID': ['ERROR'], 'AT+ICCID': ['ERROR'] };
    for (const answers of [mute, {}, { 'AT+CIMI': ['ERROR'] }, mute, {}]) {
      expect(line(await start(sims, answers))).toBe('imsi:310260123456789');
    }
    const other = { 'AT+CCID': ['8901260000000000002', 'OK'], 'AT+CIMI': ['310260999999999', 'OK'] };
    expect(line(await start(sims, other))).toBe('8901260000000000002');
  });

  test('without a name waits, where the modem told one before: its messages would come a second time', async () => {
    const sims = forgetfulSims();
    await start(sims, {});
    const silent = { 'AT+CCID': ['ERROR'], 'AT+ICCID': ['ERROR'], 'AT+CIMI': ['ERROR'] };
    const scene = await start(sims, silent);
    expect(scene.listener.batches).toEqual([]);
    expect(scene.listener.alerts[0]).toMatchObject({ code: 'sim.failed', message: expect.stringMatching(/ICCID/) });
    expect(line(await start(forgetfulSims(), silent))).toBe('modem:m1');
  });
});

describe('a configured number', () => {
  const one = {};
  const other = { 'AT+CCID': ['8901260000000000002', 'OK'], 'AT+CIMI': ['310260222222222', 'OK'] };
  const named = { number: '+14165550001' };
  const codes = ({ listener }: Scene) => listener.alerts.map(({ code }) => code);
  const telling = (told: string) => ({ 'AT+CNUM': [`+CNUM: ,"${told}",145`, 'OK'] });

  test('is that of the SIM that is in at the first start', async () => {
    const scene = await start(forgetfulSims(), one, named);
    expect([number(scene), codes(scene)]).toEqual(['+14165550001', []]);
  });

  test.each<[string, Answers, string | null]>([
    ['tells its own', telling('+14165550002'), '+14165550002'],
    ['tells none', {}, null],
  ])('is not given to another SIM, which %s, and the operator is asked once', async (_what, told, expected) => {
    const sims = forgetfulSims();
    await start(sims, one, named);
    const changed = await start(sims, { ...other, ...told }, named);
    expect(number(changed)).toBe(expected);
    expect(changed.modem.state.number).toBe(expected);
    expect(changed.listener.alerts).toMatchObject([
      { code: 'sim_changed', message: expect.stringMatching(/another SIM/), hint: expect.stringMatching(/`number`/) },
    ]);
    const again = await start(sims, { ...other, ...told }, named);
    expect([number(again), codes(again)]).toEqual([expected, []]);
    expect(number(await start(sims, one, named))).toBe('+14165550001');
  });

  test('is not given to another SIM that is put in while the gateway runs', async () => {
    let answers: Answers = one;
    const shown: unknown[] = [];
    const scene = play((command) => {
      if (command === 'AT+CNUM') shown.push(scene.modem.state.number);
      return { ...stored, ...subscriber, ...answers }[command];
    }, named);
    await until(() => scene.listener.batches.length > 0, 'a message');
    answers = { ...other, ...telling('+14165550002') };
    scene.script.say('\r\n+CPIN: NOT READY\r\n');
    await until(() => scene.listener.batches.flat().some(({ line }) => line.endsWith('2')), 'a message of the other');
    await scene.stop();
    const owners = new Set(scene.listener.batches.flat().map(({ line, number }) => `${line} ${number}`));
    expect([...owners]).toEqual(['8901260000000000001 +14165550001', '8901260000000000002 +14165550002']);
    expect(codes(scene)).toEqual(['sim_changed']);
    // What comes while it is not known yet is not told to be the first one's.
    expect(shown.slice(0, 2)).toEqual(['+14165550001', null]);
  });

  test('that the operator changes counts for the SIM that is in', async () => {
    const sims = forgetfulSims();
    await start(sims, one, named);
    const changed = await start(sims, other, { number: '+14165550002' });
    expect([number(changed), codes(changed)]).toEqual(['+14165550002', []]);
    const back = await start(sims, one, { number: '+14165550002' });
    expect([number(back), codes(back)]).toEqual(['+14165550001', ['sim_changed']]);
  });

  test('that the operator takes out and sets again is that of the SIM that is in', async () => {
    const sims = forgetfulSims();
    await start(sims, one, named);
    expect(number(await start(sims, other))).toBeNull();
    const again = await start(sims, other, named);
    expect([number(again), codes(again)]).toEqual(['+14165550001', []]);
    expect(number(await start(sims, one))).toBeNull();
  });

  test('goes with its SIM to another modem, whatever is configured there', async () => {
    const sims = forgetfulSims();
    await start(sims, one, named);
    await start(sims, other, { id: 'm2', number: '+14165550002' });
    expect(number(await start(sims, one, { id: 'm2', number: '+14165550002' }))).toBe('+14165550001');
    expect(number(await start(sims, other, { id: 'm3' }))).toBe('+14165550002');
  });

  test('stays with its SIM where it is taken out of the entry that the SIM has left', async () => {
    const sims = forgetfulSims();
    await start(sims, one, named);
    await start(sims, one, { ...named, id: 'm2' });
    expect(number(await start(sims, other))).toBeNull();
    expect(number(await start(sims, one, { id: 'm3' }))).toBe('+14165550001');
  });

  test('is that of another SIM which says so itself, as after a replacement of the card', async () => {
    const sims = forgetfulSims();
    await start(sims, one, named);
    const replaced = await start(sims, { ...other, ...telling('+14165550001') }, named);
    expect([number(replaced), codes(replaced)]).toEqual(['+14165550001', []]);
    expect(number(await start(sims, other, named))).toBe('+14165550001');
  });

  test('is that of the SIM that the port is configured by', async () => {
    const sims = forgetfulSims();
    await start(sims, one, { ...named, port: 'iccid:8901260000000000001' });
    const replaced = await start(sims, other, { ...named, port: 'iccid:8901260000000000002' });
    expect([number(replaced), codes(replaced)]).toEqual(['+14165550001', []]);
  });

  test('that the SIM contradicts is used, and the operator is told once', async () => {
    const sims = forgetfulSims();
    const first = await start(sims, telling('+14165559999'), named);
    expect(number(first)).toBe('+14165550001');
    expect(codes(first)).toEqual(['number_doubtful']);
    expect(JSON.stringify(first.listener.alerts)).not.toMatch(/1416555/);
    expect(codes(await start(sims, telling('+14165559999'), named))).toEqual([]);
  });

  test('stays with a SIM that tells more of itself than before', async () => {
    const sims = forgetfulSims();
    const [mute, blind] = [{ 'AT+CCID': ['ERROR'], 'AT+ICCID': ['ERROR'] }, { 'AT+CIMI': ['ERROR'] }];
    for (const answers of [{ ...mute, ...blind }, mute, one]) {
      const scene = await start(sims, answers, named);
      expect([number(scene), codes(scene)]).toEqual(['+14165550001', []]);
    }
  });
});
