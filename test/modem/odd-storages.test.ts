import { describe, expect, test } from 'vitest';
import { listAll, readMessage } from '../../src/modem/commands/storage.ts';
import { until } from './rig.ts';
import { play, type Scene, settled } from './scene.ts';
import type { Reply } from './scripted-modem.ts';

/** A DELIVER of "hello" from +14155550000, `n` in the seconds of its time stamp. */
function deliver(n: number): string {
  return `07912160130300F4040B914151550500F0000062111221000${n}0005E8329BFD06`;
}

const minute = 60_000;

/** A modem whose storages hold what the test puts there; `listed` writes the header of one entry. */
class Storages {
  readonly slots: Record<string, Map<number, string>> = { ME: new Map(), SM: new Map(), SR: new Map() };
  chosen = 'ME';
  header = (index: number, length: number) => `+CMGL: ${index},1,,${length}`;
  readHeader = (length: number) => `+CMGR: 1,,${length}`;
  readonly sweeps: string[] = [];

  answer(line: string): Reply | undefined {
    const storage = /^AT\+CPMS="(\w+)"/.exec(line)?.[1];
    if (storage !== undefined) this.chosen = storage;
    const here = this.slots[this.chosen] ?? new Map<number, string>();
    if (line === 'AT+CMGL=4') {
      this.sweeps.push(this.chosen);
      const entries = [...here].flatMap(([index, pdu]) => [this.header(index, pdu.length / 2 - 8), pdu]);
      return [...entries, 'OK'];
    }
    const read = /^AT\+CMGR=(\d+)$/.exec(line)?.[1];
    if (read !== undefined) {
      const pdu = here.get(Number(read));
      return pdu === undefined ? ['+CMS ERROR: 321'] : [this.readHeader(pdu.length / 2 - 8), pdu, 'OK'];
    }
    const deleted = /^AT\+CMGD=(\d+)$/.exec(line)?.[1];
    if (deleted !== undefined) here.delete(Number(deleted));
    return undefined;
  }
}

/** Until so much time has passed in the scene. */
function passing({ clock }: Scene, time: number): Promise<void> {
  return clock.sleep(time);
}

const slots = ({ listener }: Scene) => listener.batches.flat().map(({ slot }) => `${slot?.storage}/${slot?.index}`);

describe('a header that is not as the standard has it', () => {
  const pdu = deliver(1);

  test.each([
    '+CMGR: 0,"",24,',
    '+CMGR: "0",,24',
    '+CMGR: 0,"Smith "Bob"",24',
    '+CMGR: 0,Smith, Bob,24',
    '+CMGR: 0,"Apt 12, "B"",24 ,',
    '+CMGR: 0 , "O"Neil" , "24"',
  ])('of one message is understood: %s', (header) => {
    expect(readMessage(1).parse([header, pdu])).toEqual({ stat: 0, tpduLength: 24, pdu });
  });

  test.each(['+CMGR: "REC READ","+14155550000",,"26/11/22,12:00:00+00"', '+CMGR: 0,"",', '+CMGR: ,,24'])(
    'that tells no state and length is not guessed at: %s',
    (header) => {
      expect(() => readMessage(1).parse([header, pdu])).toThrow(expect.objectContaining({ code: 'at.unparsable' }));
    },
  );

  test.each(['+CMGL: 1,1,"Smith "Bob"",24', '+CMGL: 1,"1",,24', '+CMGL: 1,1,"",24,', '+CMGL: 1,1,"",+CMGL: 2,1,"",24'])(
    'in a listing makes its slot one to be read by itself, so that nobody deletes a wrong one: %s',
    (header) => {
      expect(listAll.parse([header, pdu])).toEqual({ entries: [], doubtful: [1], malformed: 0 });
    },
  );

  test('does not make an index of what tells none', () => {
    expect(listAll.parse(['+CMGL: "REC READ",24', pdu])).toEqual({ entries: [], malformed: 2 });
  });

  test('of an index listed twice makes that slot one to be read by itself', () => {
    const info = ['+CMGL: 1,1,,24', deliver(1), '+CMGL: 2,1,,24', deliver(2), '+CMGL: 1,1,,24', deliver(3)];
    expect(listAll.parse(info)).toEqual({
      entries: [{ index: 2, stat: 1, tpduLength: 24, pdu: deliver(2) }],
      doubtful: [1],
      malformed: 0,
    });
  });

  test('does not keep a message, nor those beside it, from being read and deleted', async () => {
    const storages = new Storages();
    storages.slots.ME?.set(1, deliver(1)).set(2, deliver(2));
    storages.header = (index, length) => (index === 1 ? `+CMGL: 1,1,"Smith "Bob"",${length}` : `+CMGL: 2,1,,${length}`);
    storages.readHeader = (length) => `+CMGR: 1,"Smith "Bob"",${length}`;
    const scene = play((line) => storages.answer(line));
    await until(() => scene.listener.deletions.length === 2, 'both to be deleted');
    await scene.stop();
    expect(slots(scene)).toEqual(['ME/1', 'ME/2']);
    expect(scene.listener.pdus).toEqual([deliver(1), deliver(2)]);
    expect(scene.listener.alerts).toEqual([]);
  });

  test('and that no reading cures is told to the operator, once, and hurts no other message', async () => {
    const storages = new Storages();
    storages.slots.ME?.set(1, deliver(1)).set(2, deliver(2));
    storages.header = (index, length) => (index === 1 ? '+CMGL: 1,1,?' : `+CMGL: 2,1,,${length}`);
    storages.readHeader = () => '+CMGR: ?';
    const scene = play((line) => storages.answer(line));
    await until(() => scene.listener.alerts.length > 0, 'an alert');
    await passing(scene, 60 * minute);
    await scene.stop();
    expect(slots(scene)).toEqual(['ME/2']);
    expect(scene.listener.alerts).toMatchObject([
      { code: 'sms.bad_pdu', message: 'a message in storage ME cannot be read', hint: expect.stringMatching(/phone/) },
    ]);
  });
});

