import { expect, onTestFinished, test } from 'vitest';
import { lookAround, recall } from '../../src/compose/look-around.ts';
import { createLogger } from '../../src/log.ts';
import { Discovery } from '../../src/modem/discovery/discovery.ts';
import { forgetfulSims } from '../../src/modem/sim-memory.ts';
import { FakeMachine } from '../modem/discovery/fake-machine.ts';
import { MemoryOfPins } from '../modem/rig.ts';
import { play, settled } from '../modem/scene.ts';
import type { Reply } from '../modem/scripted-modem.ts';

const subscriber = { 'AT+CIMI': ['310260123456789', 'OK'] };
const mute = { ...subscriber, 'AT+CCID': ['ERROR'], 'AT+ICCID': ['ERROR'] };

/** The ICCID that is shown of a modem that starts once for each of `answers`, at its last start. */
async function shown(...answers: readonly Readonly<Record<string, Reply>>[]) {
  const sims = forgetfulSims();
  for (const each of answers.slice(0, -1)) {
    const scene = play(each, {}, new MemoryOfPins(), sims);
    await settled(scene);
    await scene.stop();
  }
  const machine = new FakeMachine();
  onTestFinished(() => machine[Symbol.dispose]());
  const discovery = new Discovery({ log: createLogger({ write: () => undefined }), root: machine.root });
  const scene = play(answers.at(-1) ?? {}, {}, new MemoryOfPins(), sims);
  onTestFinished(() => scene.stop());
  expect(await settled(scene)).toBe('ready');
  const ground = { discovery, modems: new Map([['m1', scene.modem]]) };
  const told = [await recall(ground), await lookAround(ground)].map(({ ports }) => ports[0]?.at?.iccid);
  expect(told[0]).toBe(told[1]);
  return { line: scene.modem.state.line, iccid: told[0] };
}

test('a modem of ours is shown with the ICCID of its SIM', async () => {
  expect(await shown(subscriber)).toEqual({ line: '8901260000000000001', iccid: '8901260000000000001' });
});

test('a SIM that is known by its IMSI is shown with the ICCID that it tells by now', async () => {
  expect(await shown(mute, subscriber)).toEqual({ line: 'imsi:310260123456789', iccid: '8901260000000000001' });
});

test('a SIM that does not tell its ICCID this time is shown with the one that it is known by', async () => {
  expect(await shown(subscriber, mute)).toEqual({ line: '8901260000000000001', iccid: '8901260000000000001' });
});

test('a SIM that never told its ICCID is shown with none', async () => {
  expect(await shown(mute)).toEqual({ line: 'imsi:310260123456789', iccid: null });
});
