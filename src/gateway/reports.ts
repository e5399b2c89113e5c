import type { EpochMs } from '../clock.ts';
import type { LineId, OutboundError } from '../domain/message.ts';
import { sameSubscriber, subscriberKey } from '../domain/phone.ts';
import type { ReceivedPdu } from '../domain/received.ts';
import { classifyStatus, type StatusReport } from '../sms/sms.ts';
import type { OutboxEntry, PartReport, ReportCandidate } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { appendStatus } from './status-event.ts';

/** A service centre gives up after its validity period; a report for an older part is somebody else's reference. */
const reportWindow = 7 * 24 * 3600_000;
/** A service centre whose clock is further off says nothing by it. */
const credibleClock = 24 * 3600_000;
/** Between a send without an answer and the service centre's stamp. */
const lostFor = 15 * 60_000;

/** Matches a status report by line, reference and recipient (TS 23.040 9.2.2.3). Runs inside the caller's transaction. */
export function applyReport(store: Store, received: ReceivedPdu, report: StatusReport): void {
  const at = received.receivedAt;
  const isRecipient = ({ peer }: { readonly peer: string }) => sameSubscriber(peer, report.recipient.value);
  const known = store.outbox.partsWithReference(received.line, report.mr, at - reportWindow).filter(isRecipient);
  const open = known.filter(({ isSettled }) => !isSettled);
  const part = closest(open, report.timestamp);
  if (part !== undefined) {
    settlePart(store, part, report.status, at);
    return;
  }
  const isOnItsWay = store.outbox
    .inFlight()
    .some(({ modem, to }) => modem === received.modem && isRecipient({ peer: to }));
  // A repeat must not be taken for the report of a later message.
  if (!isOnItsWay && known.length > 0) return;
  if (!isOnItsWay && findAgain(store, received, report, isRecipient)) return;
  const recipient = subscriberKey(report.recipient.value);
  store.outbox.keepEarlyReport(received.line, report.mr, recipient, { tpStatus: report.status, at });
}

/** References come round after 256 messages: the one that left when the service centre says it took it, else the newest. */
function closest(open: readonly ReportCandidate[], timestamp: string | null): ReportCandidate | undefined {
  const taken = timestamp === null ? Number.NaN : Date.parse(timestamp);
  const distance = ({ sentAt }: ReportCandidate) => Math.abs(sentAt - taken);
  const [nearest] = [...open].sort((one, other) => distance(one) - distance(other));
  return nearest !== undefined && distance(nearest) <= credibleClock ? nearest : open[0];
}

/** A report proves that a message left whose send was never answered: nobody else's can it be. Whether there is one. */
function findAgain(
  store: Store,
  { modem, line, receivedAt: at }: ReceivedPdu,
  report: StatusReport,
  isRecipient: (one: { readonly peer: string }) => boolean,
): boolean {
  const taken = report.timestamp === null ? Number.NaN : Date.parse(report.timestamp);
  const lost = store.outbox.lostSight(modem, at - reportWindow).filter(isRecipient);
  const [found, another] = lost.filter(({ triedAt }) => Math.abs(triedAt - taken) <= lostFor);
  if (found === undefined || another !== undefined) return false;
  store.outbox.addReferences(found.n, line, [report.mr], found.triedAt);
  settlePart(store, { n: found.n, sequence: 1, peer: found.peer }, report.status, at);
  return true;
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
