import type { Delivery, Webhook } from '../../../webhooks/webhooks.ts';
import { type Apis, type Route, route } from '../../dialect.ts';
import { consoleLimit } from './limits.ts';
import { actorOf } from './number-routes.ts';
import {
  createdWebhook,
  deleted,
  deliveries,
  delivery,
  deliveryParams,
  idParams,
  limitQuery,
  numberQuery,
  rotatedSecret,
  webhook,
  webhookBody,
  webhookChange,
  webhooks as webhookList,
} from './schemas.ts';
import { wireTime } from './wire.ts';

const common = { tag: 'Webhooks', auth: 'session', limit: consoleLimit } as const;

/** `/console/webhooks` */
export function webhookRoutes(apis: Apis): Route[] {
  return [create(apis), list(apis), change(apis), rotate(apis), remove(apis), ...deliveryRoutes(apis)];
}

function create({ webhooks, numbers }: Apis): Route {
  return route({
    ...common,
    id: 'createWebhook',
    method: 'POST',
    path: '/console/webhooks',
    summary: 'Have messages of a number posted to you',
    description: 'One for each number you have. The secret is given out here and never again.',
    body: webhookBody,
    answer: createdWebhook,
    errors: ['number.unknown', 'webhook.exists', 'webhook.bad_events', 'webhook.bad_url'],
    run({ caller: { account }, body: { number_id, url, events } }) {
      const mailbox = numbers.mailboxFor(account.id, number_id);
      const { webhook: made, secret } = webhooks.create(mailbox, { url, events }, actorOf(account));
      return { ...wireWebhook(made), secret };
    },
  });
}

function list({ webhooks }: Apis): Route {
  return route({
    ...common,
    id: 'listWebhooks',
    method: 'GET',
    path: '/console/webhooks',
    summary: 'Your webhooks, without their secrets',
    query: numberQuery,
    answer: webhookList,
    errors: [],
    run({ caller, query: { number_id: wanted = '' } }) {
      const all = webhooks.list(caller.account.id).map(wireWebhook);
      return { webhooks: wanted === '' ? all : all.filter(({ number_id }) => number_id === wanted) };
    },
  });
}

function change({ webhooks }: Apis): Route {
  return route({
    ...common,
    id: 'changeWebhook',
    method: 'PATCH',
    path: '/console/webhooks/{id}',
    summary: 'Change its url, its events, or whether it is called',
    params: idParams,
    body: webhookChange,
    answer: webhook,
    errors: ['webhook.unknown', 'webhook.bad_events', 'webhook.bad_url'],
    run: ({ caller: { account }, params, body: { url, events, enabled } }) =>
      wireWebhook(
        webhooks.change(
          account.id,
          params.id,
          {
            ...(url === undefined ? {} : { url }),
            ...(events === undefined ? {} : { events }),
            ...(enabled === undefined ? {} : { enabled }),
          },
          actorOf(account),
        ),
      ),
  });
}

function rotate({ webhooks }: Apis): Route {
  return route({
    ...common,
    id: 'rotateWebhookSecret',
    method: 'POST',
    path: '/console/webhooks/{id}/rotate-secret',
    summary: 'A new signing secret; the old one is void at once',
    params: idParams,
    answer: rotatedSecret,
    errors: ['webhook.unknown'],
    run({ caller: { account }, params }) {
      const { webhook: of, secret } = webhooks.rotate(account.id, params.id, actorOf(account));
      return { id: of.id, secret };
    },
  });
}

function remove({ webhooks }: Apis): Route {
  return route({
    ...common,
    id: 'deleteWebhook',
    method: 'DELETE',
    path: '/console/webhooks/{id}',
    summary: 'Delete a webhook',
    params: idParams,
    answer: deleted,
    errors: ['webhook.unknown'],
    run({ caller: { account }, params }) {
      webhooks.remove(account.id, params.id, actorOf(account));
      return { id: params.id, deleted: true as const };
    },
  });
}

function deliveryRoutes({ webhooks }: Apis): Route[] {
  return [
    route({
      ...common,
      id: 'testWebhook',
      method: 'POST',
      path: '/console/webhooks/{id}/test',
      summary: 'Deliver a made-up message.received, once',
      description: 'Answers when the attempt is over, whether it went well or not.',
      params: idParams,
      answer: delivery,
      errors: ['webhook.unknown'],
      run: async ({ caller, params }) => wireDelivery(await webhooks.test(caller.account.id, params.id)),
    }),
    route({
      ...common,
      id: 'listDeliveries',
      method: 'GET',
      path: '/console/webhooks/{id}/deliveries',
      summary: 'What was delivered, newest first, and why a delivery failed',
      params: idParams,
      query: limitQuery,
      answer: deliveries,
      errors: ['webhook.unknown'],
      run: ({ caller, params, query: { limit = 20 } }) => ({
        deliveries: webhooks.deliveries(caller.account.id, params.id, limit).map(wireDelivery),
      }),
    }),
    route({
      ...common,
      id: 'redeliver',
      method: 'POST',
      path: '/console/webhooks/{id}/deliveries/{delivery_id}/redeliver',
      summary: 'Send a delivery again, now',
      description: 'Answers when the attempt is over, whether it went well or not.',
      params: deliveryParams,
      answer: delivery,
      errors: ['webhook.unknown', 'delivery.unknown'],
      run: async ({ caller: { account }, params: { id, delivery_id } }) =>
        wireDelivery(await webhooks.redeliver(account.id, id, delivery_id, actorOf(account))),
    }),
  ];
}

function wireWebhook({ id, number, url, events, enabled, createdAt }: Webhook) {
  return { id, number_id: number, url, events: [...events], enabled, created_at: wireTime(createdAt) };
}

function wireDelivery({ id, event, state, createdAt, nextAttemptAt, attempts }: Delivery) {
  return {
    id,
    event,
    state,
    created_at: wireTime(createdAt),
    next_attempt_at: nextAttemptAt === null ? null : wireTime(nextAttemptAt),
    attempts: attempts.map(({ at, duration, status, error }) => ({
      at: wireTime(at),
      duration_ms: Math.round(duration),
      status,
      error,
    })),
  };
}
