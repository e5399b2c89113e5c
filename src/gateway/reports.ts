import type { EpochMs } from '../clock.ts';
import type { LineId, OutboundError } from '../domain/message.ts';
import { sameSubscriber, subscriberKey } from '../domain/phone.ts';
import type { ReceivedPdu } from '../domain/received.ts';
import { classifyStatus, type StatusReport } from '../sms/sms.ts';
import type { OutboxEntry, PartReport } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { appendStatus } from './status-event.ts';

/** A service centre gives up after its validity period; a report for an older part is somebody else's reference. */
const reportWindow = 7 * 24 * 3600_000;

/** Matches a status report by line, reference and recipient (TS 23.040 9.2.2.3). Runs inside the caller's transaction. */
export function applyReport(store: Store, received: ReceivedPdu, report: StatusReport): void {
  const since = received.receivedAt - reportWindow;
  const candidates = store.outbox.partsAwaitingReport(received.line, report.mr, since);
  const part = candidates.find(({ peer }) => sameSubscriber(peer, report.recipient.value));
  const at = received.receivedAt;
  if (part !== undefined) {
    settlePart(store, part, report.status, at);
    return;
  }
  const recipient = subscriberKey(report.recipient.value);
  store.outbox.keepEarlyReport(received.line, report.mr, recipient, { tpStatus: report.status, at });
}

/** Reports that overtook the answer to their own send. Runs inside the caller's transaction. */
export function applyEarlyReports(store: Store, entry: OutboxEntry, line: LineId, at: EpochMs): void {
  for (const [index, reference] of (store.outbox.entry(entry.n)?.references ?? []).entries()) {
    const tpStatus = store.outbox.takeEarlyReport(line, reference, subscriberKey(entry.to), entry.createdAt);
    if (tpStatus !== undefined) settlePart(store, { n: entry.n, sequence: index + 1, peer: entry.to }, tpStatus, at);
  }
}

/** A message is delivered when every part is, and failed when one part is given up. */
function settlePart(store: Store, part: PartReport, tpStatus: number, at: EpochMs): void {
  const statuses = store.outbox.setPartStatus(part, tpStatus);
  const entry = store.outbox.entry(part.n);
  if (entry === undefined || entry.status === 'delivered' || entry.status === 'failed') return;
  const classes = statuses.map((status) => (status === null ? 'pending' : classifyStatus(status)));
  if (classes.includes('failed')) {
    const error = failure(tpStatus);
    store.outbox.settle(part.n, { status: 'failed', error, at });
    appendStatus(store, entry, { status: 'failed', at, error });
  } else if (statuses.length >= entry.segments && classes.every((found) => found === 'delivered')) {
    store.outbox.settle(part.n, { status: 'delivered', error: null, at });
    appendStatus(store, entry, { status: 'delivered', at });
  }
}

function failure(tpStatus: number): OutboundError {
  const message = 'the service centre gave up delivering the message';
  return { code: `tp-st.${tpStatus}`, message, retryable: false };
}
