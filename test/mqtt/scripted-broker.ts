import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What a scripted broker saw: the type nibble of the packet and all its octets in hex. */
export interface Seen {
  readonly type: number;
  readonly hex: string;
  /** The packet identifier of a QoS 1 PUBLISH or of a SUBSCRIBE, in hex. */
  readonly id: string;
}

export interface ScriptedBroker {
  readonly url: string;
  readonly seen: Seen[];
  connections(): number;
  close(): Promise<void>;
}

/** A TCP server that answers each MQTT packet with the octets that `answer` gives; null closes the connection. */
export async function scriptedBroker(
  answer: (packet: Seen, connection: number) => string | null | Promise<string>,
): Promise<ScriptedBroker> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = packetEnd(rest); end !== null; end = packetEnd(rest)) {
        const packet = seenOf(rest.subarray(0, end));
        rest = rest.subarray(end);
        seen.push(packet);
        Promise.resolve(answer(packet, connection)).then((reply) => {
          if (reply === null) socket.destroy();
          else socket.write(Buffer.from(reply.replaceAll(' ', ''), 'hex'));
        });
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    seen,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function packetEnd(data: Buffer): number | null {
  let length = 0;
  for (let at = 1; at < Math.min(data.length, 5); at += 1) {
    const octet = data[at] ?? 0;
    length += (octet & 0x7f) * 0x80 ** (at - 1);
    if (octet < 0x80) return at + 1 + length <= data.length ? at + 1 + length : null;
  }
  return null;
}

function seenOf(packet: Buffer): Seen {
  const type = (packet[0] ?? 0) >> 4;
  let at = 1;
  while ((packet[at] ?? 0) >= 0x80) at += 1;
  at += 1;
  if (type === 3) at += 2 + packet.readUInt16BE(at);
  return { type, hex: packet.toString('hex'), id: packet.subarray(at, at + 2).toString('hex') };
}

export const connect = 1;
export const publish = 3;
export const subscribe = 8;

/** The usual answers of MQTT 5. */
export function usual(packet: Seen): string {
  if (packet.type === connect) return '20 03 00 00 00';
  if (packet.type === subscribe) return `90 06 ${packet.id} 00 01 01 00`;
  return packet.type === publish ? `40 02 ${packet.id}` : '';
}
