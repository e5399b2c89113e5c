import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it came. */
export interface Arrived {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface Endpoint {
  readonly url: string;
  readonly port: number;
  readonly arrived: Arrived[];
  /** What it answers from now on. */
  answer: (request: Arrived, response: ServerResponse) => void;
}

/** Somebody's server on loopback. */
export async function openEndpoint(status = 200): Promise<Endpoint> {
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url: path = '', method = '', headers, rawHeaders } = request;
    const arrived = { path, method, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') };
    endpoint.arrived.push(arrived);
    endpoint.answer(arrived, response);
  };
  const port = await listening(createServer(listener));
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${port}/sms`,
    port,
    arrived: [],
    answer: (_, response) => response.writeHead(status).end(),
  };
  return endpoint;
}

export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
