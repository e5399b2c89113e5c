import { join } from 'node:path';
import { isoTime } from '../clock.ts';
import { dataFolder } from '../config/data-folder.ts';
import type { CommandResults } from '../domain/command-result.ts';
import { type ListedMessage, listMessages } from '../store/listing.ts';
import type { CliContext } from './context.ts';
import { callDaemon } from './control-client.ts';
import type { MessagesOptions } from './options.ts';

/** Lists stored messages straight from the database, newest first; the daemon need not run. */
export async function messagesCommand(options: MessagesOptions, context: CliContext): Promise<void> {
  const folder = dataFolder(options.data, context.env);
  const messages = listMessages(folder, {
    limit: options.limit,
    ...(options.modem === undefined ? {} : { modem: options.modem }),
  });
  const waits = messages.some(({ status }) => status === 'queued') ? await askWhy(folder, context) : new Map();
  if (options.json === true)
    context.stdout(`${JSON.stringify(messages.map((message) => asJson(message, waits.get(message.id))))}\n`);
  else if (messages.length === 0) context.stdout('no messages yet\n');
  else context.stdout(messages.map((message) => asText(message, waits.get(message.id))).join(''));
}

interface Wait {
  readonly queued_reason: string;
  readonly retry_at: string | null;
}

/** Why messages wait, as the running daemon says; nothing where none runs. */
async function askWhy(folder: string, { signal }: CliContext): Promise<ReadonlyMap<string, Wait>> {
  const request = { name: 'queue', modem: null, body: { limit: 1000 } };
  const reply = await callDaemon(join(folder, 'control.sock'), request, signal).catch(() => null);
  if (reply?.ok !== true) return new Map();
  const { waiting } = reply.result as CommandResults['queue'];
  return new Map(waiting.map((one) => [one.message_id, one]));
}

function asJson(message: ListedMessage, wait: Wait | undefined): object {
  const inbound = message.direction === 'in';
  return {
    id: message.id,
    direction: inbound ? 'inbound' : 'outbound',
    modem: message.modem,
    from: inbound ? message.peer : message.number,
    to: inbound ? message.number : message.peer,
    text: message.text,
    parts: message.parts,
    encoding: message.encoding,
    time: isoTime(message.createdAt),
    ...(inbound ? { smsc_time: message.smscTime, partial: message.partial } : { status: message.status }),
    ...(wait === undefined ? {} : { queued_reason: wait.queued_reason, retry_at: wait.retry_at }),
    ...(message.otp === null ? {} : { otp: message.otp }),
  };
}

function asText(message: ListedMessage, wait: Wait | undefined): string {
  const arrow = message.direction === 'in' ? '<-' : '->';
  const until = wait?.retry_at == null ? '' : ` until ${wait.retry_at}`;
  const why = wait === undefined ? null : `${wait.queued_reason}${until}`;
  const facts = [message.status, why, message.otp === null ? null : `code ${message.otp.code}`].filter(
    (fact) => fact !== null,
  );
  const note = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `${isoTime(message.createdAt)} ${message.modem} ${arrow} ${message.peer}${note}\n    ${message.text.replaceAll('\n', '\n    ')}\n`;
}
