import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { BytePort } from '../../src/at/port.ts';
import { openSession } from '../../src/at/session.ts';
import type { GatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { openPort } from '../../src/modem/open-port.ts';
import { openSerialPort } from '../../src/modem/serial-port.ts';
import { openPtyLine, type PtyLine } from '../../src/simulator/pty-line.ts';
import { tempFolder } from '../temp-folder.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A pseudo-terminal; `answer` gets what is written into its other end. */
async function pty(answer: (data: Buffer, line: PtyLine) => void = () => undefined): Promise<PtyLine> {
  const line: PtyLine = await openPtyLine((data) => answer(Buffer.from(data), line));
  cleanUps.push(() => line.close());
  return line;
}

async function opened(path: string): Promise<BytePort> {
  const port = await openSerialPort(path);
  cleanUps.push(() => port.close());
  return port;
}

/** The first `size` bytes. */
async function readSome(port: BytePort, size: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of port.bytes) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= size) break;
  }
  return bytes;
}

async function readToEnd(port: BytePort): Promise<'ended' | GatewayError> {
  try {
    for await (const chunk of port.bytes) void chunk;
    return 'ended';
  } catch (error) {
    return error as GatewayError;
  }
}

describe('a serial port', () => {
  it('passes every byte value both ways unchanged', async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    const received = Promise.withResolvers<Buffer>();
    let bytes = Buffer.alloc(0);
    const line = await pty((data) => {
      bytes = Buffer.concat([bytes, data]);
      if (bytes.length === all.length) received.resolve(bytes);
    });
    const port = await opened(line.path);
    await port.write(all);
    expect(await received.promise).toEqual(all);
    line.write(all);
    expect(await readSome(port, all.length)).toEqual(all);
  });

  it('keeps writes in order', async () => {
    const received = Promise.withResolvers<string>();
    let text = '';
    const line = await pty((data) => {
      text += data.toString('latin1');
      if (text.endsWith('end')) received.resolve(text);
    });
    const port = await opened(line.path);
    const words = Array.from({ length: 50 }, (_, index) => `${index} `);
    await Promise.all([...words, 'end'].map((word) => port.write(Buffer.from(word))));
    expect(await received.promise).toBe(`${words.join('')}end`);
  });

  it('carries a session over a symbolic link', async () => {
    const line = await pty((data, pty) => {
      if (data.includes('AT+CSQ\r')) pty.write(Buffer.from('AT+CSQ\r\r\n+CSQ: 17,99\r\n\r\nOK\r\n'));
    });
    const link = join(tempFolder(), 'modem0');
    symlinkSync(line.path, link);
    const session = openSession(await openPort(link), {
      unsolicited: [],
      onUnsolicited: () => undefined,
      log: createLogger({ write: () => undefined }),
    });
    cleanUps.push(() => session.close());
    const reply = session.run({ line: 'AT+CSQ', owns: /^\+CSQ:/, timeout: 5_000, parse: (info) => info });
    expect(await reply).toEqual(['+CSQ: 17,99']);
  });

  it('ends with port.closed when the device goes away, and refuses to write', async () => {
    const line = await pty();
    const port = await opened(line.path);
    const end = readToEnd(port);
    await delay(50);
    line.close();
    expect(await end).toMatchObject({ code: 'port.closed', transient: true });
    await expect(port.write(Buffer.from('AT\r'))).rejects.toMatchObject({ code: 'port.closed' });
    await port.close();
  });

  it('ends when the device goes away right behind its last bytes', async () => {
    const line = await pty();
    const port = await opened(line.path);
    const end = readToEnd(port);
    line.write(Buffer.from('\r\nPOWERED DOWN\r\n'));
    line.close();
    expect(await end).toMatchObject({ code: 'port.closed' });
  });

  it('ends quietly when it is closed here, also when that is done twice', async () => {
    const line = await pty();
    const port = await opened(line.path);
    const end = readToEnd(port);
    await delay(20);
    await Promise.all([port.close(), port.close()]);
    expect(await end).toBe('ended');
    await expect(port.write(Buffer.from('AT\r'))).rejects.toMatchObject({ code: 'port.closed' });
  });

  it('can be opened again once it is closed, and not before', async () => {
    const line = await pty();
    const port = await opened(line.path);
    await expect(openSerialPort(line.path)).rejects.toMatchObject({ code: 'port.busy' });
    await port.close();
    const again = await opened(line.path);
    line.write(Buffer.from('OK\r\n'));
    expect((await readSome(again, 4)).toString()).toBe('OK\r\n');
  });

  it('that is not there is port.missing, and a file that is none is port.failed', async () => {
    const folder = tempFolder();
    await expect(openSerialPort(join(folder, 'ttyUSB2'))).rejects.toMatchObject({ code: 'port.missing' });
    writeFileSync(join(folder, 'file'), '');
    await expect(openSerialPort(join(folder, 'file'))).rejects.toMatchObject({ code: 'port.failed' });
  });
});
