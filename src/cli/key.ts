import { createApiKeys } from '../accounts/api-keys.ts';
import { isoTime, systemClock } from '../clock.ts';
import { loadConfig } from '../config/load.ts';
import type { ModemConfig } from '../config/schema.ts';
import type { Account, Api, ApiKey } from '../domain/account.ts';
import type { Mailbox } from '../domain/number.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { createNumbers, type Numbers } from '../numbers/numbers.ts';
import type { Store } from '../store/store.ts';
import type { CliContext } from './context.ts';
import type { KeyOptions, PrintOptions } from './options.ts';
import { listFromStore, operator, withStore } from './with-store.ts';

/** A key with what the operator knows its owner and its line by. */
interface ListedKey {
  readonly key: ApiKey;
  readonly phone: string;
  readonly number: string | null;
}

/** The secret is all there is on stdout. Throws `account.*`, `number.*`. */
export function keyCreate(options: KeyOptions, context: CliContext): Promise<void> {
  const { phone, name, number = null } = options;
  const api: Api = options.api ?? 'op';
  if (api === 'op' && number === null) {
    return Promise.reject(new GatewayError('usage', 'give --number, or --api agent-otp'));
  }
  const { modems } = loadConfig({ file: options.config, env: context.env });
  const { key, secret } = withStore(options, context, (store) =>
    store.db.commit(() => {
      const account = accountOf(store, phone);
      const mailbox = number === null ? null : mailboxFor(openPool(store, modems), account, number);
      const wanted = { api, name, mailbox: mailbox?.n ?? null };
      return createApiKeys({ store, clock: systemClock }).create(account.id, wanted, operator);
    }),
  );
  if (options.json === true) {
    context.stdout(`${JSON.stringify({ key: secret, ...asJson({ key, phone, number }) })}\n`);
  } else {
    context.stdout(`${secret}\n`);
    context.stderr(`sim2mqtt: this is key ${key.id}; it is shown this once\n`);
  }
  return Promise.resolve();
}

/** Those that work, account by account, the oldest first. */
export function keyList(options: PrintOptions, context: CliContext): Promise<void> {
  const keys = listFromStore(options, context, listKeys);
  if (options.json === true) context.stdout(`${JSON.stringify(keys.map(asJson))}\n`);
  else if (keys.length === 0) context.stdout('no keys\n');
  else context.stdout(keys.map(asText).join(''));
  return Promise.resolve();
}

/** Throws `key.unknown`. */
export function keyRevoke(id: string, options: PrintOptions, context: CliContext): Promise<void> {
  withStore(options, context, (store) => createApiKeys({ store, clock: systemClock }).revoke(null, id, operator));
  context.stdout(options.json === true ? `${JSON.stringify({ id, revoked: true })}\n` : `revoked ${id}\n`);
  return Promise.resolve();
}

/** Knows the lines of the configuration too, if it names any; lines it does not mention stay as the daemon left them. */
function openPool(store: Store, modems: readonly ModemConfig[]): Numbers {
  const numbers = createNumbers({ store, clock: systemClock });
  const configured = modems.map(({ id, number = null, offer }) => ({ modem: id, number, offer }));
  const others = store.numbers.all().flatMap(({ e164, modem, offer }) => {
    const isOther = modem !== null && !modems.some(({ id }) => id === modem);
    return isOther ? [{ modem, number: e164, offer }] : [];
  });
  if (configured.length > 0) numbers.sync([...configured, ...others]);
  return numbers;
}

function accountOf(store: Store, phone: string): Account {
  const account = store.accounts.byPhone(phone);
  if (account !== undefined) return account;
  const hint = 'open one first: sim2mqtt account add --phone …';
  throw new GatewayError('account.unknown', 'this phone has no account', { hint });
}

function mailboxFor(numbers: Numbers, account: Account, e164: string): Mailbox {
  const number = numbers.byE164(e164);
  if (number === undefined || number.offer === 'private') {
    const hint = 'name the configuration with --config; its modem needs number: and offer: shared or lease';
    throw new GatewayError('number.unknown', 'the gateway offers no such number', { hint });
  }
  if (number.offer === 'shared') return numbers.mailboxFor(account.id, number.id);
  try {
    return (
      numbers.mine(account.id).find((own) => own.number.id === number.id) ?? numbers.lease(account, number.id, operator)
    );
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (error.code !== 'account.paid_required') throw error;
    const hint = 'first: sim2mqtt account set --tier paid --phone …';
    throw new GatewayError('account.paid_required', 'a number for lease needs a paid account', { hint, cause: error });
  }
}

function listKeys(store: Store): ListedKey[] {
  const numbers = createNumbers({ store, clock: systemClock });
  const keys = createApiKeys({ store, clock: systemClock });
  return store.accounts.list().flatMap(({ id, phone }) =>
    keys.working(id).map((key) => {
      const mailbox = key.mailbox === null ? undefined : numbers.openMailbox(key.mailbox);
      return { key, phone, number: mailbox?.number.e164 ?? null };
    }),
  );
}

function asJson({ key, phone, number }: ListedKey): object {
  const { id, api, prefix, name, createdAt } = key;
  return { id, api, key_prefix: prefix, name, phone, number, created_at: isoTime(createdAt) };
}

function asText({ key, phone, number }: ListedKey): string {
  const line = number ?? 'numbers it rents';
  return `${key.id} ${key.prefix}… (${key.name}) of ${phone} for ${line}, since ${isoTime(key.createdAt)}\n`;
}
