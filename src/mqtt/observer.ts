import { connectAsync, type MqttClient } from 'mqtt';

/** A plain MQTT client, as any subscriber would be one: for `demo`, the bench and tests. */
export interface Observer {
  /** Publishes at QoS 1; resolves once acknowledged. */
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

/** Subscribes and hands over each message as text. Throws when the broker cannot be reached. */
export async function observe(
  url: string,
  filters: readonly string[],
  received: (topic: string, text: string) => void,
): Promise<Observer> {
  const client: MqttClient = await connectAsync(url, { connectTimeout: 5000 });
  client.on('message', (topic, payload) => received(topic, payload.toString('utf8')));
  await client.subscribeAsync([...filters], { qos: 1 });
  return {
    publish: async (topic, payload) => void (await client.publishAsync(topic, payload, { qos: 1 })),
    close: () => client.endAsync(true),
  };
}
