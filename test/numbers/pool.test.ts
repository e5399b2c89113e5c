import { expect, test } from 'vitest';
import { actor, codeOf, line, minute, noon, openStage } from './stage.ts';

const toronto = '+14165551234';
const boston = '+16176088932';

function changes(stage: ReturnType<typeof openStage>): number {
  return stage.store.db.prepare<[], { n: number }>('SELECT total_changes() AS n').get()?.n ?? Number.NaN;
}

test('a line that is offered again as it was writes nothing', () => {
  const stage = openStage();
  const lines = [line('m1', toronto), line('m2', boston, 'shared'), line('m3', null)];
  stage.numbers.sync(lines);
  const [before, numbers] = [changes(stage), stage.store.numbers.all()];
  stage.numbers.sync(lines);
  stage.numbers.sync(lines.toReversed());
  expect(changes(stage)).toBe(before);
  expect(stage.store.numbers.all()).toEqual(numbers);
  expect(numbers.map(({ e164, modem, offer }) => [e164, modem, offer])).toEqual([
    [toronto, 'm1', 'lease'],
    [boston, 'm2', 'shared'],
  ]);
});

test('a line that is offered again as it was waits for nobody who writes', () => {
  const stage = openStage();
  const other = openStage({ folder: stage.folder });
  const lines = [line('m1', toronto)];
  stage.numbers.sync(lines);
  expect(() => other.store.db.commit(() => stage.numbers.sync(lines))).not.toThrow();
});

test('a number that is no E.164 number is not offered', () => {
  const { numbers, store } = openStage();
  numbers.sync(['4165551234', '12345', '', '+0123456789', '+1416555123456789'].map((number) => line('m1', number)));
  expect(store.numbers.all()).toEqual([]);
});

test.each([
  ['+14165551234', 'CA'],
  ['+16176088932', 'US'],
  ['+41791234567', 'CH'],
  ['+15551234567', 'US'],
  ['+447700900123', 'GB'],
  ['+99912345678', null],
])('%s is of region %s', (e164, region) => {
  const { numbers } = openStage();
  numbers.sync([line('m1', e164)]);
  expect(numbers.byE164(e164)?.region).toBe(region);
});

test('the pool is what is shared or for lease and has a modem', () => {
  const { numbers } = openStage();
  numbers.sync([line('m1', toronto), line('m2', boston, 'shared'), line('m3', '+41791234567', 'private')]);
  const inPool = () => [toronto, boston, '+41791234567', '+15551234567'].map((e164) => numbers.inPool(e164));
  expect(inPool()).toEqual([true, true, false, false]);
  numbers.sync([line('m2', boston, 'shared')]);
  expect(inPool()).toEqual([false, true, false, false]);
});

test('a number whose line is gone keeps its id for its return', () => {
  const { numbers } = openStage();
  numbers.sync([line('m1', toronto)]);
  const id = numbers.byE164(toronto)?.id;
  numbers.sync([]);
  expect(numbers.byE164(toronto)).toMatchObject({ id, modem: null, offer: 'lease' });
  expect(numbers.available()).toEqual([]);
  numbers.sync([line('m1', toronto)]);
  expect(numbers.available()).toMatchObject([{ id, modem: 'm1' }]);
});

test('a line whose number is not known just now has the one it had, until another line has it', () => {
  const { numbers } = openStage();
  numbers.sync([line('m1', toronto), line('m2', null)]);
  numbers.sync([line('m1', null), line('m2', null)]);
  expect(numbers.byE164(toronto)?.modem).toBe('m1');
  numbers.sync([line('m1', null, 'shared'), line('m2', null)]);
  expect(numbers.byE164(toronto)).toMatchObject({ modem: 'm1', offer: 'shared' });
  numbers.sync([line('m1', null, 'shared'), line('m2', toronto, 'shared')]);
  expect(numbers.byE164(toronto)?.modem).toBe('m2');
});

test('a SIM with another number in the same modem replaces the one before', () => {
  const { numbers } = openStage();
  numbers.sync([line('m1', toronto)]);
  numbers.sync([line('m1', boston)]);
  expect(numbers.byE164(toronto)?.modem).toBeNull();
  expect(numbers.byE164(boston)?.modem).toBe('m1');
  numbers.sync([line('m1', null)]);
  expect(numbers.byE164(boston)?.modem).toBe('m1');
  expect(numbers.byE164(toronto)?.modem).toBeNull();
});

test('of two lines that claim one number the first has it', () => {
  const { numbers, store } = openStage();
  numbers.sync([line('m1', toronto), line('m2', toronto, 'shared')]);
  expect(store.numbers.all()).toMatchObject([{ e164: toronto, modem: 'm1', offer: 'lease' }]);
});

test('a number that moves to another modem takes its lease along', () => {
  const { numbers, account } = openStage();
  numbers.sync([line('m1', toronto), line('m2', boston)]);
  const ann = account('ann');
  const mailbox = numbers.lease(ann, numbers.byE164(toronto)?.id ?? '', actor(ann));
  numbers.sync([line('m1', boston), line('m2', toronto)]);
  expect(numbers.openMailbox(mailbox.n)?.number).toMatchObject({ e164: toronto, modem: 'm2' });
  expect(numbers.byE164(boston)?.modem).toBe('m1');
});

test.each(['shared', 'private'] as const)('a lease and a rental end where their numbers are %s now', async (offer) => {
  const { numbers, account } = openStage();
  numbers.sync([line('m1', toronto), line('m2', boston)]);
  const ann = account('ann');
  const lease = numbers.lease(ann, numbers.byE164(toronto)?.id ?? '', actor(ann));
  const rental = numbers.rent(ann, { country: null, duration: 5 * minute }, actor(ann));
  const wait = numbers.waitForCode(rental, { timeout: minute, sender: null }, new AbortController().signal);
  numbers.sync([line('m1', toronto, offer), line('m2', boston, offer)]);
  expect(numbers.openMailbox(lease.n)).toBeUndefined();
  expect(numbers.mine('ann')).toEqual([]);
  expect(numbers.rentals('ann')).toEqual([]);
  expect(await wait).toEqual({ is: 'timeout', waited: 0 });
  expect(codeOf(() => numbers.rental('ann', boston))).toBe('rental.unknown');
});

test('shares end where their number is for lease now; those of other numbers stay', () => {
  const { numbers, account, store } = openStage();
  numbers.sync([line('m1', toronto, 'shared'), line('m2', boston, 'shared')]);
  const ann = account('ann', 'free');
  const [gone, kept] = [toronto, boston].map((e164) => numbers.mailboxFor(ann.id, numbers.byE164(e164)?.id ?? ''));
  numbers.sync([line('m1', toronto, 'lease'), line('m2', boston, 'shared')]);
  expect(numbers.openMailbox(gone?.n ?? 0)).toBeUndefined();
  expect(numbers.openMailbox(kept?.n ?? 0)).toEqual(kept);
  expect(store.mailboxes.get(gone?.n ?? 0)?.closedAt).toBe(noon);
});
