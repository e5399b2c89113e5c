import type { Account } from '../../domain/account.ts';
import { operatorActor } from './operator-routes.ts';
import { type ConsoleCases, idPage, idParams, pageQuery, pageSize, type UiRoute, uiRoute } from './ui-route.ts';
import { wireAccount, wireDelivery } from './wire.ts';

const phone = { type: 'string', minLength: 1, maxLength: 20 } as const;
const tier = { type: 'string', enum: ['free', 'paid'] } as const;
const deliveryParams = {
  type: 'object',
  required: ['id', 'delivery'],
  properties: { ...idParams.properties, delivery: idParams.properties.id },
} as const;

/** Accounts, their keys and their webhooks, for whoever runs the gateway. */
export function peopleRoutes(cases: ConsoleCases): UiRoute[] {
  return [...accountRoutes(cases), ...webhookRoutes(cases)];
}

function accountRoutes({ accounts, numbers, view }: ConsoleCases): UiRoute[] {
  const wired = (account: Account) => wireAccount(account, numbers.quota(account));
  return [
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/accounts',
      query: pageQuery,
      run({ query: { after = '' } }) {
        const { items, next } = idPage(view.accounts({ after, limit: pageSize + 1 }));
        return { items: items.map(wired), next };
      },
    }),
    uiRoute({
      who: 'operator',
      method: 'POST',
      path: '/accounts',
      body: { type: 'object', required: ['phone', 'tier'], properties: { phone, tier } },
      run: ({ session, body }) => wired(accounts.add(body.phone, body.tier, operatorActor(session))),
    }),
    uiRoute({
      who: 'operator',
      method: 'PATCH',
      path: '/accounts',
      body: {
        type: 'object',
        required: ['phone'],
        properties: { phone, tier, quota: { type: 'integer', minimum: 0, maximum: 1_000_000 } },
      },
      run({ session, body: { phone: whose, ...change } }) {
        const { tier: newTier, quota } = change;
        const given = {
          ...(newTier === undefined ? {} : { tier: newTier }),
          ...(quota === undefined ? {} : { quota }),
        };
        return wired(accounts.set(whose, given, operatorActor(session)));
      },
    }),
    uiRoute({
      who: 'operator',
      method: 'DELETE',
      path: '/keys/:id',
      params: idParams,
      run({ session, params }) {
        accounts.revokeKey(null, params.id, operatorActor(session));
        return { id: params.id };
      },
    }),
  ];
}

function webhookRoutes({ webhooks, view }: ConsoleCases): UiRoute[] {
  return [
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/webhooks',
      query: pageQuery,
      run: ({ query: { after = '' } }) => idPage(view.webhooks({ after, limit: pageSize + 1 })),
    }),
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/webhooks/:id/deliveries',
      params: idParams,
      run: ({ params: { id } }) => ({
        items: webhooks.deliveries(view.webhook(id).account, id, pageSize).map(wireDelivery),
      }),
    }),
    uiRoute({
      who: 'operator',
      method: 'POST',
      path: '/webhooks/:id/deliveries/:delivery/redeliver',
      params: deliveryParams,
      run: async ({ session, params: { id, delivery } }) =>
        wireDelivery(await webhooks.redeliver(view.webhook(id).account, id, delivery, operatorActor(session))),
    }),
  ];
}
