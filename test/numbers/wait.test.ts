import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Mailbox } from '../../src/domain/number.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { actor, line, minute, openStage, second } from './stage.ts';

const toronto = '+14165551234';
const never = () => new AbortController().signal;

function openRental() {
  const stage = openStage();
  stage.numbers.sync([line('m1', toronto)]);
  const ann = stage.account('ann');
  const rental = stage.numbers.rent(ann, { country: null, duration: 5 * minute }, actor(ann));
  stage.clock.advance(second);
  const wait = (sender: string | null = null, signal = never(), timeout = minute) =>
    stage.numbers.waitForCode(rental, { timeout, sender }, signal);
  const codes = async (waits: readonly ReturnType<typeof wait>[]) =>
    (await Promise.all(waits)).map((outcome) => (outcome.is === 'code' ? outcome.message.otp?.code : outcome.is));
  return { ...stage, ann, rental, wait, codes };
}

describe('a wait', () => {
  test('that comes after the code returns it at once, the oldest first and each once', async () => {
    const { wait, receive, codes, clock } = openRental();
    receive({ to: toronto, code: '1111' });
    receive({ to: toronto });
    receive({ to: toronto, code: '2222' });
    expect(await wait()).toMatchObject({
      is: 'code',
      waited: 0,
      message: { direction: 'in', peer: '+15551234567', number: toronto, otp: { code: '1111' } },
    });
    const rest = [wait(), wait()];
    clock.advance(minute);
    expect(await codes(rest)).toEqual(['2222', 'timeout']);
  });

  test('is woken by the code, and says how long it waited', async () => {
    const { wait, receive, clock } = openRental();
    const waiting = wait();
    clock.advance(15 * second);
    receive({ to: toronto });
    receive({ to: toronto, code: '847291' });
    expect(await waiting).toMatchObject({ is: 'code', waited: 15 * second, message: { otp: { code: '847291' } } });
    expect(clock.live).toBe(0);
  });

  test('ends after its time-out, not earlier', async () => {
    const { wait, clock } = openRental();
    let ended = false;
    const waiting = wait().finally(() => {
      ended = true;
    });
    clock.advance(minute - 1);
    await setImmediate();
    expect(ended).toBe(false);
    clock.advance(1);
    expect(await waiting).toEqual({ is: 'timeout', waited: minute });
    expect(clock.live).toBe(0);
  });

  test('ends with its rental, by the clock alone', async () => {
    const { wait, clock } = openRental();
    const waiting = wait(null, never(), 60 * minute);
    clock.advance(5 * minute - second);
    expect(await waiting).toEqual({ is: 'timeout', waited: 5 * minute - second });
  });

  test('ends where its rental is ended', async () => {
    const { wait, numbers, rental, ann, clock } = openRental();
    const waiting = [wait(), wait('Google')];
    clock.advance(second);
    numbers.endRental(rental, actor(ann));
    expect(await Promise.all(waiting)).toEqual([
      { is: 'timeout', waited: second },
      { is: 'timeout', waited: second },
    ]);
    expect(clock.live).toBe(0);
  });

  test('of a rental that is over ends at once, whatever it received', async () => {
    const { wait, receive, clock } = openRental();
    receive({ to: toronto, code: '1111' });
    clock.advance(5 * minute);
    expect(await wait()).toEqual({ is: 'timeout', waited: 0 });
  });

  test('ends when the gateway stops, and none begins after that', async () => {
    const { wait, numbers, clock } = openRental();
    const waiting = wait();
    numbers.close();
    expect(await waiting).toEqual({ is: 'timeout', waited: 0 });
    expect(await wait()).toEqual({ is: 'timeout', waited: 0 });
    expect(clock.live).toBe(0);
  });

  test('that is aborted frees its place and takes no code', async () => {
    const { wait, receive, codes, clock } = openRental();
    const gone = new AbortController();
    const waiting = [wait(null, gone.signal), wait()];
    gone.abort(new Error('the client is gone'));
    receive({ to: toronto, code: '1111' });
    await expect(waiting[0]).rejects.toThrow('the client is gone');
    expect(await codes(waiting.slice(1))).toEqual(['1111']);
    expect(clock.live).toBe(0);
    await expect(wait(null, AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before');
    expect(clock.live).toBe(0);
  });

  test('leaves no listener on its signal', async () => {
    const { wait, receive } = openRental();
    const signal = never();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, args);
    };
    const waiting = wait(null, signal);
    expect(listeners).toBe(1);
    receive({ to: toronto, code: '1111' });
    await waiting;
    expect(listeners).toBe(0);
  });
});

