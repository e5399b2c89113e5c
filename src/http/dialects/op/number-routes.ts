import type { Account, Actor } from '../../../domain/account.ts';
import type { Mailbox, PoolNumber } from '../../../domain/number.ts';
import { type Apis, type Route, route } from '../../dialect.ts';
import { consoleLimit } from './limits.ts';
import { availableNumbers, idParams, leasedNumber, leasedNumbers, releasedNumber } from './schemas.ts';
import { wireTime } from './wire.ts';

const common = { tag: 'Numbers', auth: 'session', limit: consoleLimit } as const;

export function actorOf(account: Account): Actor {
  return { account: account.id, via: 'op' };
}

/** The pool and one's leases: `/console/numbers`. */
export function numberRoutes({ numbers, clock }: Apis): Route[] {
  return [
    route({
      ...common,
      id: 'listAvailableNumbers',
      method: 'GET',
      path: '/console/numbers/available',
      summary: 'Shared numbers, and those that can be leased now',
      answer: availableNumbers,
      errors: [],
      run: () => ({ numbers: numbers.available().map(wireNumber) }),
    }),
    route({
      ...common,
      id: 'listMyNumbers',
      method: 'GET',
      path: '/console/numbers/mine',
      summary: 'The numbers you lease',
      answer: leasedNumbers,
      errors: [],
      run: ({ caller }) => ({ numbers: numbers.mine(caller.account.id).map(wireLease) }),
    }),
    route({
      ...common,
      id: 'leaseNumber',
      method: 'POST',
      path: '/console/numbers/{id}/lease',
      summary: 'Lease a number for yourself alone',
      description: 'For paid accounts. The one that holds it keeps it until it gives it back.',
      params: idParams,
      answer: leasedNumber,
      errors: ['number.unknown', 'number.unavailable', 'account.paid_required'],
      run: ({ caller: { account }, params }) => wireLease(numbers.lease(account, params.id, actorOf(account))),
    }),
    route({
      ...common,
      id: 'releaseLease',
      method: 'POST',
      path: '/console/numbers/{id}/release',
      summary: 'Give a leased number back',
      description: 'Its API keys and its webhook end with the lease, and so does the sight of its messages.',
      params: idParams,
      answer: releasedNumber,
      errors: ['number.unknown'],
      run({ caller: { account }, params }) {
        const { number, closedAt } = numbers.release(account.id, params.id, actorOf(account));
        return { ...wireNumber(number), released_at: wireTime(closedAt ?? clock.now()) };
      },
    }),
  ];
}

function wireNumber({ id, e164, region }: PoolNumber) {
  return { id, e164, region };
}

function wireLease({ number, openedAt }: Mailbox) {
  return { ...wireNumber(number), leased_at: wireTime(openedAt) };
}
