import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt';
import { undocumented } from '../mqtt/document-check.ts';
import type { Cleanup } from './processes.ts';

export interface Received {
  readonly topic: string;
  readonly payload: Record<string, unknown>;
  readonly packet: IPublishPacket;
}

export interface Subscriber {
  readonly client: MqttClient;
  readonly received: Received[];
  /** Events of one type, in the order they came. */
  events(type: string): Record<string, unknown>[];
}

/**
 * A subscriber as it should be: MQTT 5, a session that outlives the broker and itself, QoS 1. The clean-up throws where
 * something was published that the document of the topics does not have.
 */
export async function subscribe(url: string, filters: readonly string[], cleanup: Cleanup): Promise<Subscriber> {
  const client = await connectAsync(url, {
    protocolVersion: 5,
    clientId: `test-${process.pid}-${Math.random().toString(36).slice(2)}`,
    clean: false,
    reconnectPeriod: 100,
    properties: { sessionExpiryInterval: 3600 },
  });
  // The broker is stopped on purpose.
  client.on('error', () => {});
  cleanup.add(() => client.endAsync(true));
  const received: Received[] = [];
  const faults: string[] = [];
  cleanup.add(() => {
    if (faults.length > 0) throw new Error(`published against the document:\n${faults.join('\n')}`);
  });
  client.on('message', (topic, payload, packet) => {
    const text = payload.toString('utf8');
    const fault = undocumented(packet);
    if (fault !== null) faults.push(fault);
    received.push({
      topic,
      packet,
      payload: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
    });
  });
  await client.subscribeAsync([...filters], { qos: 1 });
  return {
    client,
    received,
    events: (type) => received.map(({ payload }) => payload).filter(({ event_type }) => event_type === type),
  };
}
