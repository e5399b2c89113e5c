import { expect, test } from 'vitest';
import { actor, codeOf, line, minute, noon, openStage } from './stage.ts';

const toronto = '+14165551234';
const ottawa = '+16135551234';
const zurich = '+41791234567';
const anyNanp = '+15551234567';

function openPool(...lines: readonly string[]) {
  const stage = openStage();
  stage.numbers.sync(lines.map((number, index) => line(`m${index}`, number)));
  return stage;
}

const fiveMinutes = { country: null, duration: 5 * minute };

test('a rental has an end, an id of its own kind, and shows to its account alone', () => {
  const { numbers, account, store } = openPool(toronto);
  const ann = account('ann', 'free');
  const rental = numbers.rent(ann, { country: 'ca', duration: 5 * minute }, { account: 'ann', via: 'agent-otp' });
  expect(rental).toMatchObject({ kind: 'rental', openedAt: noon, endsAt: noon + 5 * minute, closedAt: null });
  expect(rental.id).toMatch(/^rent_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(numbers.rental('ann', toronto)).toEqual(rental);
  expect(numbers.rentals('ann')).toEqual([rental]);
  expect(numbers.mine('ann')).toEqual([]);
  expect(numbers.rentals('bob')).toEqual([]);
  for (const e164 of [toronto, zurich, 'nonsense']) {
    expect(codeOf(() => numbers.rental('bob', e164))).toBe('rental.unknown');
  }
  expect(store.audit.latest(1)).toMatchObject([{ action: 'number.rented', subject: rental.id, via: 'agent-otp' }]);
});

test.each([
  ['CA', [zurich, toronto], toronto],
  ['ch', [toronto, zurich], zurich],
  ['Jm', [toronto, anyNanp], anyNanp],
])('the country %s, of %j, gets %s', (country, offered, e164) => {
  const { numbers, account } = openPool(...offered);
  const ann = account('ann');
  expect(numbers.rent(ann, { country, duration: minute }, actor(ann)).number.e164).toBe(e164);
});

test('no number of a country and none free are told apart', () => {
  const { numbers, account } = openPool(toronto);
  const ann = account('ann');
  const rent = (country: string | null) => codeOf(() => numbers.rent(ann, { country, duration: minute }, actor(ann)));
  expect(rent('DE')).toBe('number.none_in_country');
  expect(rent('nonsense')).toBe('number.none_in_country');
  expect(rent('CA')).toBe('nothing was thrown');
  expect(rent('CA')).toBe('number.all_taken');
  expect(rent(null)).toBe('number.all_taken');
  expect(rent('DE')).toBe('number.none_in_country');
});

test('shared and private numbers and those without a modem are not for rent', () => {
  const { numbers, account } = openStage();
  const ann = account('ann');
  numbers.sync([line('m1', toronto)]);
  numbers.sync([line('m2', ottawa, 'shared'), line('m3', zurich, 'private')]);
  expect(codeOf(() => numbers.rent(ann, fiveMinutes, actor(ann)))).toBe('number.none_in_country');
});

test('a rental and a lease exclude each other', () => {
  const { numbers, account } = openPool(toronto);
  const ann = account('ann');
  const id = numbers.byE164(toronto)?.id ?? '';
  numbers.lease(ann, id, actor(ann));
  expect(codeOf(() => numbers.rent(ann, fiveMinutes, actor(ann)))).toBe('number.all_taken');
  numbers.release('ann', id, actor(ann));
  numbers.rent(ann, fiveMinutes, actor(ann));
  expect(codeOf(() => numbers.lease(ann, id, actor(ann)))).toBe('number.unavailable');
  expect(numbers.available()).toEqual([]);
});

test('the number that was free the longest goes first, one that nobody had before all', () => {
  const { numbers, account, clock } = openPool(toronto, ottawa, zurich);
  const ann = account('ann');
  const rent = () => numbers.rent(ann, fiveMinutes, actor(ann));
  const first = rent();
  clock.advance(minute);
  const later = rent();
  numbers.endRental(later, actor(ann));
  clock.advance(minute);
  numbers.endRental(first, actor(ann));
  expect([first, later].map(({ number }) => number.e164)).toEqual([toronto, ottawa]);
  expect(rent().number.e164).toBe(zurich);
  expect(rent().number.e164).toBe(ottawa);
  expect(rent().number.e164).toBe(toronto);
});

test('a rental is over at its end, before and after it was closed, and the number is free', () => {
  const { numbers, account, clock, store } = openPool(toronto);
  const [ann, bob] = [account('ann'), account('bob')];
  const rental = numbers.rent(ann, fiveMinutes, actor(ann));
  clock.advance(5 * minute - 1);
  numbers.tick();
  expect(numbers.rental('ann', toronto)).toEqual(rental);
  clock.advance(1);
  const over = () => {
    expect(codeOf(() => numbers.rental('ann', toronto))).toBe('rental.unknown');
    expect(numbers.rentals('ann')).toEqual([]);
    expect(numbers.openMailbox(rental.n)).toBeUndefined();
    expect(numbers.available()).toHaveLength(1);
  };
  over();
  clock.advance(minute);
  numbers.tick();
  over();
  expect(store.mailboxes.get(rental.n)?.closedAt).toBe(noon + 5 * minute);
  expect(numbers.rent(bob, fiveMinutes, actor(bob)).number.e164).toBe(toronto);
});

test('a rental that was not closed in time is closed for the next one at its own end', () => {
  const { numbers, account, clock, store } = openPool(toronto);
  const [ann, bob] = [account('ann'), account('bob')];
  const rental = numbers.rent(ann, fiveMinutes, actor(ann));
  clock.advance(10 * minute);
  numbers.rent(bob, fiveMinutes, actor(bob));
  expect(store.mailboxes.get(rental.n)?.closedAt).toBe(noon + 5 * minute);
});

test('a rental that is ended early is released once, for the trail too', () => {
  const { numbers, account, store } = openPool(toronto);
  const ann = account('ann');
  const rental = numbers.rent(ann, fiveMinutes, actor(ann));
  numbers.endRental(rental, actor(ann));
  numbers.endRental(rental, actor(ann));
  expect(codeOf(() => numbers.rental('ann', toronto))).toBe('rental.unknown');
  expect(store.audit.latest(10).map(({ action }) => action)).toEqual(['number.released', 'number.rented']);
});

test('the rentals of one account, of one month in UTC, are counted against what its tier or the operator gives', () => {
  const { numbers, account, clock } = openPool(toronto, ottawa, zurich);
  clock.advance(Date.parse('2026-05-31T23:58:00Z') - noon);
  const [few, free, paid] = [account('few', 'free', 2), account('free', 'free'), account('paid')];
  expect(numbers.quota(free)).toEqual({ limit: 20, used: 0 });
  expect(numbers.quota(paid)).toEqual({ limit: 200, used: 0 });
  const rent = () => numbers.rent(few, { country: null, duration: minute }, actor(few));
  rent();
  numbers.endRental(rent(), actor(few));
  expect(numbers.quota(few)).toEqual({ limit: 2, used: 2 });
  expect(codeOf(rent)).toBe('quota.exceeded');
  expect(numbers.quota(free)).toEqual({ limit: 20, used: 0 });
  clock.advance(2 * minute);
  expect(numbers.quota(few)).toEqual({ limit: 2, used: 0 });
  rent();
  expect(numbers.quota(few)).toEqual({ limit: 2, used: 1 });
});

test('a quota of nothing rents nothing, and a lease does not count', () => {
  const { numbers, account } = openPool(toronto);
  const ann = account('ann', 'paid', 0);
  numbers.lease(ann, numbers.byE164(toronto)?.id ?? '', actor(ann));
  expect(numbers.quota(ann)).toEqual({ limit: 0, used: 0 });
  expect(codeOf(() => numbers.rent(ann, fiveMinutes, actor(ann)))).toBe('quota.exceeded');
});

test('rentals over several connections get a number each', () => {
  const stage = openPool(toronto, ottawa, zurich);
  const other = openStage({ folder: stage.folder, clock: stage.clock });
  const ann = stage.account('ann');
  const rented = [stage, other, stage].map(({ numbers }) => numbers.rent(ann, fiveMinutes, actor(ann)).number.e164);
  expect(new Set(rented).size).toBe(3);
  expect(codeOf(() => other.numbers.rent(ann, fiveMinutes, actor(ann)))).toBe('number.all_taken');
  expect(stage.numbers.rentals('ann')).toHaveLength(3);
});
