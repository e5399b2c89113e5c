import { describe, expect, test } from 'vitest';
import { actor, line, minute, noon, openStage, second } from './stage.ts';

const leased = '+14165551234';
const shared = '+16176088932';
const own = '+41791234567';
const peer = '+15551234567';
const hour = 60 * minute;

function openPool() {
  const stage = openStage();
  stage.numbers.sync([line('m1', leased), line('m2', shared, 'shared'), line('m3', own, 'private')]);
  const idOf = (e164: string) => stage.numbers.byE164(e164)?.id ?? '';
  const lease = (name: string) => {
    const account = stage.account(name);
    return stage.numbers.lease(account, idOf(leased), actor(account)).n;
  };
  const release = (name: string) => stage.numbers.release(name, idOf(leased), { account: name, via: 'op' });
  const share = (name: string) => {
    stage.account(name, 'free');
    return stage.numbers.mailboxFor(name, idOf(shared)).n;
  };
  const seen = (mailbox: number) =>
    stage.store.mailboxMessages.list(mailbox, { direction: null, before: null, limit: 100 }).map(({ id }) => id);
  return { ...stage, idOf, lease, release, share, seen };
}

describe('a text for a number that is held', () => {
  test('is for its holder alone, whoever sent it', () => {
    const { lease, receive, seen } = openPool();
    const mailbox = lease('ann');
    const message = receive({ to: leased, from: 'Nobody Knows' });
    expect(message.mailboxes).toEqual([mailbox]);
    expect(seen(mailbox)).toEqual([message.id]);
  });

  test('is never shown to a later holder', () => {
    const { lease, release, receive, seen, store, clock } = openPool();
    const early = lease('ann');
    const first = receive({ to: leased });
    clock.advance(1);
    release('ann');
    const between = receive({ to: leased });
    const late = lease('bob');
    clock.advance(1);
    const second = receive({ to: leased });
    expect([first.mailboxes, between.mailboxes, second.mailboxes]).toEqual([[early], [], [late]]);
    expect(seen(late)).toEqual([second.id]);
    expect(store.mailboxMessages.get(late, first.id)).toBeUndefined();
    expect(store.mailboxMessages.get(late, between.id)).toBeUndefined();
  });

  test('read before the hand-over and stored after it is for who had it when it was read', () => {
    const { lease, release, receive, clock } = openPool();
    const early = lease('ann');
    clock.advance(minute);
    const readAt = clock.now();
    clock.advance(1);
    release('ann');
    lease('bob');
    expect(receive({ to: leased, receivedAt: readAt }).mailboxes).toEqual([early]);
  });

  test('in the millisecond of the hand-over is for nobody: which came first cannot be told', () => {
    const { lease, release, receive, clock } = openPool();
    lease('ann');
    clock.advance(minute);
    release('ann');
    const late = lease('bob');
    expect(receive({ to: leased }).mailboxes).toEqual([]);
    clock.advance(1);
    expect(receive({ to: leased }).mailboxes).toEqual([late]);
  });

  test('in the millisecond in which one opens it that had it before is theirs', () => {
    const { lease, release, receive, clock } = openPool();
    lease('ann');
    clock.advance(minute);
    release('ann');
    const again = lease('ann');
    expect(receive({ to: leased }).mailboxes).toEqual([again]);
  });

  test('is for nobody once its rental is over, closed or not', () => {
    const { numbers, account, receive, clock } = openPool();
    const ann = account('ann');
    const rental = numbers.rent(ann, { country: null, duration: minute }, actor(ann));
    clock.advance(minute - 1);
    expect(receive({ to: leased }).mailboxes).toEqual([rental.n]);
    clock.advance(1);
    expect(receive({ to: leased }).mailboxes).toEqual([]);
    numbers.tick();
    expect(receive({ to: leased }).mailboxes).toEqual([]);
  });
});

test.each([own, '+19995551234', 'nonsense'])('a text for %s, which is not in the pool, is for nobody', (to) => {
  expect(openPool().receive({ to }).mailboxes).toEqual([]);
});

test('a text whose line has no known number is for nobody', () => {
  const { numbers, lease } = openPool();
  lease('ann');
  expect(numbers.admit({ n: 1, number: null, from: peer, receivedAt: noon, sentAt: null })).toEqual([]);
});

