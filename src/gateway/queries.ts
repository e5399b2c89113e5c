import type { GatewayView } from '../domain/gateway-view.ts';
import type { ModemId } from '../domain/message.ts';
import type { Modem } from '../modem/modem.ts';
import type { Store } from '../store/store.ts';

export interface ViewOptions {
  readonly gateway: string;
  readonly version: string;
  readonly boot: string;
  readonly store: Store;
  readonly modems: ReadonlyMap<ModemId, Modem>;
}

/** What edges may show of the gateway. */
export function createGatewayView({ gateway, version, boot, store, modems }: ViewOptions): GatewayView {
  return {
    gateway,
    version,
    boot,
    lastSeq: () => store.events.lastSeq(),
    modems: () => [...modems.values()].map(({ id, state }) => ({ id, state, queued: store.outbox.queued(id) })),
    checkStore: () => store.check(),
  };
}
