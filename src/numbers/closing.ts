import type { Clock, EpochMs } from '../clock.ts';
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
export function closeMailbox(store: Store, mailbox: Mailbox, now: EpochMs): Mailbox {
  const closedAt = Math.min(now, mailbox.endsAt ?? now);
  store.mailboxes.close(mailbox.n, closedAt);
  store.keys.revokeOf(mailbox.n, now);
  store.webhooks.removeOf(mailbox.n);
  return { ...mailbox, closedAt };
}

/** Closes what is over on a number, so that the next one can have it; within the caller's transaction. */
export function freeIfOver(store: Store, number: NumberId, now: EpochMs): void {
  const holder = store.mailboxes.holder(number);
  if (holder !== undefined && !isOpen(holder, now)) closeMailbox(store, holder, now);
}