describe('slot by slot', () => {
  test('is read to the end where the modem counts no message: its counter may lag', async () => {
    const storages = new Storages();
    storages.slots.ME?.set(1, deliver(1));
    const scene = play((line) => (line === 'AT+CMGL=4' ? ['ERROR'] : storages.answer(line)));
    await until(() => scene.listener.deletions.length > 0, 'the message');
    await scene.stop();
    expect(slots(scene)).toEqual(['ME/1']);
  });

  test('is hardly read where the modem counts no message and nothing is announced, and read at once where it is', async () => {
    const storages = new Storages();
    const scene = play((line) => {
      if (line === 'AT+CMGL=4') return ['+CMS ERROR: 302'];
      if (line === 'AT+CPMS?') return [`+CPMS: "${storages.chosen}",0,20`, 'OK'];
      return storages.answer(line);
    });
    await settled(scene);
    await passing(scene, 20 * minute);
    const before = scene.script.count('AT+CMGR=');
    await passing(scene, 20 * minute);
    const idle = scene.script.count('AT+CMGR=') - before;
    storages.slots.SM?.set(2, deliver(2));
    // Found without a word, and where an announcement does not say where.
    await passing(scene, 21 * minute);
    storages.slots.SM?.set(3, deliver(3));
    scene.script.say('\r\n+CMTI: "XX",9\r\n');
    const announcedAt = scene.clock.now();
    await until(() => scene.listener.batches.length === 2, 'the announced message');
    const [received] = scene.listener.batches[1] ?? [];
    await scene.stop();
    const room = 2 * 21;
    expect(idle).toBeGreaterThan(0);
    expect(idle).toBeLessThanOrEqual(3 * room);
    expect(slots(scene)).toEqual(['SM/2', 'SM/3']);
    expect((received?.receivedAt ?? 0) - announcedAt).toBeLessThan(6_000);
  });
});

describe('our own messages', () => {
  test('with an odd header are not read again at every sweep, and a received one beside them is', async () => {
    const storages = new Storages();
    for (let index = 1; index < 9; index += 1) storages.slots.ME?.set(index, deliver(1));
    storages.header = (index, length) => `+CMGL: ${index},"${index === 12 ? 0 : 3}",,${length}`;
    storages.readHeader = (length) => `+CMGR: "3",,${length}`;
    const scene = play((line) => storages.answer(line));
    await settled(scene);
    await passing(scene, 10 * minute);
    const before = scene.script.count('AT+CMGR=');
    await passing(scene, 10 * minute);
    expect(scene.script.count('AT+CMGR=') - before).toBe(0);
    storages.slots.ME?.set(12, deliver(2));
    storages.readHeader = (length) => `+CMGR: "0",,${length}`;
    await until(() => scene.listener.batches.length > 0, 'the received one');
    await scene.stop();
    expect(slots(scene)).toEqual(['ME/12']);
  });
});

