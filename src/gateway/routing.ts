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
 * The modem for a message that names none: one that can send now, else one that is ready and only held back (`isHeld`: by its pace,
 * or because the network refuses it), else any that is not waiting for a person. Among equals that can send it is the one that last
 * talked with this peer, else the one with the shortest queue. Throws `modem.unknown` when there is no modem at all.
 */
export function chooseModem(
  store: Store,
  modems: ReadonlyMap<ModemId, Modem>,
  to: string,
  isHeld: (modem: ModemId) => boolean,
): Modem {
  const rank = ({ id, state }: Modem) => {
    if (canSend(state)) return isHeld(id) ? 1 : 0;
    return state.phase === 'failed' ? 3 : 2;
  };
  const last = modems.get(store.messages.lastModemWith(to) ?? '');
  if (last !== undefined && rank(last) === 0) return last;
  const [best] = [...modems.values()]
    .map((modem) => ({ modem, rank: rank(modem), queued: store.outbox.queued(modem.id) }))
    .sort((one, other) => one.rank - other.rank || one.queued - other.queued);
  if (last !== undefined && best?.rank === 1 && rank(last) === 1) return last;
  if (best === undefined) {
    const hint = 'add a modem under "modems" in the configuration';
    throw new GatewayError('modem.unknown', 'the gateway has no modem', { hint });
  }
  return best.modem;
}
