import type { ModemId } from '../domain/message.ts';
import type { ModemState } from '../domain/modem-state.ts';
import { GatewayError } from '../errors.ts';
import type { Modem } from '../modem/modem.ts';
import type { Store } from '../store/store.ts';

/** Whether the network would take a message now. */
export function canSend(state: ModemState): boolean {
  return state.phase === 'ready' && isRegistered(state);
}

/** `unknown` counts: some firmware never tells. */
export function isRegistered({ registration }: ModemState): boolean {
  return ['home', 'roaming', 'unknown'].includes(registration);
}

/**
 * The modem for a message that names none: the one that last talked with this peer if it can send, else the ready one
 * with the shortest queue, else any that is not waiting for a person. Throws `modem.unknown` when there is no modem at all.
 */
export function chooseModem(store: Store, modems: ReadonlyMap<ModemId, Modem>, to: string): Modem {
  const last = modems.get(store.messages.lastModemWith(to) ?? '');
  if (last !== undefined && canSend(last.state)) return last;
  const rank = (modem: Modem) => (canSend(modem.state) ? 0 : modem.state.phase === 'failed' ? 2 : 1);
  const [best] = [...modems.values()]
    .map((modem) => ({ modem, rank: rank(modem), queued: store.outbox.queued(modem.id) }))
    .sort((one, other) => one.rank - other.rank || one.queued - other.queued);
  if (best === undefined) {
    const hint = 'add a modem under "modems" in the configuration';
    throw new GatewayError('modem.unknown', 'the gateway has no modem', { hint });
  }
  return best.modem;
}
