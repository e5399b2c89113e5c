import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { BytePort } from '../../src/at/port.ts';
import type { GatewayError } from '../../src/errors.ts';
import { openPort } from '../../src/modem/open-port.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A listening socket and the first connection to it. */
async function listening(): Promise<{ address: string; peer: Promise<Socket> }> {
  const peer = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    cleanUps.push(() => socket.destroy());
    socket.on('error', () => undefined);
    peer.resolve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  return { address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, peer: peer.promise };
}

async function connected(): Promise<{ port: BytePort; peer: Socket }> {
  const { address, peer } = await listening();
  const port = await openPort(address);
  cleanUps.push(() => port.close());
  return { port, peer: await peer };
}

async function readToEnd(port: BytePort): Promise<{ text: string; error?: GatewayError }> {
  let text = '';
  try {
    for await (const chunk of port.bytes) text += Buffer.from(chunk).toString('latin1');
    return { text };
  } catch (error) {
    return { text, error: error as GatewayError };
  }
}

describe('a TCP port', () => {
  it('passes bytes both ways and ends when the other side does', async () => {
    const { port, peer } = await connected();
    const heard = new Promise<string>((resolve) => peer.once('data', (data) => resolve(data.toString('latin1'))));
    await port.write(Buffer.from('AT\r'));
    expect(await heard).toBe('AT\r');
    peer.end(Buffer.from('\r\nOK\xff\r\n', 'latin1'));
    expect(await readToEnd(port)).toEqual({ text: '\r\nOK\xff\r\n' });
  });

  it('ends with port.closed when the connection is reset', async () => {
    const { port, peer } = await connected();
    const end = readToEnd(port);
    peer.resetAndDestroy();
    expect((await end).error).toMatchObject({ code: 'port.closed', transient: true });
  });

  it('ends quietly when it is closed here, with what was written sent', async () => {
    const { port, peer } = await connected();
    const end = readToEnd(port);
    const heard = (async () => {
      let size = 0;
      for await (const chunk of peer) size += chunk.length;
      return size;
    })();
    const written = port.write(Buffer.alloc(8_000_000));
    await Promise.all([written, port.close(), port.close()]);
    expect(await end).toEqual({ text: '' });
    expect(await heard).toBe(8_000_000);
    await expect(port.write(Buffer.from('AT\r'))).rejects.toMatchObject({ code: 'port.closed' });
  });

  it('where nobody listens is port.missing with a hint', async () => {
    const { address } = await listening();
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    await expect(openPort(address)).rejects.toMatchObject({
      code: 'port.missing',
      hint: expect.stringMatching(/ser2net/),
    });
  });

  it.each(['tcp://', 'tcp://host', 'tcp://host:0', 'tcp://host:99999'])('refuses the address %s', async (address) => {
    await expect(openPort(address)).rejects.toMatchObject({ code: 'port.failed' });
  });
});
