import type { Account, Actor } from '../../../domain/account.ts';
import type { Mailbox } from '../../../domain/number.ts';
import type { WaitOutcome } from '../../../numbers/numbers.ts';
import { type Apis, type KeyHolder, type Route, route } from '../../dialect.ts';
import type { Limit } from '../../limiter.ts';
import { messages, numberParams, released, rentals, rentBody, rented, waitAnswer, waitBody } from './schemas.ts';
import { pathNumber, wireMessage, wireRental, wireSeconds, wireTime } from './wire.ts';

/** The document names none: enough for an agent with a thousand waits, little enough for a loop gone wild. */
const keyLimit: Limit = { per: 'key', windows: [{ points: 3000, seconds: 60 }] };
const common = { tag: 'Rentals', auth: 'key', limit: keyLimit } as const;
/** More than a rental receives; all of it is one answer. */
const mostMessages = 1000;

/** Rent, wait, read, release. */
export function numberRoutes(apis: Apis): Route[] {
  return [rent(apis), list(apis), wait(apis), read(apis), release(apis)];
}

function actorOf({ id }: Account): Actor {
  return { account: id, via: 'agent-otp' };
}

function rentalOf({ numbers }: Apis, { account }: KeyHolder, { number }: { readonly number: string }): Mailbox {
  return numbers.rental(account.id, pathNumber(number));
}

function rent({ numbers }: Apis): Route {
  return route({
    ...common,
    id: 'rentNumber',
    method: 'POST',
    path: '/api/v1/numbers/rent',
    summary: 'Rent a number for a while',
    description: 'It is yours alone until it expires or you release it; what comes to it later is for the next one.',
    body: rentBody,
    answer: rented,
    errors: ['quota.exceeded', 'number.none_in_country', 'number.all_taken'],
    run({ caller: { account }, body }) {
      const { country, timeout_seconds = 300 } = body ?? {};
      const wanted = { country: country ?? null, duration: timeout_seconds * 1000 };
      const data = wireRental(numbers.rent(account, wanted, actorOf(account)));
      return { success: true, message: 'Number rented successfully', data } as const;
    },
  });
}

function list({ numbers }: Apis): Route {
  return route({
    ...common,
    id: 'listRentals',
    method: 'GET',
    path: '/api/v1/numbers',
    summary: 'Your live rentals',
    description: 'For an agent that has lost its memory: the numbers are still yours.',
    answer: rentals,
    errors: [],
    run: ({ caller }) => ({ success: true, data: numbers.rentals(caller.account.id).map(wireRental) }) as const,
  });
}

function wait(apis: Apis): Route {
  return route({
    ...common,
    id: 'waitForOtp',
    method: 'POST',
    path: '/api/v1/numbers/{number}/wait-for-otp',
    summary: 'Wait for a one-time code',
    description:
      'Answers at once with a code that came since the rental began and that no earlier wait gave out; else with the next one. When the time or the rental is over, the answer is 200 with "success": false.',
    params: numberParams,
    body: waitBody,
    answer: waitAnswer,
    errors: ['rental.unknown'],
    async run({ caller, params, body, signal }) {
      const { timeout_seconds = 120, expected_sender = null } = body ?? {};
      const rental = rentalOf(apis, caller, params);
      const outcome = await waitFor(apis, rental, { timeout: timeout_seconds * 1000, sender: expected_sender }, signal);
      if (outcome.is === 'timeout') return inVain(outcome);
      // Read as any other message, so that the audit trail knows.
      const { id } = outcome.message;
      apis.correspondence.get(rental, id, actorOf(caller.account));
      return received(outcome);
    },
  });
}

/** A client that has gone away is no error: nobody is there to be told. */
async function waitFor(
  { numbers }: Apis,
  rental: Mailbox,
  wanted: { readonly timeout: number; readonly sender: string | null },
  signal: AbortSignal,
): Promise<WaitOutcome> {
  try {
    return await numbers.waitForCode(rental, wanted, signal);
  } catch (error) {
    if (signal.aborted) return { is: 'timeout', waited: 0 };
    throw error;
  }
}

function inVain({ waited }: WaitOutcome) {
  const data = { status: 'timeout', code: null, wait_time_seconds: wireSeconds(waited) } as const;
  return { success: false, error: 'No code arrived in time', data } as const;
}

function received({ message: { otp, text, peer, createdAt }, waited }: WaitOutcome & { is: 'code' }) {
  const data = {
    status: 'received',
    code: otp?.code ?? '',
    raw_message: text,
    from_number: peer,
    received_at: wireTime(createdAt),
    wait_time_seconds: wireSeconds(waited),
  } as const;
  return { success: true, message: 'OTP received', data } as const;
}

function read(apis: Apis): Route {
  return route({
    ...common,
    id: 'listRentalMessages',
    method: 'GET',
    path: '/api/v1/numbers/{number}/messages',
    summary: 'What a rented number has received, newest first',
    params: numberParams,
    answer: messages,
    errors: ['rental.unknown'],
    run({ caller, params }) {
      const page = apis.correspondence.list(
        rentalOf(apis, caller, params),
        { direction: 'in', before: null, limit: mostMessages },
        actorOf(caller.account),
      );
      return { success: true, data: page.messages.map(wireMessage) } as const;
    },
  });
}

function release(apis: Apis): Route {
  return route({
    ...common,
    id: 'releaseNumber',
    method: 'DELETE',
    path: '/api/v1/numbers/{number}',
    summary: 'End a rental early',
    params: numberParams,
    answer: released,
    errors: ['rental.unknown'],
    run({ caller, params }) {
      const rental = rentalOf(apis, caller, params);
      apis.numbers.endRental(rental, actorOf(caller.account));
      return { success: true, message: `Number ${rental.number.e164} released successfully` } as const;
    },
  });
}
