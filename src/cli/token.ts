import { createOperators } from '../accounts/operators.ts';
import { isoTime, systemClock } from '../clock.ts';
import type { OperatorToken } from '../domain/account.ts';
import type { CliContext } from './context.ts';
import type { PrintOptions, TokenOptions } from './options.ts';
import { listFromStore, operator, withStore } from './with-store.ts';

/** The secret is all there is on stdout. */
export function tokenCreate(options: TokenOptions, context: CliContext): Promise<void> {
  const { token, secret } = withStore(options, context, (store) =>
    createOperators({ store, clock: systemClock }).createToken(options.name, operator),
  );
  if (options.json === true) {
    context.stdout(`${JSON.stringify({ token: secret, ...asJson(token) })}\n`);
  } else {
    context.stdout(`${secret}\n`);
    context.stderr(`sim2mqtt: this is token ${token.id}; it is shown this once\n`);
  }
  return Promise.resolve();
}

/** Those that work, the oldest first. */
export function tokenList(options: PrintOptions, context: CliContext): Promise<void> {
  const tokens = listFromStore(options, context, (store) => store.operators.working());
  if (options.json === true) context.stdout(`${JSON.stringify(tokens.map(asJson))}\n`);
  else if (tokens.length === 0) context.stdout('no tokens\n');
  else context.stdout(tokens.map(asText).join(''));
  return Promise.resolve();
}

/** Throws `token.unknown`. */
export function tokenRevoke(id: string, options: PrintOptions, context: CliContext): Promise<void> {
  withStore(options, context, (store) => createOperators({ store, clock: systemClock }).revokeToken(id, operator));
  context.stdout(options.json === true ? `${JSON.stringify({ id, revoked: true })}\n` : `revoked ${id}\n`);
  return Promise.resolve();
}

function asJson({ id, prefix, name, createdAt }: OperatorToken): object {
  return { id, token_prefix: prefix, name, created_at: isoTime(createdAt) };
}

function asText({ id, prefix, name, createdAt }: OperatorToken): string {
  return `${id} ${prefix}… (${name}), since ${isoTime(createdAt)}\n`;
}
