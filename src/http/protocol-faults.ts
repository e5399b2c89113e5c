import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../domain/network-address.ts';
import { addressLimit, noSuchRoute } from './admission.ts';
import type { AnswerFault } from './faults.ts';
import type { Limiter } from './limiter.ts';
import { rateHeaders, showStanding } from './visit.ts';

/** A path that cannot be decoded, or a part of it that is too long: nothing is there. */
export async function refusePath(
  limiter: Limiter,
  answer: AnswerFault,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  let fault: unknown = noSuchRoute(request);
  try {
    showStanding(reply, (await limiter.spend(addressLimit, networkOf(request.ip))).standings);
  } catch (refusal) {
    fault = refusal;
  }
  await answer(fault, request, reply);
}

const statuses: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** What came is no HTTP, too much, or too slow: the last words on this connection. */
export async function refuseBytes(limiter: Limiter, error: NodeJS.ErrnoException, socket: Socket): Promise<void> {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const status = statuses[error.code ?? ''] ?? 400;
  const standings = await limiter.look(addressLimit, networkOf(socket.remoteAddress ?? ''));
  const body = '{"error":{"code":"validation_error","message":"the request is no HTTP that can be read"}}';
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...rateHeaders(standings),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
