import { isoTime } from '../clock.ts';
import { dataFolder } from '../config/data-folder.ts';
import { type ListedMessage, listMessages } from '../store/listing.ts';
import type { CliContext } from './context.ts';
import type { MessagesOptions } from './options.ts';

/** Lists stored messages straight from the database, newest first; the daemon need not run. */
export function messagesCommand(options: MessagesOptions, context: CliContext): Promise<void> {
  const folder = dataFolder(options.data, context.env);
  const messages = listMessages(folder, {
    limit: options.limit,
    ...(options.modem === undefined ? {} : { modem: options.modem }),
  });
  if (options.json === true) context.stdout(`${JSON.stringify(messages.map(asJson))}\n`);
  else if (messages.length === 0) context.stdout('no messages yet\n');
  else context.stdout(messages.map(asText).join(''));
  return Promise.resolve();
}

function asJson(message: ListedMessage): object {
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
    ...(message.otp === null ? {} : { otp: message.otp }),
  };
}

function asText(message: ListedMessage): string {
  const arrow = message.direction === 'in' ? '<-' : '->';
  const facts = [message.status, message.otp === null ? null : `code ${message.otp.code}`].filter(
    (fact) => fact !== null,
  );
  const note = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `${isoTime(message.createdAt)} ${message.modem} ${arrow} ${message.peer}${note}\n    ${message.text.replaceAll('\n', '\n    ')}\n`;
}