describe('several waits of one rental', () => {
  test('are served in the order in which they came, one code each', async () => {
    const { wait, receive, codes, clock } = openRental();
    const waiting = [wait(), wait(), wait()];
    receive({ to: toronto, code: '1111' });
    receive({ to: toronto, code: '2222' });
    clock.advance(minute);
    expect(await codes(waiting)).toEqual(['1111', '2222', 'timeout']);
  });

  test('get what is from the sender they expect, however that is written', async () => {
    const { wait, receive, codes } = openRental();
    const waiting = [wait('google'), wait('415 555-9999'), wait()];
    receive({ to: toronto, code: '1111', from: '+14155559999' });
    receive({ to: toronto, code: '2222', from: 'Other' });
    receive({ to: toronto, code: '3333', from: 'GOOGLE' });
    expect(await codes(waiting)).toEqual(['3333', '1111', '2222']);
  });

  test('leave a code that none of them expects to a later one', async () => {
    const { wait, receive, codes, clock } = openRental();
    const waiting = wait('Google');
    receive({ to: toronto, code: '1111', from: 'Other' });
    const later = wait('other');
    clock.advance(minute);
    expect(await codes([waiting, later])).toEqual(['timeout', '1111']);
  });

  test('get the codes of one commit each', async () => {
    const { wait, receive, codes, numbers, rental, store } = openRental();
    const waiting = [wait('b'), wait(), wait()];
    store.db.commit(() => {
      for (const [index, from] of ['a', 'b', 'c'].entries()) {
        const message = { id: `of one commit ${index}`, modem: 'm1', to: toronto, from, text: '', parts: 1 } as const;
        const { n } = store.messages.saveInbound(
          {
            ...message,
            encoding: 'gsm7',
            smscTime: null,
            receivedAt: 1,
            partial: false,
            otp: { code: from, rule: '', confidence: 1 },
          },
          '8944',
        );
        store.mailboxMessages.add(rental.n, n, 'in');
      }
    });
    numbers.arrived([rental.n]);
    expect(await codes(waiting)).toEqual(['b', 'a', 'c']);
    receive({ to: toronto });
  });
});

test('a code that was given out is not given again after a restart; one that was not, is', async () => {
  const { wait, receive, codes, folder, clock, rental } = openRental();
  receive({ to: toronto, code: '1111' });
  receive({ to: toronto, code: '2222' });
  expect(await codes([wait()])).toEqual(['1111']);
  const { numbers } = openStage({ folder, clock });
  const again = () => numbers.waitForCode(rental, { timeout: minute, sender: null }, never());
  expect(await again()).toMatchObject({ is: 'code', message: { otp: { code: '2222' } } });
  const last = again();
  clock.advance(minute);
  expect(await last).toMatchObject({ is: 'timeout' });
});

test('codes of the rental before are not waited out by the next', async () => {
  const { receive, numbers, rental, ann, clock } = openRental();
  receive({ to: toronto, code: '1111' });
  numbers.endRental(rental, actor(ann));
  const next = numbers.rent(ann, { country: null, duration: 5 * minute }, actor(ann));
  const waiting = numbers.waitForCode(next, { timeout: minute, sender: null }, never());
  clock.advance(minute);
  expect(await waiting).toMatchObject({ is: 'timeout' });
});

test('a store that fails is told to who waits, and not to who received', async () => {
  const { wait, store, rental, clock, numbers } = openRental();
  const waiting = wait();
  store.db.prepare('ALTER TABLE outbox RENAME TO gone').run();
  expect(() => numbers.arrived([rental.n])).not.toThrow();
  await expect(waiting).rejects.toThrow();
  expect(clock.live).toBe(0);
});

test('a thousand waits on eight rentals get a code each, of their own rental, in the order they came', async () => {
  const stage = openStage();
  const e164s = Array.from({ length: 8 }, (_, index) => `+1416555000${index}`);
  stage.numbers.sync(e164s.map((number, index) => line(`m${index}`, number)));
  const rentals = e164s.map((_, index): Mailbox => {
    const account = stage.account(`account ${index}`);
    return stage.numbers.rent(account, { country: null, duration: 5 * minute }, actor(account));
  });
  stage.clock.advance(second);
  const waits = Array.from({ length: 1000 }, (_, index) => {
    const rental = rentals[index % 8];
    if (rental === undefined) throw new Error('no rental');
    return stage.numbers.waitForCode(rental, { timeout: minute, sender: null }, never());
  });
  for (let index = 0; index < 1000; index += 1) {
    stage.receive({ to: rentals[index % 8]?.number.e164 ?? '', code: `code ${index}` });
  }
  const codes = (await Promise.all(waits)).map((outcome) => outcome.is === 'code' && outcome.message.otp?.code);
  expect(codes).toEqual(Array.from({ length: 1000 }, (_, index) => `code ${index}`));
  expect(stage.clock.live).toBe(0);
});

test('with real timers a wait times out, and leaves none behind', async () => {
  const { store, rental } = openRental();
  const clock = { now: () => rental.openedAt, sleep: systemClock.sleep };
  const numbers = createNumbers({ store, clock });
  expect(await numbers.waitForCode(rental, { timeout: 1, sender: null }, never())).toMatchObject({ is: 'timeout' });
  const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const waiting = numbers.waitForCode(rental, { timeout: minute, sender: null }, never());
  numbers.close();
  expect(await waiting).toMatchObject({ is: 'timeout' });
  expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toHaveLength(before);
});
