import { v7 as uuidv7 } from 'uuid';
import type { EpochMs, Ms } from '../clock.ts';
import type { Account, AccountId, Actor } from '../domain/account.ts';
import type { Mailbox, PoolNumber } from '../domain/number.ts';
import { GatewayError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { closeAtEnd, closeMailbox, freeIfOver, isOpen, type NumbersDeps } from './closing.ts';
import { isFree } from './pool.ts';
import { countriesOf } from './region.ts';

export interface RentalQuota {
  readonly limit: number;
  readonly used: number;
}

/** Rentals a calendar month. */
const monthly = { free: 20, paid: 200 } as const;

/** See `Numbers.rent`. */
export function rent(
  { store, clock }: NumbersDeps,
  account: Account,
  wanted: { readonly country: string | null; readonly duration: Ms },
  actor: Actor,
): Mailbox {
  const now = clock.now();
  return store.db.commit(() => {
    requireQuota(quotaOf(store, account, now));
    const rental = openOneOf(store, candidates(store, wanted.country, now), {
      account: account.id,
      openedAt: now,
      endsAt: now + wanted.duration,
    });
    store.audit.add({ at: now, account: actor.account, action: 'number.rented', subject: rental.id, via: actor.via });
    return rental;
  });
}

/** See `Numbers.rental`. */
export function rentalOf({ store, clock }: NumbersDeps, account: AccountId, e164: string): Mailbox {
  const number = store.numbers.byE164(e164);
  const holder = number === undefined ? undefined : store.mailboxes.holder(number.id);
  if (holder?.kind === 'rental' && holder.account === account && isOpen(holder, clock.now())) return holder;
  throw new GatewayError('rental.unknown', 'this number is not rented, or its rental is over');
}

/** See `Numbers.rentals`. */
export function rentalsOf({ store, clock }: NumbersDeps, account: AccountId): readonly Mailbox[] {
  const now = clock.now();
  return store.mailboxes.heldBy(account).filter((held) => held.kind === 'rental' && isOpen(held, now));
}

/** See `Numbers.endRental`. One that is closed already stays as it is. */
export function endRental({ store, clock }: NumbersDeps, rental: Mailbox, actor: Actor): void {
  const now = clock.now();
  store.db.commit(() => {
    const open = store.mailboxes.get(rental.n);
    if (open === undefined || !isOpen(open, now)) return;
    closeMailbox(store, open, { at: now, actor });
  });
}

/** Closes what is over and returns it. A power cut may undo that: it is over by the clock all the same. */
export function closeOver({ store, clock }: NumbersDeps): readonly Mailbox[] {
  const now = clock.now();
  const over = store.mailboxes.over(now);
  if (over.length === 0) return over;
  return store.db.commitLazily(() => over.map((rental) => closeAtEnd(store, rental, now)));
}

/** See `Numbers.quota`. */
export function quotaOf(store: Store, account: Account, now: EpochMs): RentalQuota {
  const today = new Date(now);
  const month = Date.UTC(today.getUTCFullYear(), today.getUTCMonth());
  return { limit: account.quota ?? monthly[account.tier], used: store.mailboxes.rentalsSince(account.id, month) };
}

function requireQuota({ limit, used }: RentalQuota): void {
  if (used < limit) return;
  throw new GatewayError('quota.exceeded', 'the rentals of this month are spent', { details: { limit, used } });
}

/** The free numbers of a country, that which was free the longest first. */
function candidates(store: Store, country: string | null, now: EpochMs): readonly PoolNumber[] {
  const offered = store.numbers.all().filter(({ offer, modem }) => offer === 'lease' && modem !== null);
  const fitting = country === null ? offered : offered.filter((number) => isOf(number, country.toUpperCase()));
  if (fitting.length === 0) {
    throw new GatewayError('number.none_in_country', 'no number of this country is for rent');
  }
  return fitting
    .filter((number) => isFree(store, number, now))
    .map((number) => ({ number, freeSince: freeSince(store, number, now) }))
    .sort((one, other) => one.freeSince - other.freeSince)
    .map(({ number }) => number);
}

function isOf(number: PoolNumber, country: string): boolean {
  return number.region === country || countriesOf(number.e164).includes(country);
}

/** 0 for a number that nobody ever held. */
function freeSince(store: Store, number: PoolNumber, now: EpochMs): EpochMs {
  const last = store.mailboxes.lastHolder(number.id, now);
  return last?.closedAt ?? last?.endsAt ?? 0;
}

/** Whoever is faster elsewhere gets a number; then the next one is tried. */
function openOneOf(
  store: Store,
  numbers: readonly PoolNumber[],
  wanted: { readonly account: AccountId; readonly openedAt: EpochMs; readonly endsAt: EpochMs },
): Mailbox {
  for (const { id: number } of numbers) {
    freeIfOver(store, number, wanted.openedAt);
    const rental = store.mailboxes.open({ ...wanted, id: `rent_${uuidv7()}`, number, kind: 'rental' });
    if (rental !== undefined) return rental;
  }
  throw new GatewayError('number.all_taken', 'all numbers for rent are taken', { transient: true });
}
