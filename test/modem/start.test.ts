import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryOfPins, until } from './rig.ts';
import { play, settled } from './scene.ts';
import type { Reply } from './scripted-modem.ts';

describe('a start', () => {
  test('asks in the order that works: talk, identify, SIM, format, storages, indications, network', async () => {
    const scene = play({});
    expect(await settled(scene)).toBe('ready');
    await scene.stop();
    const order = [
      'ATE0',
      'AT+CMEE=1',
      'AT+CGMI',
      'AT+CFUN?',
      'AT+CPIN?',
      'AT+CCID',
      'AT+CMGF=0',
      'AT+CPMS=?',
      'AT+CNMI=?',
    ];
    const places = [...order, 'AT+CREG=2', 'AT+CMGL=4'].map((line) => scene.script.written.indexOf(line));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
  });

  test('waits for a SIM that is busy', async () => {
    let asked = 0;
    const scene = play((line) => {
      if (line !== 'AT+CMGF=0' && line !== 'AT+CPIN?') return undefined;
      asked += 1;
      if (asked <= 4) return ['+CME ERROR: 14'];
      return asked <= 8 && line === 'AT+CMGF=0' ? ['+CMS ERROR: 314'] : undefined;
    });
    expect(await settled(scene)).toBe('ready');
    await scene.stop();
  });

  test('switches the radio on', async () => {
    const scene = play({ 'AT+CFUN?': ['+CFUN: 4', 'OK'] });
    await settled(scene);
    await scene.stop();
    expect(scene.script.count('AT+CFUN=1')).toBe(1);
  });

  test.each<[string, string[], RegExp]>([
    ['AT+CPIN?', ['+CME ERROR: 10'], /^sim\.absent no SIM is inserted .*Insert a SIM/],
    ['AT+CPIN?', ['+CME ERROR: SIM not inserted'], /^sim\.absent/],
    ['AT+CPIN?', ['+CPIN: SIM PUK', 'OK'], /^sim\.puk_required .*never typed/],
    ['AT+CPIN?', ['+CPIN: SIM PIN', 'OK'], /^sim\.pin_required .*pin_file/],
    ['AT+CPIN?', ['+CME ERROR: 13'], /^sim\.failed/],
    ['AT+CPIN?', ['ERROR'], /^sim\.failed/],
    ['AT+CMGF=0', ['ERROR'], /^modem\.no_sms .*data only/],
  ])('that meets %s → %j fails with its cause and a remedy, and one alert', async (command, reply, expected) => {
    const scene = play({ [command]: reply });
    expect(await settled(scene)).toBe('failed');
    await until(() => scene.script.count('AT+CMEE=1') > 3, 'more tries');
    const { problem } = scene.modem.state;
    expect(`${problem?.code} ${problem?.message} ${problem?.hint}`).toMatch(expected);
    expect(scene.listener.alerts).toHaveLength(1);
    await scene.stop();
  });

  test('that gets no answer says that nothing answers, and goes on trying', async () => {
    const scene = play(() => null);
    await until(() => scene.modem.state.phase === 'recovering');
    expect(scene.modem.state.problem).toMatchObject({
      code: 'at.timeout',
      hint: expect.stringMatching(/another interface/),
    });
    await scene.stop();
  });

  test('during which the modem starts itself is made again, on the same port', async () => {
    let hasBooted = false;
    const scene = play((line) => {
      if (line !== 'AT+CPMS=?' || hasBooted) return undefined;
      hasBooted = true;
      scene.script.say('\r\nRDY\r\n\r\n+CFUN: 1\r\n');
      return undefined;
    });
    expect(await settled(scene)).toBe('ready');
    await scene.stop();
    expect([scene.script.opened, scene.script.count('AT+CMGF=0')]).toEqual([1, 2]);
  });

  test('of a modem that does nothing but start itself is given up, with a remedy', async () => {
    const scene = play((line) => {
      if (line === 'AT+CPMS=?') scene.script.say('\r\nRDY\r\n');
      return undefined;
    });
    await until(() => scene.modem.state.phase === 'recovering');
    expect(scene.modem.state.problem).toMatchObject({ code: 'modem.offline', hint: expect.stringMatching(/power/) });
    await scene.stop();
  });

  test('is made anew for a modem that fell silent, on its port opened again', async () => {
    let isMute = false;
    const scene = play(() => (isMute ? null : undefined));
    await settled(scene);
    isMute = true;
    await until(() => scene.modem.state.phase === 'recovering');
    expect(scene.modem.state.problem).toMatchObject({ code: 'at.timeout' });
    isMute = false;
    await until(() => scene.modem.state.phase === 'ready');
    await scene.stop();
    expect(scene.script.opened).toBeGreaterThan(1);
  });

  test.each<[string, string, Reply]>([
    ['its settings', 'AT+CNMI?', ['+CNMI: 2,0,0,0,0', 'OK']],
    ['its SIM for another', 'AT+CCID', ['8901260000000000099', 'OK']],
  ])('is made anew for a modem that lost %s unnoticed', async (_what, command, reply) => {
    let hasLost = false;
    const scene = play((line) => (hasLost && line === command ? reply : undefined));
    await settled(scene);
    hasLost = true;
    await until(() => scene.script.opened > 1, 'a new connection');
    hasLost = false;
    await scene.stop();
  });

  test('learns the line from the IMSI where the ICCID cannot be read, and the number from the configuration', async () => {
    const unknown = { 'AT+CCID': ['ERROR'], 'AT+ICCID': null, 'AT+CIMI': ['001010123456789', 'OK'] };
    const scene = play({ ...unknown, 'AT+CNUM': ['+CNUM: ,"+14165550000",145', 'OK'] }, { number: '+14165551111' });
    expect(await settled(scene)).toBe('ready');
    expect(scene.modem.state).toMatchObject({ line: 'imsi:001010123456789', number: '+14165551111' });
    await scene.stop();
  });
});

