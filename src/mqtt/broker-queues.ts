import type { Aedes, AedesPublishPacket } from 'aedes';
import type { Logger } from '../log.ts';

/** The part of the broker's store that grows with what clients send. */
interface Persistence {
  outgoingEnqueueCombi(subs: readonly { readonly clientId: string }[], packet: AedesPublishPacket): Promise<void>;
  outgoingClearMessageId(client: { readonly id: string }, packet: AedesPublishPacket): Promise<unknown>;
  storeRetained(packet: AedesPublishPacket): Promise<void>;
}

const mostQueuedForOne = 1_000;
const mostQueued = 10_000;
const mostRetained = 10_000;

/** Bounds what the broker keeps for clients that are away, and how many topics it retains. What is too much is dropped. */
export function boundQueues(broker: Aedes, log: Logger): void {
  const { persistence } = broker as Aedes & { readonly persistence: Persistence };
  boundOutgoing(persistence, log);
  const topics = new Set<string>();
  const store = persistence.storeRetained.bind(persistence);
  persistence.storeRetained = async (packet) => {
    if (packet.payload.length === 0) topics.delete(packet.topic);
    else if (topics.size < mostRetained) topics.add(packet.topic);
    else if (!topics.has(packet.topic)) return;
    await store(packet);
  };
}

function boundOutgoing(persistence: Persistence, log: Logger): void {
  const queued = new Map<string, number>();
  let all = 0;
  const count = (id: string, by: 1 | -1) => {
    const next = (queued.get(id) ?? 0) + by;
    if (next > 0) queued.set(id, next);
    else queued.delete(id);
    all += by;
  };
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence);
  persistence.outgoingEnqueueCombi = async (subs, packet) => {
    const kept = subs.filter(({ clientId }) => {
      const room = (queued.get(clientId) ?? 0) < mostQueuedForOne && all < mostQueued;
      if (room) count(clientId, 1);
      else log.debug({ client: clientId }, 'a message for an MQTT client that is away was dropped');
      return room;
    });
    await enqueue(kept, packet);
  };
  const clear = persistence.outgoingClearMessageId.bind(persistence);
  persistence.outgoingClearMessageId = async (client, packet) => {
    const cleared = await clear(client, packet);
    if (cleared !== undefined) count(client.id, -1);
    return cleared;
  };
}
