import { mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import type { Ms } from '../clock.ts';
import type { CommandPort, CommandReply, CommandRequest } from '../domain/command.ts';
import { asGatewayError, GatewayError } from '../errors.ts';

export interface ControlOptions {
  /** `<data>/control.sock`. */
  readonly path: string;
  readonly commands: CommandPort;
}

export interface ControlServer {
  close(): Promise<void>;
}

const maxBody = 1024 * 1024;
const lastReplies: Ms = 500;
/** Linux, sun_path with its final zero (unix(7)). */
const maxPathBytes = 107;

/**
 * The daemon's own socket for the command line: `POST /command` {name, modem, body} → `CommandReply`. Only this user
 * may use it. Throws `store.locked` where another daemon answers there; the socket of a dead one is replaced.
 */
export async function startControl(options: ControlOptions): Promise<ControlServer> {
  const { path } = options;
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new GatewayError(
      'listen.failed',
      `the path of the control socket is longer than ${maxPathBytes} bytes: ${path}`,
      {
        hint: 'choose a shorter data folder',
      },
    );
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await isAnswered(path)) {
    throw new GatewayError('store.locked', 'another daemon runs on this data folder', {
      hint: 'stop it, or give this one a folder of its own with --data',
    });
  }
  await rm(path, { force: true });
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(request, response, options.commands).catch(() => response.destroy());
  });
  await listen(server, path);
  return { close: () => close(server) };
}

async function listen(server: Server, path: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // The socket is made within this call, 0600 by the mask: a chmod afterwards would leave it open to all for a moment.
      const mask = process.umask(0o177);
      server.listen({ path }, resolve);
      process.umask(mask);
    });
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    throw new GatewayError('listen.failed', `the control socket cannot be made: ${cause.code} ${path}`, { cause });
  }
}

/** Whether a daemon listens there: the socket of a dead one refuses. */
export function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Who still waits for a reply gets it if it comes soon; who does not even finish a request is cut off. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), lastReplies);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, commands: CommandPort): Promise<void> {
  if (request.method !== 'POST' || request.url !== '/command') {
    return reply(response, 404, refusal('command.unknown', 'only POST /command is answered here'));
  }
  const body = await readBody(request);
  const command = body === null ? null : asRequest(body);
  if (command === null) {
    return reply(response, 400, refusal('command.invalid', 'the body must be JSON: {name, modem, body}'));
  }
  try {
    reply(response, 200, await commands.run(command).reply);
  } catch (error) {
    const { code, message, transient } = asGatewayError(error);
    reply(response, 500, { ok: false, id: null, error: { code, message, retryable: transient } });
  }
}

function reply(response: ServerResponse, status: number, body: CommandReply): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}

function refusal(code: 'command.unknown' | 'command.invalid', message: string): CommandReply {
  return { ok: false, id: null, error: { code, message, retryable: false } };
}

/** Null where it is longer than `maxBody`. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBody) chunks.push(chunk);
  }
  return size > maxBody ? null : Buffer.concat(chunks).toString('utf8');
}

function asRequest(text: string): CommandRequest | null {
  try {
    const { name, modem = null, body } = JSON.parse(text) as Record<string, unknown>;
    if (typeof name !== 'string' || (modem !== null && typeof modem !== 'string')) return null;
    return { name, modem, body, notAfter: null };
  } catch {
    return null;
  }
}
