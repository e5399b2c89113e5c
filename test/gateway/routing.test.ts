import { expect, test } from 'vitest';
import { chooseModem } from '../../src/gateway/routing.ts';
import { queueMessage } from '../../src/gateway/send.ts';
import { noon, openStage, readyState, ScriptedModem } from './stage.ts';

const to = '+15557654321';

function build(held: readonly string[]) {
  const { store } = openStage();
  const [m1, m2] = [new ScriptedModem('m1'), new ScriptedModem('m2')];
  const modems = new Map([m1, m2].map((modem) => [modem.id, modem]));
  const queue = (modem: string, peer = to) => {
    const request = { modem, number: null, to: peer, text: 'hello', notAfter: null, retries: 0, statusReport: false };
    queueMessage(store, request, noon);
  };
  const choose = () => chooseModem(store, modems, to, (id) => held.includes(id)).id;
  return { m1, m2, queue, choose };
}

test('the line that last talked with this peer goes on doing so', () => {
  const { queue, choose } = build([]);
  queue('m2');
  expect(choose()).toBe('m2');
});

test('a line that is held back is left to itself where another could send now', () => {
  const { queue, choose } = build(['m2']);
  queue('m2');
  queue('m1', '+15557650000');
  queue('m1', '+15557650000');
  expect(choose()).toBe('m1');
});

test('a line that is held back is better than one that cannot send', () => {
  const { m1, queue, choose } = build(['m2']);
  m1.state = { ...readyState, phase: 'recovering' };
  queue('m2', '+15557650000');
  expect(choose()).toBe('m2');
});

test('where every line is held back, the one that talked with this peer waits', () => {
  const { queue, choose } = build(['m1', 'm2']);
  queue('m2');
  expect(choose()).toBe('m2');
});
