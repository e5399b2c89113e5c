import { describe, expect, test } from 'vitest';
import { MemoryOfPins } from './rig.ts';
import { play, settled } from './scene.ts';
import type { Reply } from './scripted-modem.ts';

/** A locked SIM in a modem that does not say what was wrong. */
class TerseSim {
  isOpen = false;
  tries = 3;
  typed: string[] = [];
  /** To a PIN; the SIM sees it all the same. */
  reply: Reply;
  readonly #right: string;
  readonly #pins = new MemoryOfPins();

  constructor(reply: Reply, right = '4321') {
    this.reply = reply;
    this.#right = right;
  }

  /** What the modem says of them. */
  counter = () => this.tries;

  readonly #answer = (line: string): Reply | undefined => {
    if (line === 'AT+CPIN?') return this.isOpen ? undefined : ['+CPIN: SIM PIN', 'OK'];
    if (line === 'AT+CPINR="SIM PIN"') return [`+CPINR: SIM PIN,${this.counter()},3`, 'OK'];
    const pin = /^AT\+CPIN="(\d+)"$/.exec(line)?.[1];
    if (pin === undefined) return undefined;
    this.typed.push(pin);
    this.isOpen = pin === this.#right;
    this.tries = this.isOpen ? 3 : this.tries - 1;
    return this.reply;
  };

  async starts(pin: string, times = 3): Promise<string> {
    let phase = '';
    for (let start = 0; start < times; start += 1) {
      const scene = play(this.#answer, { pin }, this.#pins);
      phase = await settled(scene);
      await scene.stop();
    }
    return phase;
  }
}

const replies: [string, Reply][] = [
  ['ERROR', ['ERROR']],
  ['an operation that is not allowed', ['+CME ERROR: 3']],
  ['an unknown error', ['+CME ERROR: 100']],
  ['a busy SIM', ['+CME ERROR: 14']],
  ['silence', null],
  ['OK', ['OK']],
];

describe('a wrong PIN that is answered by', () => {
  test.each(replies)(
    '%s is typed once, also after the operator has reset the counter in a phone',
    async (_what, reply) => {
      const sim = new TerseSim(reply);
      await sim.starts('1234');
      for (let phone = 0; phone < 2; phone += 1) {
        sim.tries = 3;
        await sim.starts('1234');
      }
      expect(sim.typed).toEqual(['1234']);
    },
  );

  test.each(replies)(
    '%s is typed once, also after the operator has switched the PIN off and on',
    async (_what, reply) => {
      const sim = new TerseSim(reply);
      await sim.starts('1234', 1);
      Object.assign(sim, { isOpen: true, tries: 3 });
      expect(await sim.starts('1234')).toBe('ready');
      sim.isOpen = false;
      await sim.starts('1234');
      expect(sim.typed).toEqual(['1234']);
    },
  );

  test.each(replies)('%s leaves a try for the PIN that the operator sets in its place', async (_what, reply) => {
    const sim = new TerseSim(reply);
    await sim.starts('1234');
    expect(await sim.starts('4321')).toBe('ready');
    expect(sim.typed).toEqual(['1234', '4321']);
  });

  test.each(replies.slice(0, 3))('%s is typed once where the counter never moves', async (_what, reply) => {
    const sim = new TerseSim(reply);
    sim.counter = () => 3;
    await sim.starts('1111');
    await sim.starts('2222');
    expect(sim.typed).toEqual(['1111', '2222']);
  });

  test.each(replies.slice(3, 5))(
    '%s never leads to a third try where the counter never moves',
    async (_what, reply) => {
      const sim = new TerseSim(reply);
      sim.counter = () => 3;
      await sim.starts('1111');
      await sim.starts('2222');
      await sim.starts('1111');
      expect(sim.typed).toEqual(['1111', '1111']);
    },
  );
});

test.each(replies)(
  'a right PIN that is answered by %s, and opens the SIM, may be typed after each power cycle',
  async (_what, reply) => {
    const sim = new TerseSim(reply, '1234');
    for (let cycle = 0; cycle < 3; cycle += 1) {
      sim.isOpen = false;
      expect(await sim.starts('1234')).toBe('ready');
    }
    expect(sim.typed).toEqual(['1234', '1234', '1234']);
  },
);
