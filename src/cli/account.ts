import { createPeople, type People } from '../accounts/people.ts';
import { isoTime, systemClock } from '../clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Account } from '../domain/account.ts';
import { GatewayError } from '../errors.ts';
import type { CliContext } from './context.ts';
import type { AccountOptions, PrintOptions } from './options.ts';
import { listFromStore, operator, withStore } from './with-store.ts';

/** Throws `account.exists`. */
export function accountAdd({ phone, tier, ...options }: AccountOptions, context: CliContext): Promise<void> {
  print(
    options,
    context,
    withPeople(options, context, (people) => people.add(phone, tier, operator)),
  );
  return Promise.resolve();
}

/** Throws `account.unknown`. */
export function accountSet({ phone, tier, quota, ...options }: AccountOptions, context: CliContext): Promise<void> {
  if (tier === undefined && quota === undefined) {
    return Promise.reject(new GatewayError('usage', 'give --tier, --quota or both'));
  }
  const change = { ...(tier === undefined ? {} : { tier }), ...(quota === undefined ? {} : { quota }) };
  print(
    options,
    context,
    withPeople(options, context, (people) => people.set(phone, change, operator)),
  );
  return Promise.resolve();
}

export function accountList(options: PrintOptions, context: CliContext): Promise<void> {
  const accounts = listFromStore(options, context, (store) => store.accounts.list());
  if (options.json === true) context.stdout(`${JSON.stringify(accounts.map(asJson))}\n`);
  else if (accounts.length === 0) context.stdout('no accounts yet\n');
  else context.stdout(accounts.map(asText).join(''));
  return Promise.resolve();
}

function withPeople(options: PrintOptions, context: CliContext, work: (people: People) => Account): Account {
  const { accounts: policy } = loadConfig({ file: options.config, env: context.env });
  return withStore(options, context, (store) => work(createPeople({ store, clock: systemClock, policy })));
}

function print(options: PrintOptions, context: CliContext, account: Account): void {
  context.stdout(options.json === true ? `${JSON.stringify(asJson(account))}\n` : asText(account));
}

function asJson({ id, phone, tier, quota, createdAt }: Account): object {
  return { id, phone, tier, quota, created_at: isoTime(createdAt) };
}

function asText({ id, phone, tier, quota, createdAt }: Account): string {
  const rentals = quota === null ? '' : `, ${quota} rentals a month`;
  return `${phone} ${tier}${rentals}, since ${isoTime(createdAt)} (${id})\n`;
}