describe('a modem that is not ready for messages yet', () => {
  /** Answers so for some seconds of the scene, and then as usual. */
  function slow(command: string, reply: Reply, seconds: number) {
    const scene = play((line) => {
      if (!line.startsWith(command)) return undefined;
      return scene.clock.now() < 1_000_000 + seconds * 1_000 ? reply : undefined;
    });
    return scene;
  }

  test.each<[string, string]>([
    ['AT+CMGF=0', '+CMS ERROR: 532'],
    ['AT+CMGF=0', '+CMS ERROR: 302'],
    ['AT+CMGF=0', '+CME ERROR: 13'],
    ['AT+CMGF=0', 'ERROR'],
    ['AT+CPMS=', '+CMS ERROR: 532'],
    ['AT+CPMS=', '+CMS ERROR: 302'],
    ['AT+CPMS=', '+CME ERROR: 13'],
    ['AT+CPMS=', 'ERROR'],
    ['AT+CPIN?', '+CME ERROR: 13'],
  ])('is given time: %s → %s for four seconds', async (command, reply) => {
    const scene = slow(command, [reply], 4);
    expect(await settled(scene)).toBe('ready');
    await scene.stop();
    expect(scene.listener.alerts).toEqual([]);
    expect(scene.modem.state.storages.map(({ name }) => name)).toEqual(['ME', 'SM']);
    expect(scene.script.opened).toBe(1);
  });

  test('may open one storage later than the other: it is swept all the same', async () => {
    const scene = slow('AT+CPMS="SM"', ['+CMS ERROR: 302'], 3);
    expect(await settled(scene)).toBe('ready');
    await scene.stop();
    expect(scene.modem.state.storages.map(({ name }) => name)).toEqual(['ME', 'SM']);
  });

  test('is not waited for long by the other storage', async () => {
    const scene = slow('AT+CPMS="SM"', ['+CMS ERROR: 302'], 3_600);
    expect(await settled(scene)).toBe('ready');
    const { storages, since } = scene.modem.state;
    await scene.stop();
    expect(storages.map(({ name }) => name)).toEqual(['ME']);
    expect(since - 1_000_000).toBeLessThan(20_000);
  });

  test.each<[string, string, string]>([
    ['AT+CMGF=0', 'ERROR', 'modem.no_sms'],
    ['AT+CMGF=0', '+CMS ERROR: 303', 'modem.no_sms'],
    ['AT+CMGF=0', '+CME ERROR: 100', 'modem.no_sms'],
    ['AT+CMGF=0', '+CMS ERROR: 302', 'at.cms'],
    ['AT+CPMS=', 'ERROR', 'modem.no_sms'],
    ['AT+CPMS=', '+CMS ERROR: 302', 'at.cms'],
  ])('is judged after a minute: %s → %s', async (command, reply, code) => {
    const scene = slow(command, [reply], 86_400);
    await until(() => scene.modem.state.problem !== null, 'a problem');
    const { problem, since } = scene.modem.state;
    await scene.stop();
    expect(problem?.code).toBe(code);
    expect(since - 1_000_000).toBeGreaterThan(50_000);
    const told = scene.listener.alerts.some((alert) => alert.code === 'modem.no_sms');
    expect(told).toBe(code === 'modem.no_sms');
  });
});

