import { createServer, type Server, type Socket } from 'node:net';
import type { Aedes } from 'aedes';
import type { Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { boundQueues } from './broker-queues.ts';
import { limitPackets } from './packet-limit.ts';

/** A broker in this process. It speaks MQTT 3.1.1 and keeps everything in memory. */
export interface Broker {
  readonly url: string;
  close(): Promise<void>;
}

const largestPacket = 1_048_576;
const mostConnections = 128;
/** A subscriber that takes nothing for so long is cut off: others wait for it. */
const drainTimeout: Ms = 5_000;

/** Listens on `host:port` (port 0: any). Throws `mqtt.refused` when that cannot be had. */
export async function startBroker(listen: string, log: Logger): Promise<Broker> {
  const { Aedes } = await import('aedes');
  const aedes = await Aedes.createBroker({
    drainTimeout,
    maxClientsIdLength: 128,
    // MQTT 3.1.1 knows no retain-as-published, but its bridges have it; without it a gateway could not tell a retained command.
    preConnect(_client, packet, done) {
      if (packet.clientId?.startsWith('sim2mqtt-') === true) Object.assign(packet, { bridgeMode: true });
      done(null, true);
    },
  });
  boundQueues(aedes, log);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
    limitPackets(socket, largestPacket, () => socket.destroy());
  });
  server.maxConnections = mostConnections;
  aedes.on('clientError', (client, error) => log.debug({ client: client.id, err: error }, 'an MQTT client failed'));
  aedes.on('connectionError', (_client, error) => log.debug({ err: error }, 'an MQTT connection failed'));
  try {
    const url = await listening(server, listen);
    log.info({ url }, 'the embedded MQTT broker listens');
    return { url, close: () => shutDown(aedes, server, sockets) };
  } catch (error) {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    throw error;
  }
}

function listening(server: Server, listen: string): Promise<string> {
  const at = listen.lastIndexOf(':');
  const host = listen.slice(0, at).replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const hint = 'Is another broker running there? Then set mqtt.url to it, or choose another mqtt.listen.';
      reject(new GatewayError('mqtt.refused', `The embedded MQTT broker cannot listen on ${listen}.`, { hint, cause }));
    });
    server.listen({ host, port: Number(listen.slice(at + 1)) }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve(`mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`);
    });
  });
}

async function shutDown(aedes: Aedes, server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
  await new Promise<void>((resolve) => aedes.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await stopped;
}
