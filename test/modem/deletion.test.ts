import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSession } from '../../src/at/session.ts';
import { systemClock } from '../../src/clock.ts';
import type { Slot } from '../../src/domain/received.ts';
import { createLogger } from '../../src/log.ts';
import { Delivery } from '../../src/modem/delivery.ts';
import { Inbox } from '../../src/modem/inbox.ts';
import { defaultIntervals } from '../../src/modem/intervals.ts';
import { Recorder, until } from './rig.ts';
import { type Reply, ScriptedModem } from './scripted-modem.ts';

const log = createLogger({ write: () => undefined });

/** Seven octets of which the first says that no service centre follows. */
const pduOf = (n: number) => `00AABBCC${n.toString(16).toUpperCase().padStart(6, '0')}`;

interface Stored {
  pdu: string;
  isRead: boolean;
}

/** One storage of which every lie that a modem was seen to tell can be told. */
class Storage {
  readonly slots = new Map<number, Stored>();
  readonly lost: string[] = [];
  committed = new Set<string>();
  deleteRead: 'well' | 'refused' | 'nothing' | 'only that slot' | 'all but one' = 'well';
  countIsOff = 0;
  isSending = false;
  onCommand: (line: string) => void = () => undefined;

  constructor(count: number) {
    for (let index = 0; index < count; index += 1) this.slots.set(index, { pdu: pduOf(index), isRead: false });
  }

  answer(line: string): Reply | undefined {
    this.onCommand(line);
    if (line === 'AT+CPMS?') {
      const use = `"ME",${this.slots.size + this.countIsOff},200`;
      return [`+CPMS: ${use},${use},${use}`, 'OK'];
    }
    if (line === 'AT+CMGL=4') return this.#list();
    const [, command, index = '', flag] = /^AT\+(CMGR|CMGD)=(\d+)(,1)?$/.exec(line) ?? [];
    if (command === 'CMGR') return this.#read(Number(index));
    if (command !== 'CMGD') return undefined;
    if (flag === undefined) this.#drop(Number(index));
    else return this.#dropRead(Number(index));
    return ['OK'];
  }

  #list(): Reply {
    const lines = [...this.slots].flatMap(([index, stored]) => [
      `+CMGL: ${index},${stored.isRead ? 1 : 0},,6`,
      stored.pdu,
    ]);
    for (const stored of this.slots.values()) stored.isRead = true;
    return [...lines, 'OK'];
  }

  #read(index: number): Reply {
    const stored = this.slots.get(index);
    if (stored === undefined) return ['+CMS ERROR: 321'];
    stored.isRead = true;
    return ['+CMGR: 1,,6', stored.pdu, 'OK'];
  }

  #dropRead(index: number): Reply {
    if (this.deleteRead === 'refused') return ['+CMS ERROR: 303'];
    const read = [...this.slots].filter(([, { isRead }]) => isRead).map(([at]) => at);
    if (this.deleteRead === 'only that slot') this.#drop(index);
    else if (this.deleteRead === 'all but one') for (const at of read.slice(1)) this.#drop(at);
    else if (this.deleteRead === 'well') for (const at of read) this.#drop(at);
    return ['OK'];
  }

  #drop(index: number): void {
    const stored = this.slots.get(index);
    if (stored !== undefined && !this.committed.has(stored.pdu)) this.lost.push(stored.pdu);
    this.slots.delete(index);
  }
}

interface Scene {
  readonly storage: Storage;
  readonly script: ScriptedModem;
  readonly listener: Recorder;
  readonly inbox: Inbox;
  stop(): Promise<void>;
}

type Rewrite = (line: string, reply: () => Reply | undefined, script: ScriptedModem) => Reply | undefined;

async function open(storage: Storage, rewrite: Rewrite = (_, reply) => reply()): Promise<Scene> {
  const script: ScriptedModem = new ScriptedModem((line) => rewrite(line, () => storage.answer(line), script));
  const listener = new Recorder();
  listener.before = (batch) => {
    for (const { pdu } of batch) storage.committed.add(pdu);
  };
  const intervals = { ...defaultIntervals, sweep: 60_000, sweepSoon: 30 };
  const cmti = { match: /^\+CMTI:/, follows: 0 as const };
  let inbox: Inbox | undefined;
  const session = openSession(await script.openPort(), {
    unsolicited: [cmti],
    onUnsolicited: ([line = '']) => inbox?.announce('ME', Number(line.split(',')[1])),
    log,
  });
  const base = { modem: 'm1', log, clock: systemClock, intervals };
  inbox = new Inbox({
    ...{ ...base, line: 'line', number: null, session, sending: () => storage.isSending, used: () => undefined },
    storage: {
      swept: [{ name: 'ME', used: 0, total: 200 }],
      receiving: 'ME',
      others: ['ME', 'ME'],
      canDeleteRead: true,
    },
    delivery: new Delivery({ ...base, listener }),
  });
  const life = new AbortController();
  const run = inbox.run(life.signal);
  return {
    ...{ storage, script, listener, inbox },
    async stop() {
      life.abort();
      inbox.wake();
      await run;
      await session.close();
    },
  };
}

