import { join } from 'node:path';
import { dataFolder } from '../config/data-folder.ts';
import { GatewayError } from '../errors.ts';
import type { CliContext } from './context.ts';
import { callDaemon } from './control-client.ts';
import type { SendOptions } from './options.ts';

/** Queues a message in the running daemon. Throws `daemon.unreachable` or what the daemon answered. */
export async function sendCommand(options: SendOptions, context: CliContext): Promise<void> {
  const socket = join(dataFolder(options.data, context.env), 'control.sock');
  const body = { to: options.to, text: options.text };
  const reply = await callDaemon(socket, { name: 'send', modem: options.modem ?? null, body }, context.signal);
  if (!reply.ok) throw new GatewayError(reply.error.code, reply.error.message, { transient: reply.error.retryable });
  const { message_id, segments, modem } = reply.result;
  if (options.json === true) context.stdout(`${JSON.stringify(reply.result)}\n`);
  else context.stdout(`queued ${String(message_id)} on ${String(modem)} (${String(segments)} segments)\n`);
}