describe('a service centre', () => {
  test('that the modem forgot is set again, as the same SIM had it', async () => {
    let forgot = false;
    const empty: Reply = ['+CSCA: "",129', 'OK'];
    const scene = play((line) => (forgot && line === 'AT+CSCA?' ? empty : undefined));
    expect(await settled(scene)).toBe('ready');
    forgot = true;
    scene.script.say('\r\nRDY\r\n');
    await until(() => scene.script.count('AT+CSCA="+12063130004",145') === 1, 'the service centre');
    await until(() => scene.modem.state.phase === 'ready' && scene.modem.state.smsc === '+12063130004');
    await scene.stop();
  });

  test('of one SIM is not given to another', async () => {
    let other = false;
    const answers: Record<string, Reply> = {
      'AT+CSCA?': ['+CSCA: "",129', 'OK'],
      'AT+CCID': ['8901260000000000099', 'OK'],
    };
    const scene = play((line) => (other ? answers[line] : undefined));
    expect(await settled(scene)).toBe('ready');
    other = true;
    scene.script.say('\r\nRDY\r\n');
    await until(() => scene.modem.state.line === '8901260000000000099' && scene.modem.state.phase === 'ready');
    await scene.stop();
    expect(scene.modem.state.smsc).toBeNull();
    expect(scene.script.count('AT+CSCA="')).toBe(0);
  });
});