describe('an announced message', () => {
  test.each(['MT', 'ME_P', 'XX'])('in %s, which is swept under another name, is handed over once', async (alias) => {
    const storages = new Storages();
    const scene = play((line) => {
      if (line === 'AT+CMGL=4' && storages.sweeps.length === 4) {
        storages.slots.ME?.set(3, deliver(3));
        scene.script.say(`\r\n+CMTI: "${alias}",3\r\n`);
      }
      return line.startsWith(`AT+CPMS="${alias}"`) ? ['+CPMS: 1,20,1,20,1,20', 'OK'] : storages.answer(line);
    });
    await until(() => scene.listener.deletions.length > 0, 'the message');
    await passing(scene, 2 * minute);
    await scene.stop();
    expect(slots(scene)).toEqual(['ME/3']);
  });

  test.each(['+CMTI: "ME",3', '+CDSI: "SR",8', '+CMTI: "MT",3'])(
    'that lies elsewhere than %s says is found within seconds',
    async (line) => {
      const storages = new Storages();
      const scene = play((command) => storages.answer(command));
      await settled(scene);
      await passing(scene, 10 * minute);
      const announcedAt = scene.clock.now();
      storages.slots.SM?.set(5, deliver(5));
      scene.script.say(`\r\n${line}\r\n`);
      await until(() => scene.listener.batches.length === 1, 'the message');
      const [received] = scene.listener.batches.flat();
      await scene.stop();
      expect(slots(scene)).toEqual(['SM/5']);
      expect((received?.receivedAt ?? 0) - announcedAt).toBeLessThan(6_000);
    },
  );

  test('that is nowhere, again and again, does not make the modem sweep all the time', async () => {
    const storages = new Storages();
    const scene = play((command) => storages.answer(command));
    await settled(scene);
    await passing(scene, 10 * minute);
    const [from, sweeps] = [scene.clock.now(), storages.sweeps.length];
    while (scene.clock.now() < from + minute) {
      scene.script.say('\r\n+CMTI: "ME",3\r\n');
      await passing(scene, 200);
    }
    await scene.stop();
    const swept = (storages.sweeps.length - sweeps) / 2;
    expect(swept).toBeGreaterThan(3);
    expect(swept).toBeLessThanOrEqual(16);
  });
});

describe('a full storage', () => {
  test('is swept at once and then every ten seconds for five minutes', async () => {
    const storages = new Storages();
    const scene = play((command) => storages.answer(command));
    await settled(scene);
    await passing(scene, 10 * minute);
    const before = storages.sweeps.length;
    scene.script.say('\r\n^SMMEMFULL:"ME"\r\n');
    await passing(scene, 1_000);
    expect(storages.sweeps.length - before).toBe(2);
    await passing(scene, minute);
    const swept = (storages.sweeps.length - before) / 2;
    await scene.stop();
    expect(swept).toBeGreaterThanOrEqual(6);
    expect(swept).toBeLessThanOrEqual(8);
  });
});

describe('reports that are stored', () => {
  const names = (list: string): Reply => [`+CPMS: ${list},("ME","SM"),("ME","SM")`, 'OK'];
  const announcedOnly = (line: string): Reply | undefined => {
    if (line === 'AT+CNMI=?') return ['+CNMI: (0-2),(0-3),(0,2),(0,2),(0,1)', 'OK'];
    return line === 'AT+CNMI?' ? ['+CNMI: 2,1,0,2,0', 'OK'] : undefined;
  };

  test('are swept where the modem has a storage for them and their announcement was missed', async () => {
    const storages = new Storages();
    storages.slots.SR?.set(8, deliver(8));
    const scene = play((line) => {
      if (line === 'AT+CPMS=?') return names('("ME","SM","SR")');
      return announcedOnly(line) ?? storages.answer(line);
    });
    await until(() => scene.listener.deletions.length === 1, 'the report');
    await passing(scene, 5 * minute);
    await scene.stop();
    expect(slots(scene)).toEqual(['SR/8']);
    expect(scene.modem.state.storages.map(({ name }) => name)).toEqual(['ME', 'SM', 'SR']);
    // Listed once to see whether that can be done at all.
    expect(storages.sweeps.slice(0, 4)).toEqual(['SR', 'ME', 'SM', 'SR']);
  });

  test.each<[string, string, boolean]>([
    ['the modem names no such storage', '("ME","SM")', true],
    ['the modem passes reports on', '("ME","SM","SR")', false],
  ])('are not looked for where %s', async (_where, list, stored) => {
    const storages = new Storages();
    const scene = play((line) => {
      if (line === 'AT+CPMS=?') return names(list);
      return (stored ? announcedOnly(line) : undefined) ?? storages.answer(line);
    });
    await settled(scene);
    await passing(scene, 2 * minute);
    await scene.stop();
    expect(scene.script.count('AT+CPMS="SR"')).toBe(0);
  });
});
