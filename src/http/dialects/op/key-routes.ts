import type { ApiKey } from '../../../domain/account.ts';
import { GatewayError } from '../../../errors.ts';
import { type Apis, type Route, route } from '../../dialect.ts';
import { consoleLimit } from './limits.ts';
import { actorOf } from './number-routes.ts';
import { apiKeys, createdKey, deleted, idParams, keyBody, numberQuery } from './schemas.ts';
import { wireTime } from './wire.ts';

const common = { tag: 'API keys', auth: 'session', limit: consoleLimit } as const;

/** `/console/api-keys` */
export function keyRoutes(apis: Apis): Route[] {
  const { accounts, numbers } = apis;
  const numberOf = ({ mailbox }: ApiKey) =>
    mailbox === null ? null : (numbers.openMailbox(mailbox)?.number.id ?? null);
  return [
    create(apis),
    route({
      ...common,
      id: 'listApiKeys',
      method: 'GET',
      path: '/console/api-keys',
      summary: 'Your keys, without their secrets',
      query: numberQuery,
      answer: apiKeys,
      errors: [],
      run({ caller, query: { number_id: wanted = '' } }) {
        const keys = accounts.keys(caller.account.id).map((key) => wireKey(key, numberOf(key)));
        return { api_keys: wanted === '' ? keys : keys.filter((key) => key.number_id === wanted) };
      },
    }),
    route({
      ...common,
      id: 'revokeApiKey',
      method: 'DELETE',
      path: '/console/api-keys/{id}',
      summary: 'Revoke a key; it stops working at once',
      params: idParams,
      answer: deleted,
      errors: ['key.unknown'],
      run({ caller: { account }, params }) {
        accounts.revokeKey(account.id, params.id, actorOf(account));
        return { id: params.id, deleted: true as const };
      },
    }),
  ];
}

function create({ accounts, numbers }: Apis): Route {
  return route({
    ...common,
    id: 'createApiKey',
    method: 'POST',
    path: '/console/api-keys',
    summary: 'Make a key for one number',
    description:
      'For a shared number or one you lease; the secret is given out here and never again. With api agent-otp it is a key of the Agent OTP API, which rents its numbers itself.',
    body: keyBody,
    answer: createdKey,
    errors: ['number.unknown'],
    run({ caller: { account }, body: { api = 'op', name, number_id } }) {
      const { key, secret } = accounts.createKey(
        account.id,
        { api, name, mailbox: api === 'op' ? numbers.mailboxFor(account.id, given(number_id)).n : null },
        actorOf(account),
      );
      return { id: key.id, key: secret, key_prefix: key.prefix, name: key.name, created_at: wireTime(key.createdAt) };
    },
  });
}

function given(numberId: string | undefined): string {
  if (numberId !== undefined) return numberId;
  throw new GatewayError('command.invalid', 'number_id is required', { details: { field: 'number_id' } });
}

function wireKey({ id, prefix, name, api, createdAt }: ApiKey, number: string | null) {
  return { id, key_prefix: prefix, name, number_id: number, api, created_at: wireTime(createdAt) };
}