describe('storages', () => {
  async function storagesWith(answers: Readonly<Record<string, Reply>>): Promise<[string[], string | undefined]> {
    const scene = play(answers);
    expect(await settled(scene)).toBe('ready');
    await until(() => scene.script.written.includes('AT+CMGL=4'));
    await scene.stop();
    const last = scene.script.written.filter((line) => line.startsWith('AT+CPMS="')).at(-1);
    return [scene.modem.state.storages.map(({ name }) => name), last];
  }

  test('are swept both, and the larger one receives', async () => {
    expect(await storagesWith({})).toEqual([['ME', 'SM'], 'AT+CPMS="ME","ME","ME"']);
    const smaller = { 'AT+CPMS="ME","ME","ME"': ['+CPMS: 0,5,0,5,0,5', 'OK'] };
    const set = { 'AT+CPMS?': ['+CPMS: "SM",0,10,"SM",0,10,"SM",0,10', 'OK'] };
    expect(await storagesWith({ ...smaller, ...set })).toEqual([['SM', 'ME'], 'AT+CPMS="SM","SM","SM"']);
  });

  test('are named to a modem with as many names as it takes', async () => {
    const refuses3 = {
      'AT+CPMS=?': ['+CPMS: (("SM","BM","SR"),("SM"))', 'OK'],
      'AT+CPMS?': ['+CPMS: "SM",14,50,"SM",14,50', 'OK'],
      'AT+CPMS="SM","SM","SM"': ['ERROR'],
      'AT+CPMS="SM","SM"': ['+CPMS: 14,50,14,50', 'OK'],
    };
    expect(await storagesWith(refuses3)).toEqual([['SM'], 'AT+CPMS="SM","SM"']);
    expect(await storagesWith({ ...refuses3, 'AT+CPMS="SM","SM"': ['+CMS ERROR: 302'] })).toEqual([
      ['SM'],
      'AT+CPMS="SM"',
    ]);
  });

  test('that cannot receive are not chosen for it', async () => {
    const list = { 'AT+CPMS=?': ['+CPMS: ("ME","SM","MT"),("ME","SM","MT"),("SM","MT")', 'OK'] };
    const set = { 'AT+CPMS?': ['+CPMS: "SM",0,10,"SM",0,10,"SM",0,10', 'OK'], 'AT+CPMS="ME","ME","ME"': ['ERROR'] };
    const [names, last] = await storagesWith({ ...list, ...set, 'AT+CPMS="ME","ME"': ['+CPMS: 0,25,0,25,0,10', 'OK'] });
    expect(names[0]).toBe('SM');
    expect(last).toBe('AT+CPMS="SM","SM","SM"');
  });

  test('are those in use where the modem has neither SM nor ME', async () => {
    const only = {
      'AT+CPMS=?': ['+CPMS: ("SM_P"),("SM_P"),("SM_P")', 'OK'],
      'AT+CPMS?': ['+CPMS: "SM_P",0,40,"SM_P",0,40,"SM_P",0,40', 'OK'],
    };
    expect((await storagesWith(only))[0]).toEqual(['SM_P']);
  });
});

describe('indications', () => {
  async function indicationsWith(answers: (line: string) => Reply | undefined): Promise<string[]> {
    const scene = play(answers);
    expect(await settled(scene)).toBe('ready');
    await scene.stop();
    return scene.script.written.filter((line) => line.startsWith('AT+CNMI='));
  }

  test('are the best that the modem takes', async () => {
    let kept = '2,1,0,0,0';
    const tried = await indicationsWith((line) => {
      if (line === 'AT+CNMI?') return [`+CNMI: ${kept}`, 'OK'];
      if (!/^AT\+CNMI=\d/.test(line)) return undefined;
      if (!line.includes(',0,2,')) return ['+CMS ERROR: 303'];
      kept = line.slice('AT+CNMI='.length);
      return ['OK'];
    });
    expect(tried).toEqual(['AT+CNMI=?', 'AT+CNMI=2,1,0,1,0', 'AT+CNMI=1,1,0,1,0', 'AT+CNMI=2,1,0,2,0']);
  });

  test('that the modem takes and does not keep do not count', async () => {
    const tried = await indicationsWith((line) => (line === 'AT+CNMI?' ? ['+CNMI: 1,1,0,1,0', 'OK'] : undefined));
    expect(tried.slice(1)).toEqual(['AT+CNMI=2,1,0,1,0', 'AT+CNMI=1,1,0,1,0']);
  });

  test('may be none at all: then sweeps find everything', async () => {
    await indicationsWith((line) => (line.startsWith('AT+CNMI') ? ['ERROR'] : undefined));
  });
});

