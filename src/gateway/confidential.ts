import type { Clock, EpochMs } from '../clock.ts';
import type { MessageId, ModemId, Waiting } from '../domain/message.ts';
import type { Offer } from '../domain/number.ts';
import { GatewayError } from '../errors.ts';
import type { Modem } from '../modem/modem.ts';
import type { Numbers } from '../numbers/numbers.ts';
import type { Store } from '../store/store.ts';
import { canSend } from './routing.ts';
import { queueMessage } from './send.ts';
import { isHeldBack } from './waiting.ts';

export interface ConfidentialDeps {
  readonly store: Store;
  readonly modems: ReadonlyMap<ModemId, Modem>;
  readonly numbers: Pick<Numbers, 'available'>;
  readonly offerOf: (modem: ModemId) => Offer;
  readonly clock: Clock;
  /** Why a message of this line would wait. */
  readonly whyWaiting: (entry: { readonly modem: ModemId; readonly nextTryAt: EpochMs }) => Waiting;
  /** Texts by message, for the dispatcher alone. */
  readonly unwritten: Map<MessageId, string>;
  /** Called after the commit: there is something to send. */
  readonly committed: () => void;
}

/**
 * Queues a text of the gateway's own that is kept in memory only; `shown` is written in its place. Throws `modem.offline`
 * where no line can send now: a code that comes later is of no use. May be part of the caller's transaction.
 */
export function sendConfidential(
  deps: ConfidentialDeps,
  { to, text, shown, notAfter }: { to: string; text: string; shown: string; notAfter: EpochMs },
): MessageId {
  const modem = chooseOwnLine(deps);
  const number = modem.state.number;
  // Somebody looks at a page and waits for it.
  const rest = { retries: 0, statusReport: true, priority: 'high' } as const;
  const request = { modem: modem.id, number, to, text, shown, notAfter, ...rest };
  const { id } = queueMessage(deps.store, request, deps.clock.now());
  deps.unwritten.set(id, text);
  // After the transaction this may be part of.
  queueMicrotask(deps.committed);
  return id;
}

/** One that may send now; a line that others do not hold, if there is one; the shared ones first, then the shortest queue. */
function chooseOwnLine({ store, modems, numbers, offerOf, whyWaiting }: ConfidentialDeps): Modem {
  const free = new Set(numbers.available().map(({ modem }) => modem));
  const rank = ({ id }: Modem) => {
    const offer = offerOf(id);
    const held = isHeldBack(whyWaiting({ modem: id, nextTryAt: 0 })) ? 4 : 0;
    if (offer === 'lease') return held + (free.has(id) ? 1 : 3);
    return held + (offer === 'shared' ? 0 : 2);
  };
  const [best] = [...modems.values()]
    .filter((modem) => canSend(modem.state))
    .map((modem) => ({ modem, rank: rank(modem), queued: store.outbox.queued(modem.id) }))
    .sort((one, other) => one.rank - other.rank || one.queued - other.queued);
  if (best === undefined) throw new GatewayError('modem.offline', 'no modem can send now', { transient: true });
  return best.modem;
}
