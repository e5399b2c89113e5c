import { v7 as uuidv7 } from 'uuid';
import type { Account, AccountId, Actor } from '../domain/account.ts';
import type { Mailbox, NumberId, PoolNumber } from '../domain/number.ts';
import { GatewayError } from '../errors.ts';
import { closeMailbox, freeIfOver, isOpen, type NumbersDeps } from './closing.ts';

/** See `Numbers.lease`. */
export function lease({ store, clock }: NumbersDeps, account: Account, id: NumberId, actor: Actor): Mailbox {
  const now = clock.now();
  return store.db.commit(() => {
    const number = store.numbers.get(id);
    if (!isOffered(number)) throw unknownNumber();
    if (account.tier === 'free') throw new GatewayError('account.paid_required', 'a lease needs a paid account');
    if (number.offer === 'shared') throw unavailable();
    freeIfOver(store, id, now);
    const opened = store.mailboxes.open({
      id: uuidv7(),
      account: account.id,
      number: id,
      kind: 'lease',
      openedAt: now,
      endsAt: null,
    });
    if (opened === undefined) throw unavailable();
    store.audit.add({ at: now, account: actor.account, action: 'number.leased', subject: opened.id, via: actor.via });
    return opened;
  });
}

/** See `Numbers.release`. */
export function release({ store, clock }: NumbersDeps, account: AccountId, id: NumberId, actor: Actor): Mailbox {
  const now = clock.now();
  return store.db.commit(() => {
    const own = leaseOf(store.mailboxes.holder(id), account);
    if (own === undefined) throw unknownNumber();
    return closeMailbox(store, own, { at: now, actor });
  });
}

/** See `Numbers.mailboxFor`. */
export function mailboxFor({ store, clock }: NumbersDeps, account: AccountId, id: NumberId): Mailbox {
  const own = leaseOf(store.mailboxes.holder(id), account) ?? store.mailboxes.share(account, id);
  if (own !== undefined) return own;
  return store.db.commit(() => {
    const number = store.numbers.get(id);
    if (!isOffered(number) || number.offer !== 'shared') throw unknownNumber();
    const share = { id: uuidv7(), account, number: id, kind: 'shared', openedAt: clock.now(), endsAt: null } as const;
    const mailbox = store.mailboxes.open(share) ?? store.mailboxes.share(account, id);
    if (mailbox === undefined) throw unknownNumber();
    return mailbox;
  });
}

/** See `Numbers.mine`. */
export function leasesOf({ store }: NumbersDeps, account: AccountId): readonly Mailbox[] {
  return store.mailboxes.heldBy(account).filter(({ kind }) => kind === 'lease');
}

/** See `Numbers.openMailbox`. */
export function openMailbox({ store, clock }: NumbersDeps, n: number): Mailbox | undefined {
  const mailbox = store.mailboxes.get(n);
  return mailbox !== undefined && isOpen(mailbox, clock.now()) ? mailbox : undefined;
}

function leaseOf(holder: Mailbox | undefined, account: AccountId): Mailbox | undefined {
  return holder?.kind === 'lease' && holder.account === account ? holder : undefined;
}

function isOffered(number: PoolNumber | undefined): number is PoolNumber {
  return number !== undefined && number.offer !== 'private' && number.modem !== null;
}

function unknownNumber(): GatewayError {
  return new GatewayError('number.unknown', 'there is no such number');
}

function unavailable(): GatewayError {
  return new GatewayError('number.unavailable', 'the number is not to be had');
}
