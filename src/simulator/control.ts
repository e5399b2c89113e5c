import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { asGatewayError, GatewayError } from '../errors.ts';
import { answerControl, type ControlRequest, parseControlRequest, type SimulatorState } from './control-request.ts';
import type { Fault, SentPdu, Simulator } from './simulator.ts';

const longestLine = 1024 * 1024;

/** Serves one request a line, one reply a line, until `close`. Throws `port.busy` where another process serves this socket. */
export async function serveControl(
  socketPath: string,
  simulators: readonly Simulator[],
): Promise<{ close(): Promise<void> }> {
  await removeStale(socketPath);
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    readLines(client, (line) => client.write(`${JSON.stringify(reply(simulators, line))}\n`));
  });
  await listen(server, socketPath);
  return {
    async close() {
      for (const client of clients) client.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

type ControlReply<T> =
  | { readonly ok: true; readonly result: T }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

function reply(simulators: readonly Simulator[], line: string): ControlReply<unknown> {
  try {
    return { ok: true, result: answerControl(simulators, parseControlRequest(line)) ?? null };
  } catch (thrown) {
    const { code, message } = asGatewayError(thrown);
    return { ok: false, error: { code, message } };
  }
}

/** A client of the control socket. Each call throws what the simulator threw, or `daemon.unreachable` once the socket is gone. */
export interface SimulatorControl {
  request(request: ControlRequest): Promise<unknown>;
  /** Indices of the parts; -1 for those that wait. */
  inject(modem: number, from: string, text: string): Promise<number[]>;
  injectPdu(modem: number, pdu: string, storage?: 'SM' | 'ME'): Promise<number>;
  fault(modem: number, fault: Fault): Promise<void>;
  sent(modem: number, from?: number): Promise<SentPdu[]>;
  state(modem: number): Promise<SimulatorState>;
  close(): void;
}

/** Connects to `simulate`'s control socket. Throws `daemon.unreachable`. */
export async function controlSimulator(socketPath: string): Promise<SimulatorControl> {
  const socket = connect(socketPath);
  await once(socket, 'connect').catch((cause: unknown) => {
    throw new GatewayError('daemon.unreachable', 'no simulator serves this socket', { cause });
  });
  const waiting: { resolve(line: string): void; reject(error: GatewayError): void }[] = [];
  readLines(socket, (line) => waiting.shift()?.resolve(line));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new GatewayError('daemon.unreachable', 'the simulator is gone'));
  });
  const ask = async <T>(request: ControlRequest): Promise<T> => {
    if (socket.destroyed) throw new GatewayError('daemon.unreachable', 'the simulator is gone');
    const answered = new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }));
    socket.write(`${JSON.stringify(request)}\n`);
    const answer: ControlReply<T> = JSON.parse(await answered);
    if (!answer.ok) throw new GatewayError('command.invalid', `${answer.error.code}: ${answer.error.message}`);
    return answer.result;
  };
  return {
    request: ask,
    inject: (modem, from, text) => ask({ op: 'inject', modem, from, text }),
    injectPdu: (modem, pdu, storage) =>
      ask({ op: 'inject_pdu', modem, pdu, ...(storage === undefined ? {} : { storage }) }),
    fault: (modem, fault) => ask({ op: 'fault', modem, fault }),
    sent: (modem, from = 0) => ask({ op: 'sent', modem, from }),
    state: (modem) => ask({ op: 'state', modem }),
    close: () => socket.destroy(),
  };
}

function readLines(socket: Socket, each: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') each(line);
    if (rest.length > longestLine) socket.destroy();
  });
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => done());
  });
}

/** A socket file whose server died stays behind and would make `listen` fail. */
async function removeStale(path: string): Promise<void> {
  const probe = connect(path);
  const error = await once(probe, 'connect').then(
    () => null,
    (thrown: unknown) => thrown,
  );
  probe.destroy();
  if (error === null) throw new GatewayError('port.busy', 'another simulator serves this control socket');
  const stale = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  if (stale) unlinkSync(path);
}