const indexes = (slots: readonly Slot[]) => slots.map(({ index }) => index).sort((one, other) => one - other);
const first = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('many messages at once', () => {
  test('are deleted by one command where that hits only what is committed', async () => {
    const scene = await open(new Storage(10));
    await until(() => scene.listener.deletions.length === 10);
    await scene.stop();
    // On a slow machine the next sweep has begun by now.
    expect(scene.script.written.slice(0, 4)).toEqual(['AT+CMGL=4', 'AT+CPMS?', 'AT+CMGD=0,1', 'AT+CPMS?']);
    expect(scene.script.count('AT+CMGD=0,1')).toBe(1);
    expect(scene.storage.lost).toEqual([]);
  });

  test.each(['refused', 'nothing', 'only that slot', 'all but one'] as const)(
    'are deleted all the same where the modem does not keep to it: %s',
    async (deleteRead) => {
      const storage = new Storage(10);
      storage.deleteRead = deleteRead;
      const scene = await open(storage);
      await until(() => storage.slots.size === 0 && new Set(indexes(scene.listener.deletions)).size === 10);
      await scene.stop();
      expect(new Set(indexes(scene.listener.deletions))).toEqual(new Set(first(10)));
      expect(scene.script.count('AT+CMGD=0,1')).toBe(1);
      expect(storage.lost).toEqual([]);
    },
  );

  test.each([1, -1])('are deleted one by one where the modem counts %i more than it lists', async (countIsOff) => {
    const storage = new Storage(10);
    storage.countIsOff = countIsOff;
    const scene = await open(storage);
    await until(() => scene.listener.deletions.length === 10);
    await scene.stop();
    expect(scene.script.written.filter((line) => line.endsWith(',1'))).toEqual([]);
  });

  test('are deleted one by one where one is announced meanwhile', async () => {
    const storage = new Storage(10);
    const scene = await open(storage);
    storage.onCommand = (line) => {
      if (line !== 'AT+CPMS?') return;
      storage.onCommand = () => undefined;
      // Before the count is answered; that count holds it already and the listing does not.
      storage.slots.set(50, { pdu: pduOf(50), isRead: true });
      storage.countIsOff = -1;
      scene.script.say('\r\n+CMTI: "ME",50\r\n');
    };
    await until(() => storage.slots.size === 0);
    await scene.stop();
    expect(scene.script.count('AT+CMGD=0,1')).toBe(0);
    expect(storage.lost).toEqual([]);
  });

  test('of which one was damaged on the way are deleted one by one, and that one not before it is read whole', async () => {
    const storage = new Storage(10);
    let damaged = true;
    const scene = await open(storage, (line, reply) => {
      if (line !== 'AT+CMGL=4' || !damaged) return reply();
      damaged = false;
      return (reply() ?? []).map((text) => (text === pduOf(4) ? text.replace('BB', 'B~') : text));
    });
    await until(() => storage.slots.size === 0);
    await scene.stop();
    expect(scene.script.count('AT+CMGD=0,1')).toBe(0);
    expect(storage.lost).toEqual([]);
    expect(new Set(scene.listener.pdus)).toEqual(new Set(first(10).map(pduOf)));
  });

  test('with a line between them that belongs to none are deleted one by one', async () => {
    const scene = await open(new Storage(10), (line, reply) => {
      if (line !== 'AT+CMGL=4') return reply();
      return (reply() ?? []).toSpliced(4, 0, '0A1B2C');
    });
    await until(() => scene.listener.deletions.length === 10);
    await scene.stop();
    expect(scene.script.count('AT+CMGD=0,1')).toBe(0);
  });

  test('with drafts of our own among them leave those alone', async () => {
    const storage = new Storage(6);
    const scene = await open(storage, (line, reply) => {
      if (line !== 'AT+CMGL=4') return reply();
      return (reply() ?? []).map((text) => text.replace(/^\+CMGL: ([12]),\d/, '+CMGL: $1,3'));
    });
    await until(() => scene.listener.deletions.length >= 4);
    await scene.stop();
    expect(new Set(scene.listener.pdus)).toEqual(new Set([0, 3, 4, 5].map(pduOf)));
    expect(scene.script.written.some((line) => /^AT\+CMGD=[12]\b/.test(line))).toBe(false);
  });

  test('of which the first is not committed are not deleted at all', async () => {
    const storage = new Storage(10);
    const scene = await open(storage);
    scene.listener.before = () => {
      throw new Error('no');
    };
    await until(() => scene.script.count('AT+CMGL=4') >= 2);
    await scene.stop();
    expect(scene.script.count('AT+CMGD')).toBe(0);
  });
});