describe('a late text', () => {
  /** Ann holds the number for an hour, then Bob takes it an hour later. */
  function handOver(gap = hour) {
    const stage = openPool();
    stage.lease('ann');
    stage.clock.advance(hour);
    stage.release('ann');
    const released = stage.clock.now();
    stage.clock.advance(gap);
    const mailbox = stage.lease('bob');
    const opened = stage.clock.now();
    stage.clock.advance(minute);
    const readers = (sentAt: number | null) => stage.receive({ to: leased, sentAt }).mailboxes;
    return { ...stage, readers, released, opened, mailbox };
  }

  test('that was sent while another held the number is for nobody', () => {
    const { readers, released } = handOver();
    for (const sentAt of [noon, noon + minute, released - 1, released]) expect(readers(sentAt)).toEqual([]);
  });

  test('is allowed for clocks that differ by five seconds', () => {
    const { readers, released, mailbox } = handOver();
    expect(readers(released + 5 * second)).toEqual([]);
    expect(readers(noon - 5 * second)).toEqual([]);
    expect(readers(released + 5 * second + 1)).toEqual([mailbox]);
    expect(readers(noon - 5 * second - 1)).toEqual([mailbox]);
  });

  test('that was sent about when the mailbox was opened is for it', () => {
    const { readers, opened, mailbox } = handOver(0);
    expect(readers(opened - 5 * second - 1)).toEqual([]);
    for (const sentAt of [opened - 5 * second, opened, opened + minute]) expect(readers(sentAt)).toEqual([mailbox]);
  });

  test('is judged by no stamp that cannot be true', () => {
    const { readers, clock, mailbox } = handOver();
    expect(readers(null)).toEqual([mailbox]);
    expect(readers(clock.now() + hour)).toEqual([mailbox]);
    clock.advance(48 * hour);
    expect(readers(noon + minute)).toEqual([mailbox]);
    expect(readers(clock.now() - 48 * hour)).toEqual([mailbox]);
  });

  test('is shown to one who had the number at that time too', () => {
    const { lease, release, receive, clock } = openPool();
    lease('ann');
    clock.advance(hour);
    release('ann');
    clock.advance(hour);
    const mailbox = lease('ann');
    clock.advance(minute);
    expect(receive({ to: leased, sentAt: noon + minute }).mailboxes).toEqual([mailbox]);
  });

  test('of a rental that nothing closed counts until its end', () => {
    const { numbers, account, receive, clock, lease } = openPool();
    const ann = account('ann');
    numbers.rent(ann, { country: null, duration: minute }, actor(ann));
    clock.advance(hour);
    const mailbox = lease('bob');
    clock.advance(minute);
    expect(receive({ to: leased, sentAt: noon + minute }).mailboxes).toEqual([]);
    expect(receive({ to: leased, sentAt: noon + 2 * minute }).mailboxes).toEqual([mailbox]);
  });

  test('for one who held a number before it was shared is not for those who share it', () => {
    const { numbers, lease, receive, send, account, clock } = openPool();
    lease('ann');
    clock.advance(hour);
    numbers.sync([line('m1', leased, 'shared')]);
    account('bob', 'free');
    const { n } = numbers.mailboxFor('bob', numbers.byE164(leased)?.id ?? '');
    send(n, peer);
    clock.advance(minute);
    expect(receive({ to: leased, from: peer, sentAt: noon + minute }).mailboxes).toEqual([]);
    expect(receive({ to: leased, from: peer, sentAt: clock.now() }).mailboxes).toEqual([n]);
  });
});

describe('a text for a shared number', () => {
  test('is for every share that has texted its sender, and no other', () => {
    const { share, send, receive, seen } = openPool();
    const [ann, bob, cleo] = ['ann', 'bob', 'cleo'].map((name) => share(name));
    const sent = [ann, bob].map((mailbox) => send(mailbox ?? 0, peer));
    send(cleo ?? 0, '+15551234568');
    const message = receive({ to: shared, from: peer });
    expect(message.mailboxes).toEqual([ann, bob]);
    expect(seen(ann ?? 0)).toEqual([message.id, sent[0]]);
    expect(seen(cleo ?? 0)).not.toContain(message.id);
  });

  test('from one whom nobody has texted is for nobody', () => {
    const { share, receive } = openPool();
    share('ann');
    expect(receive({ to: shared, from: peer }).mailboxes).toEqual([]);
  });

  test('from a national number is for those who texted it in full, once each', () => {
    const { share, send, receive } = openPool();
    const ann = share('ann');
    for (const to of ['+15551234567', '+445551234567']) send(ann, to);
    expect(receive({ to: shared, from: '05551234567' }).mailboxes).toEqual([ann]);
    expect(receive({ to: shared, from: '1234567' }).mailboxes).toEqual([ann]);
    expect(receive({ to: shared, from: '234567' }).mailboxes).toEqual([]);
    expect(receive({ to: shared, from: '+25551234567' }).mailboxes).toEqual([]);
  });

  test('from a short code or a name is for those who texted just that', () => {
    const { share, send, receive } = openPool();
    const ann = share('ann');
    send(ann, '72000');
    send(ann, 'MyBank24');
    expect(receive({ to: shared, from: '72000' }).mailboxes).toEqual([ann]);
    expect(receive({ to: shared, from: 'mybank24' }).mailboxes).toEqual([ann]);
    expect(receive({ to: shared, from: 'Bank24' }).mailboxes).toEqual([]);
    expect(receive({ to: shared, from: '172000' }).mailboxes).toEqual([]);
  });

  test('that was texted from another number of the pool is for nobody', () => {
    const { lease, send, share, receive } = openPool();
    const mailbox = lease('ann');
    share('ann');
    send(mailbox, peer);
    expect(receive({ to: shared, from: peer }).mailboxes).toEqual([]);
  });

  test('that was received before a share was opened is not for it', () => {
    const { share, send, receive, clock } = openPool();
    clock.advance(minute);
    send(share('ann'), peer);
    expect(receive({ to: shared, from: peer, receivedAt: noon }).mailboxes).toEqual([]);
  });
});
