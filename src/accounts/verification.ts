import { v7 as uuidv7 } from 'uuid';
import type { Clock, EpochMs, Ms } from '../clock.ts';
import type { MessageId, OutboundStatus } from '../domain/message.ts';
import { networkOf } from '../domain/network-address.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../store/vault.ts';
import { checkWindows, type SlidingWindow } from './limits.ts';
import type { People } from './people.ts';
import { checkPhone } from './phone.ts';
import { newCode, sameDigest } from './secrets.ts';

/** A text that must not be kept: `shown` is what the database and the events hold in its place, of the same length. */
export interface ConfidentialText {
  readonly to: string;
  readonly text: string;
  readonly shown: string;
  readonly notAfter: EpochMs;
}

export interface VerificationsDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Whether a number is one the gateway offers itself. */
  readonly inPool: (e164: string) => boolean;
  /** Queues a text on a line that can send now. Throws `modem.offline` where there is none. */
  readonly sendText: (message: ConfidentialText) => MessageId;
}

export interface Verification {
  readonly id: string;
  readonly expiresAt: EpochMs;
  readonly deliveryStatus: 'pending' | 'sent' | 'delivery_failed';
}

const lifetime: Ms = 10 * 60_000;
const mostWrongCodes = 5;

export interface Verifications {
  /** Throws `phone.invalid`, `phone.in_pool`, `account.signup_not_allowed`, `limit.exceeded`, `verification.not_sent`. */
  start(request: { readonly phone: string; readonly source: string }): Verification;
  /** Throws `verification.unknown`. */
  get(id: string): Verification;
  /**
   * Spends a code, within the caller's transaction. A refusal is returned, not thrown: a wrong code must stay counted.
   */
  redeem(id: string, code: string): { readonly phone: string } | GatewayError;
}

export function createVerifications(deps: VerificationsDeps, people: People): Verifications {
  const { store } = deps;
  return {
    start(request) {
      checkPhone(request.phone);
      if (deps.inPool(request.phone)) {
        throw new GatewayError('phone.in_pool', 'this is a number of the gateway itself');
      }
      people.checkMayEnter(request.phone);
      return store.db.commit(() => start(deps, request));
    },
    get(id) {
      const found = store.verifications.get(id);
      if (found === undefined) throw new GatewayError('verification.unknown', 'there is no such verification');
      const status = found.messageId === null ? undefined : store.outbox.get(found.messageId)?.status;
      return { id, expiresAt: found.expiresAt, deliveryStatus: deliveryStatus(status) };
    },
    redeem: (id, code) => redeem(deps, id, code),
  };
}

/** Counts, queues and remembers in one transaction: none of the three is ever there without the others. */
function start(deps: VerificationsDeps, { phone, source }: { phone: string; source: string }): Verification {
  const { store, vault, clock } = deps;
  const now = clock.now();
  const sourceMac = vault.mac('verification-source', networkOf(source));
  checkWindows(windowsOf(store, phone, sourceMac), now);
  const id = uuidv7();
  const code = newCode();
  const expiresAt = now + lifetime;
  const messageId = send(deps, { phone, code, notAfter: expiresAt });
  const codeMac = vault.mac(`verification:${id}`, code);
  store.verifications.add({ id, phone, source: sourceMac, codeMac, messageId, createdAt: now, expiresAt });
  return { id, expiresAt, deliveryStatus: 'pending' };
}

function windowsOf({ verifications }: Store, phone: string, source: Buffer): readonly SlidingWindow[] {
  const ofPhone: SlidingWindow['recent'] = (query) => verifications.recentOfPhone(phone, query);
  return [
    { limit: 1, length: 30_000, recent: ofPhone },
    { limit: 5, length: 3_600_000, recent: ofPhone },
    { limit: 20, length: 3_600_000, recent: (query) => verifications.recentOfSource(source, query) },
  ];
}

function send(
  deps: VerificationsDeps,
  { phone, code, notAfter }: { phone: string; code: string; notAfter: EpochMs },
): MessageId {
  try {
    return deps.sendText({ to: phone, text: textWith(code), shown: textWith('*'.repeat(code.length)), notAfter });
  } catch (thrown) {
    const cause = asGatewayError(thrown);
    if (!cause.transient && !cause.code.startsWith('modem.')) throw cause;
    throw new GatewayError('verification.not_sent', 'the code cannot be texted now', {
      transient: true,
      hint: 'see what the modems lack: sim2mqtt doctor',
      cause,
    });
  }
}

function textWith(code: string): string {
  return `${code} is your sim2mqtt sign-in code. It works once, for 10 minutes.`;
}

function redeem(
  { store, vault, clock }: VerificationsDeps,
  id: string,
  code: string,
): { phone: string } | GatewayError {
  const found = store.verifications.get(id);
  if (found === undefined || found.used || found.wrongCodes >= mostWrongCodes) return invalid();
  if (found.expiresAt <= clock.now()) return new GatewayError('verification.expired', 'the code is too old');
  if (!sameDigest(found.codeMac, vault.mac(`verification:${id}`, code))) {
    store.verifications.addWrongCode(id);
    return invalid();
  }
  store.verifications.markUsed(id, clock.now());
  return { phone: found.phone };
}

function invalid(): GatewayError {
  return new GatewayError('verification.invalid', 'the code is wrong, used, or was tried too often');
}

/** Undefined: the message is gone, so long ago that it was settled. */
function deliveryStatus(status: OutboundStatus | undefined): Verification['deliveryStatus'] {
  if (status === 'queued' || status === 'sending') return 'pending';
  return status === undefined || status === 'sent' || status === 'delivered' ? 'sent' : 'delivery_failed';
}
