import type { EpochMs } from '../clock.ts';
import type { OutboundError, OutboundStatus } from '../domain/message.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';

/** Says in the log of facts what became of an outbound message. */
export function appendStatus(
  store: Store,
  entry: Pick<OutboxEntry, 'id' | 'modem' | 'to' | 'text' | 'segments'>,
  change: {
    readonly status: OutboundStatus;
    readonly at: EpochMs;
    readonly reference?: number;
    readonly error?: OutboundError | null;
  },
): void {
  store.events.append({
    id: entry.id,
    modem: entry.modem,
    time: change.at,
    body: {
      type: change.status,
      messageId: entry.id,
      to: entry.to,
      text: entry.text,
      segments: entry.segments,
      ...(change.reference === undefined ? {} : { reference: change.reference }),
      ...(change.error === undefined || change.error === null ? {} : { error: change.error }),
    },
  });
}