describe('a PIN', () => {
  const locked = { 'AT+CPIN?': ['+CPIN: SIM PIN', 'OK'] };
  const wrong = { ...locked, 'AT+CPIN="1234"': ['+CME ERROR: 16'] };

  test.each([
    ['the counter cannot be read', {}],
    ['the counter is full again each time', { 'AT+CPINR="SIM PIN"': ['+CPINR: SIM PIN,3,3', 'OK'] }],
    ['the ICCID cannot be read', { 'AT+CCID': ['+CME ERROR: 11'], 'AT+ICCID': ['ERROR'] }],
    ['the modem says nothing to it', { 'AT+CPIN="1234"': null }],
  ])('that is wrong is typed once in 1000 starts, also where %s', async (_where, answers) => {
    const pins = new MemoryOfPins();
    let typed = 0;
    for (let start = 0; start < 250; start += 1) {
      // Four starts of the modem within each start of the program.
      const scene = play({ ...wrong, ...answers }, { pin: '1234' }, pins);
      await until(() => scene.script.count('AT+CMEE=1') >= 4, 'four starts');
      await scene.stop();
      typed += scene.script.count('AT+CPIN="');
      if (start === 0) expect(scene.listener.alerts).toMatchObject([{ code: 'sim.pin_wrong' }]);
    }
    expect(typed).toBe(1);
  });

  test.each([1, 0])('is not typed with %i tries left', async (left) => {
    const scene = play({ ...wrong, 'AT+CPINR="SIM PIN"': [`+CPINR: SIM PIN,${left},3`, 'OK'] }, { pin: '1234' });
    expect(await settled(scene)).toBe('failed');
    expect(scene.modem.state.problem).toMatchObject({
      code: 'sim.pin_wrong',
      message: `too few tries are left for the PIN: ${left}`,
    });
    await scene.stop();
    expect(scene.script.count('AT+CPIN="')).toBe(0);
  });

  test.each([
    ['SIMCOM_SIM800C', 'AT+SPIC', '+SPIC: 1,10,0,10'],
    ['EC25', 'AT+QPINC="SC"', '+QPINC: "SC",1,10'],
    ['MC75i', 'AT^SPIC', '^SPIC: 1'],
    ['E3372', 'AT^CPIN?', '^CPIN: SIM PIN,,10,1,10,3'],
  ])('is not typed where a %s tells by %s of one try', async (model, counter, told) => {
    const makers: Record<string, string> = { MC75i: 'SIEMENS', E3372: 'huawei' };
    const identity = { 'AT+CGMI': [makers[model] ?? 'Example', 'OK'], 'AT+CGMM': [model, 'OK'] };
    const scene = play({ ...wrong, ...identity, [counter]: [told, 'OK'] }, { pin: '1234' });
    expect(await settled(scene)).toBe('failed');
    expect(scene.modem.state.problem?.message).toBe('too few tries are left for the PIN: 1');
    await scene.stop();
    expect(scene.script.count('AT+CPIN="')).toBe(0);
  });

  test('that the operator corrected is typed where the modem tells of two tries, and not where it does not tell', async () => {
    const twoLeft = { 'AT+CPINR="SIM PIN"': ['+CPINR: SIM PIN,2,3', 'OK'] as Reply };
    for (const [counter, typed] of [
      [twoLeft, 1],
      [{}, 0],
    ] as const) {
      const pins = new MemoryOfPins();
      const first = play(wrong, { pin: '1234' }, pins);
      expect(await settled(first)).toBe('failed');
      await first.stop();
      const second = play({ ...locked, ...counter, 'AT+CPIN="0042"': ['+CME ERROR: 16'] }, { pin: '0042' }, pins);
      expect(await settled(second)).toBe('failed');
      await second.stop();
      expect(second.script.count('AT+CPIN="0042"')).toBe(typed);
      expect(second.script.count('AT+CPIN="1234"')).toBe(0);
    }
  });

  /** A locked SIM of which a modem tells how many tries are left: a wrong PIN costs one, a right one gives them back. */
  class LockedSim {
    tries = 3;
    isOpen = false;
    readonly #right: string;
    /** What is answered in place of a verdict, without the card being asked. */
    distractions: Reply[] = [];

    constructor(right: string) {
      this.#right = right;
    }

    readonly answer = (line: string): Reply | undefined => {
      if (line === 'AT+CPIN?') return this.isOpen ? undefined : ['+CPIN: SIM PIN', 'OK'];
      if (line === 'AT+CPINR="SIM PIN"') return [`+CPINR: SIM PIN,${this.tries},3`, 'OK'];
      const pin = /^AT\+CPIN="(\d+)"$/.exec(line)?.[1];
      if (pin === undefined) return undefined;
      const [distraction] = this.distractions.splice(0, 1);
      if (distraction !== undefined) return distraction;
      this.isOpen = pin === this.#right;
      this.tries = this.isOpen ? 3 : this.tries - 1;
      return this.isOpen ? ['OK'] : ['+CME ERROR: 16'];
    };
  }

  /** What is remembered of a program that was killed right after it had typed the PIN. */
  async function killedWhenTyped(
    answer: (line: string) => Reply | undefined,
    typed: () => void,
  ): Promise<MemoryOfPins> {
    const [pins, atDeath] = [new MemoryOfPins(), new MemoryOfPins()];
    const scene = play(
      (line) => {
        if (!line.startsWith('AT+CPIN="')) return answer(line);
        if (atDeath.tried.size === 0) {
          for (const one of pins.tried) atDeath.tried.add(one);
          typed();
        }
        return null;
      },
      { pin: '1234' },
      pins,
    );
    await until(() => atDeath.tried.size > 0, 'the PIN');
    await scene.stop();
    return atDeath;
  }

  test.each<[string, Reply]>([
    ['a busy SIM', ['+CME ERROR: 14']],
    ['silence', null],
  ])(
    'that %s kept from being judged is typed once more, for the counter tells that it did not count',
    async (_what, reply) => {
      const sim = new LockedSim('1234');
      sim.distractions = [reply];
      const typedAt: number[] = [];
      const scene = play(
        (line) => {
          if (line.startsWith('AT+CPIN="')) typedAt.push(scene.clock.now());
          return sim.answer(line);
        },
        { pin: '1234' },
      );
      expect(await settled(scene)).toBe('ready');
      await scene.stop();
      expect(typedAt).toHaveLength(2);
      // The card may still be at it.
      expect((typedAt[1] ?? 0) - (typedAt[0] ?? 0)).toBeGreaterThanOrEqual(8_000);
      expect(scene.listener.alerts).toEqual([]);
    },
  );

  test('that is not judged a second time is never typed again', async () => {
    const sim = new LockedSim('1234');
    sim.distractions = [['+CME ERROR: 14'], ['+CME ERROR: 14']];
    const pins = new MemoryOfPins();
    let typed = 0;
    for (let start = 0; start < 20; start += 1) {
      const scene = play(sim.answer, { pin: '1234' }, pins);
      await until(() => scene.script.count('AT+CMEE=1') >= 3, 'three starts');
      await scene.stop();
      typed += scene.script.count('AT+CPIN="');
    }
    expect(typed).toBe(2);
  });

  test('that is wrong costs one try in 1000 starts, also where the modem is busy first or the program is killed', async () => {
    for (const distraction of [['+CME ERROR: 14'], null]) {
      const sim = new LockedSim('4321');
      sim.distractions = [distraction];
      const pins = new MemoryOfPins();
      for (let start = 0; start < 250; start += 1) {
        const scene = play(sim.answer, { pin: '1234' }, pins);
        await until(() => scene.script.count('AT+CMEE=1') >= (start === 0 ? 4 : 2), 'starts');
        await scene.stop();
      }
      expect(sim.tries).toBe(2);
    }
  });

  test.each<[string, (sim: LockedSim) => void, number]>([
    ['is typed again where the counter tells that it did not count', () => undefined, 1],
    ['is not typed again where the counter is lower', (sim) => Object.assign(sim, { tries: 2 }), 0],
  ])('that was typed when the program was killed %s', async (_what, meanwhile, typed) => {
    const sim = new LockedSim('1234');
    const atDeath = await killedWhenTyped(sim.answer, () => undefined);
    meanwhile(sim);
    const next = play(sim.answer, { pin: '1234' }, atDeath);
    expect(await settled(next)).toBe(typed === 1 ? 'ready' : 'failed');
    await next.stop();
    expect(next.script.count('AT+CPIN="')).toBe(typed);
  });

  test.each([true, false])(
    'that was typed when the program was killed, and opened the SIM, may be typed after the next power cycle (counter: %s)',
    async (tells) => {
      const sim = new LockedSim('1234');
      const answer = (line: string) => (line.startsWith('AT+CPINR') && !tells ? ['ERROR'] : sim.answer(line));
      // The SIM took it, and nobody heard so.
      const atDeath = await killedWhenTyped(answer, () => sim.answer('AT+CPIN="1234"'));
      for (const typed of [0, 1, 1]) {
        const next = play(answer, { pin: '1234' }, atDeath);
        expect(await settled(next)).toBe('ready');
        await next.stop();
        expect(next.script.count('AT+CPIN="')).toBe(typed);
        sim.isOpen = false;
      }
    },
  );

  test('is remembered before it is typed', async () => {
    const pins = new MemoryOfPins();
    let known = false;
    const scene = play(
      (line) => {
        if (line === 'AT+CPIN="1234"') known = pins.wasTried('8901260000000000001', '1234');
        return wrong[line as keyof typeof wrong];
      },
      { pin: '1234' },
      pins,
    );
    expect(await settled(scene)).toBe('failed');
    await scene.stop();
    expect(known).toBe(true);
  });

  test('that is right opens the SIM, and does so again after each power cycle', async () => {
    const pins = new MemoryOfPins();
    for (let cycle = 0; cycle < 3; cycle += 1) {
      let open = false;
      let busy = 2;
      const scene = play(
        (line) => {
          if (line === 'AT+CPIN="0042"') open = true;
          if (line !== 'AT+CPIN?') return undefined;
          if (!open) return locked['AT+CPIN?'];
          busy -= 1;
          return busy >= 0 ? ['+CME ERROR: 14'] : undefined;
        },
        { pin: '0042' },
        pins,
      );
      expect(await settled(scene)).toBe('ready');
      expect(scene.modem.state.sim).toBe('ready');
      await scene.stop();
      expect(scene.script.count('AT+CPIN="')).toBe(1);
    }
  });
});