test('a sweep waits until nothing is being sent, but not the first one', async () => {
  const storage = new Storage(2);
  storage.isSending = true;
  const scene = await open(storage);
  await until(() => scene.listener.deletions.length === 2);
  storage.slots.set(5, { pdu: pduOf(5), isRead: false });
  const written = scene.script.written.length;
  scene.inbox.sweepSoon();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(scene.script.written).toHaveLength(written);
  storage.isSending = false;
  scene.inbox.wake();
  await until(() => scene.listener.deletions.length === 3);
  await scene.stop();
});

test('what was stored before is read before what is announced, however much is announced', async () => {
  const storage = new Storage(3);
  const scene = await open(storage);
  for (const index of [2, 1, 0]) scene.script.say(`\r\n+CMTI: "ME",${index}\r\n`);
  await until(() => scene.listener.deletions.length === 3);
  await scene.stop();
  expect(scene.script.written[0]).toContain('AT+CMGL=4');
  expect(storage.lost).toEqual([]);
});

describe('a slot that is to be deleted', () => {
  test('is not read again by its announcement, and not deleted a second time', async () => {
    const storage = new Storage(3);
    const scene = await open(storage);
    storage.onCommand = (line) => {
      if (line !== 'AT+CMGL=4') return;
      storage.onCommand = () => undefined;
      scene.script.say('\r\n+CMTI: "ME",1\r\n');
    };
    await until(() => scene.listener.deletions.length === 3);
    await scene.stop();
    expect(scene.script.count('AT+CMGD=1')).toBe(1);
    expect(storage.lost).toEqual([]);
  });

  test('and whose deletion is refused is looked at again before it is deleted', async () => {
    const storage = new Storage(3);
    let refused = false;
    const scene = await open(storage, (line, reply) => {
      if (line !== 'AT+CMGD=1' || refused) return reply();
      refused = true;
      return ['+CMS ERROR: 500'];
    });
    await until(() => storage.slots.size === 0 && scene.listener.deletions.length >= 3);
    await scene.stop();
    expect(storage.lost).toEqual([]);
    expect(new Set(indexes(scene.listener.deletions))).toEqual(new Set(first(3)));
  });
});

test('whatever bytes come between the lines of a modem, nothing is deleted that is not committed, and nothing breaks', async () => {
  const lines = [
    '\r\n+CMTI: "ME",3\r\n',
    '\r\nOK\r\n',
    '\r\nERROR\r\n',
    '\r\n+CMGL: 1,1,,6\r\n',
    '\r\n+CMGR: 0,,6\r\n',
  ];
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom(...lines, '\r\n00AABB', '+CMTI: "', '\r\n> ', '\r\n00AABBCC000003\r\n'),
  );
  // `cut`: which line of a listing is lost; never its result.
  const damage = fc.record({ at: fc.nat({ max: 12 }), noise, cut: fc.option(fc.nat({ max: 15 })) });
  let swept = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
      const storage = new Storage(8);
      let commands = 0;
      const scene = await open(storage, (line, reply, script) => {
        const hit = damages.find(({ at }) => at === commands);
        commands += 1;
        if (hit === undefined) return reply();
        script.say(hit.noise);
        const answer = reply() ?? ['OK'];
        return line === 'AT+CMGL=4' && hit.cut !== null
          ? answer.toSpliced(Math.min(hit.cut, answer.length - 2), answer.length > 1 ? 1 : 0)
          : answer;
      });
      await Promise.race([until(() => storage.slots.size === 0), new Promise((resolve) => setTimeout(resolve, 150))]);
      swept += storage.slots.size === 0 ? 1 : 0;
      await scene.stop();
      expect(storage.lost).toEqual([]);
    }),
    { numRuns: 50 },
  );
  expect(swept).toBeGreaterThan(10);
}, 30_000);
