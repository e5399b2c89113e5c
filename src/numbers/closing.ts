import type { Clock, EpochMs } from '../clock.ts';
import type { Actor, AuditAction } from '../domain/account.ts';
import type { Mailbox, NumberId } from '../domain/number.ts';
import type { Store } from '../store/store.ts';

export interface NumbersDeps {
  readonly store: Store;
  readonly clock: Clock;
}

/** Whether a mailbox can be used: a rental is over at its end, whether it was closed by then or not. */
export function isOpen(mailbox: Mailbox, now: EpochMs): boolean {
  return mailbox.closedAt === null && (mailbox.endsAt === null || mailbox.endsAt > now);
}

/** Closes a mailbox with its keys and its webhook, within the caller's transaction. One that was over closed at its end. */
export function closeMailbox(
  store: Store,
  mailbox: Mailbox,
  { at, actor }: { readonly at: EpochMs; readonly actor: Actor },
): Mailbox {
  const closedAt = Math.min(at, mailbox.endsAt ?? at);
  const note = (action: AuditAction, subject: string) =>
    store.audit.add({ at, account: actor.account, action, subject, via: actor.via });
  store.mailboxes.close(mailbox.n, closedAt);
  for (const key of store.keys.revokeOf(mailbox.n, at)) note('key.revoked', key);
  store.webhooks.removeOf(mailbox.n);
  if (mailbox.kind !== 'shared') note('number.released', mailbox.id);
  return { ...mailbox, closedAt };
}

/** Closes one whose time is over, within the caller's transaction. */
export function closeAtEnd(store: Store, mailbox: Mailbox, at: EpochMs): Mailbox {
  return closeMailbox(store, mailbox, { at, actor: { account: mailbox.account, via: 'clock' } });
}

/** Closes what is over on a number, so that the next one can have it; within the caller's transaction. */
export function freeIfOver(store: Store, number: NumberId, now: EpochMs): void {
  const holder = store.mailboxes.holder(number);
  if (holder !== undefined && !isOpen(holder, now)) closeAtEnd(store, holder, now);
}