test('whatever a modem says while it is started and after, it is ready in the end, and a PIN is typed once at most for each of its starts', async () => {
  const lines = [
    '\r\nOK\r\n',
    '\r\nERROR\r\n',
    '\r\nRDY\r\n',
    '\r\n+CPIN: SIM PIN\r\n',
    '\r\n+CMTI: "ME",3\r\n',
    '\r\n+CPMS: 1\r\n',
    '\r\n> ',
  ];
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom(...lines),
  );
  const oddity = fc.record({ at: fc.nat({ max: 50 }), noise, instead: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(oddity, { minLength: 1, maxLength: 6 }), async (oddities) => {
      let commands = 0;
      const scene = play(
        (line) => {
          const hit = oddities.find(({ at }) => at === commands);
          commands += 1;
          if (hit === undefined) return undefined;
          setImmediate(() => scene.script.say(hit.noise));
          return hit.instead ? null : line === 'AT+CPIN?' ? ['+CPIN: SIM PIN', 'OK'] : undefined;
        },
        { pin: '1234' },
      );
      await until(() => scene.modem.state.phase === 'ready' && commands > 60, 'a modem that is ready after all');
      await scene.stop();
      expect(scene.modem.state.phase).toBe('stopped');
      // Whoever says that it starts asks for its PIN again, which was right the first time.
      const restarts = oddities.filter((oddity) => oddity.noise.includes('RDY')).length;
      expect(scene.script.count('AT+CPIN="')).toBeLessThanOrEqual(1 + restarts);
    }),
    { numRuns: 60 },
  );
}, 30_000);
