import type { Account, Actor } from '../../domain/account.ts';
import type { Mailbox } from '../../domain/number.ts';
import { type ConsoleCases, pageSize, place, type UiRoute, uiRoute } from './ui-route.ts';
import { wireMine } from './wire.ts';

const number = { type: 'string', minLength: 1, maxLength: 100 } as const;

function actorOf({ id }: Account): Actor {
  return { account: id, via: 'console' };
}

/** What an account may do with its own mailboxes; the rest it does with the OP API. */
export function accountRoutes(cases: ConsoleCases): UiRoute[] {
  const { numbers, correspondence } = cases;
  return [
    uiRoute({
      who: 'account',
      method: 'GET',
      path: '/mine/numbers',
      run: ({ session: { account } }) => ({ items: mailboxes(cases, account) }),
    }),
    uiRoute({
      who: 'account',
      method: 'GET',
      path: '/mine/messages',
      query: {
        type: 'object',
        required: ['number'],
        properties: { number, peer: { type: 'string', maxLength: 64 }, before: place },
      },
      run({ session: { account }, query: { number: id, peer, before = null } }) {
        const mailbox = mailboxOf(cases, account, id);
        const wanted = { before, limit: pageSize };
        const page =
          peer === undefined
            ? correspondence.list(mailbox, { ...wanted, direction: null }, actorOf(account))
            : correspondence.conversation(mailbox, { ...wanted, peer }, actorOf(account));
        return { items: page.messages.map(wireMine), next: page.next };
      },
    }),
    uiRoute({
      who: 'account',
      method: 'POST',
      path: '/mine/messages',
      body: {
        type: 'object',
        required: ['number', 'to', 'text'],
        properties: { number, to: { type: 'string', maxLength: 40 }, text: { type: 'string', minLength: 1 } },
      },
      run: ({ session: { account }, body: { number: id, to, text } }) =>
        wireMine(correspondence.send(numbers.mailboxFor(account.id, id), account, { to, text })),
    }),
  ];
}

/** What it holds, what it rents, and what everybody shares. */
function mailboxes({ numbers }: ConsoleCases, { id }: Account) {
  const held = [...numbers.mine(id), ...numbers.rentals(id)];
  const shared = numbers.available().filter(({ offer }) => offer === 'shared');
  return [
    ...held.map(({ number: { id: of, e164 }, kind, openedAt, endsAt }) => ({
      id: of,
      e164,
      kind,
      since: openedAt,
      until: endsAt,
    })),
    ...shared.map(({ id: of, e164 }) => ({ id: of, e164, kind: 'shared', since: null, until: null })),
  ];
}

/** Throws `number.unknown` unless the account has it. */
function mailboxOf({ numbers }: ConsoleCases, account: Account, id: string): Mailbox {
  const rental = numbers.rentals(account.id).find((mailbox) => mailbox.number.id === id);
  return rental ?? numbers.mailboxFor(account.id, id);
}
