import type { GatewayView } from '../domain/gateway-view.ts';
import type { ModemId, Waiting } from '../domain/message.ts';
import type { Modem } from '../modem/modem.ts';
import type { Store } from '../store/store.ts';

export interface ViewOptions {
  readonly gateway: string;
  readonly version: string;
  readonly boot: string;
  readonly store: Store;
  readonly modems: ReadonlyMap<ModemId, Modem>;
  readonly waiting?: (modem: ModemId) => Waiting | null;
}

/** What edges may show of the gateway. */
export function createGatewayView({ gateway, version, boot, store, modems, waiting }: ViewOptions): GatewayView {
  return {
    gateway,
    version,
    boot,
    lastSeq: () => store.events.lastSeq(),
    modems: () => {
      const queued = (id: ModemId) => ({ queued: store.outbox.queued(id), waiting: waiting?.(id) ?? null });
      return [...modems.values()].map(({ id, state }) => ({ id, state, ...queued(id) }));
    },
    checkStore: () => store.check(),
  };
}
