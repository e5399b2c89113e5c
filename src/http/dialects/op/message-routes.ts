import type { Mailbox } from '../../../domain/number.ts';
import { GatewayError } from '../../../errors.ts';
import { type Apis, type KeyHolder, type Route, route } from '../../dialect.ts';
import { refusal } from '../../vouching.ts';
import { readLimit, sendLimit } from './limits.ts';
import { wireMessage } from './message.ts';
import { actorOf } from './number-routes.ts';
import { idParams, keyNumber, message, messageBody, messageQuery, messages } from './schemas.ts';
import { cursorOf, parseCursor } from './wire.ts';

const common = { tag: 'Messages', auth: 'key' } as const;

/** What a key is for: `/v1`. */
export function messageRoutes(apis: Apis): Route[] {
  return [number(apis), send(apis), list(apis), get(apis)];
}

/** Throws `account.unauthenticated` for the key of a lease that is over. */
function mailboxOf({ numbers }: Apis, { key }: KeyHolder): Mailbox {
  const mailbox = key.mailbox === null ? undefined : numbers.openMailbox(key.mailbox);
  if (mailbox === undefined) throw refusal('The number of this API key is yours no longer.');
  return mailbox;
}

function number(apis: Apis): Route {
  return route({
    ...common,
    id: 'getNumber',
    method: 'GET',
    path: '/v1/number',
    summary: 'The number behind your key',
    limit: readLimit,
    answer: keyNumber,
    errors: [],
    run({ caller }) {
      const { id, e164, region } = mailboxOf(apis, caller).number;
      return { id, e164, region, tier: caller.account.tier };
    },
  });
}

function send(apis: Apis): Route {
  const { accounts, correspondence, clock } = apis;
  return route({
    ...common,
    id: 'sendMessage',
    method: 'POST',
    path: '/v1/messages',
    summary: 'Send an SMS from your number',
    description:
      'Answers as soon as it is queued, and it is sent at most once. Beside the limits of the key, the account has a daily cap by its tier (UTC days); a refused request takes nothing of it.',
    limit: sendLimit,
    body: messageBody,
    answer: message,
    errors: [
      'phone.invalid',
      'message.too_long',
      'message.to_self',
      'message.to_pool',
      'number.unknown',
      'sms.unencodable',
      'sms.too_long',
      'sms.bad_address',
    ],
    fields: { 'phone.invalid': 'to' },
    cap: ({ account }) => accounts.sendAllowance(account, clock.now()),
    run: ({ caller, body }) =>
      wireMessage(correspondence.send(mailboxOf(apis, caller), caller.account, { to: body.to, text: body.body })),
  });
}

function list(apis: Apis): Route {
  return route({
    ...common,
    id: 'listMessages',
    method: 'GET',
    path: '/v1/messages',
    summary: 'Your messages, newest first',
    limit: readLimit,
    query: messageQuery,
    answer: messages,
    errors: [],
    run({ caller, query: { direction, cursor, limit = 20 } }) {
      const page = apis.correspondence.list(
        mailboxOf(apis, caller),
        { direction: direction === undefined ? null : sides[direction], before: placeOf(cursor), limit },
        actorOf(caller.account),
      );
      return { data: page.messages.map(wireMessage), next_cursor: page.next === null ? null : cursorOf(page.next) };
    },
  });
}

const sides = { inbound: 'in', outbound: 'out' } as const;

function placeOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const place = parseCursor(cursor);
  if (place !== null) return place;
  throw new GatewayError('command.invalid', 'cursor is none of ours', { details: { field: 'cursor' } });
}

function get(apis: Apis): Route {
  return route({
    ...common,
    id: 'getMessage',
    method: 'GET',
    path: '/v1/messages/{id}',
    summary: 'One message, and what became of it',
    limit: readLimit,
    params: idParams,
    answer: message,
    errors: ['message.unknown'],
    run: ({ caller, params }) =>
      wireMessage(apis.correspondence.get(mailboxOf(apis, caller), params.id, actorOf(caller.account))),
  });
}
