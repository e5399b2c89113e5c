import type { OperatorSession } from '../../accounts/accounts.ts';
import type { Actor } from '../../domain/account.ts';
import type { ConsoleCases, UiRoute } from './ui-route.ts';
import { idPage, idParams, pageQuery, pageSize, place, uiRoute } from './ui-route.ts';
import { wireMessage, wireModem } from './wire.ts';

/** Who the audit trail says it was: whoever has that token. */
export function operatorActor({ token }: OperatorSession): Actor {
  return { account: null, via: `console:${token.id}` };
}

const line = { type: 'string', minLength: 1, maxLength: 64 } as const;
const phone = { type: 'string', pattern: '^\\+?[0-9]{2,20}$' } as const;

/** Modems, messages and what else is of the whole gateway. */
export function operatorRoutes(cases: ConsoleCases): UiRoute[] {
  return [...modemRoutes(cases), ...messageRoutes(cases), ...inspectionRoutes(cases)];
}

function modemRoutes({ modems, view }: ConsoleCases): UiRoute[] {
  const command = { type: 'string', enum: ['restart', 'refresh'] } as const;
  return [
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/modems',
      run: () => ({ items: modems().map(wireModem) }),
    }),
    uiRoute({
      who: 'operator',
      method: 'POST',
      path: '/modems/:id/:command',
      params: { type: 'object', required: ['id', 'command'], properties: { ...idParams.properties, command } },
      async run({ session, params }) {
        await view.command(params.command, params.id, operatorActor(session));
        return { done: true };
      },
    }),
  ];
}

function messageRoutes({ view }: ConsoleCases): UiRoute[] {
  return [
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/messages',
      query: {
        type: 'object',
        properties: {
          search: { type: 'string', maxLength: 200 },
          direction: { type: 'string', enum: ['in', 'out'] },
          line,
          before: place,
        },
      },
      run({ session, query: { search = '', direction = null, line: of = null, before = null } }) {
        const { messages, next } = view.messages({ search, direction, line: of, before }, operatorActor(session));
        return { items: messages.map(wireMessage), next };
      },
    }),
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/conversation',
      query: {
        type: 'object',
        required: ['line', 'peer'],
        properties: { line, peer: { type: 'string', maxLength: 64 }, before: place },
      },
      run({ session, query: { line: of, peer, before = null } }) {
        const { messages, next } = view.conversation({ line: of, peer, before }, operatorActor(session));
        return { items: messages.map(wireMessage), next };
      },
    }),
    uiRoute({
      who: 'operator',
      method: 'POST',
      path: '/messages',
      body: {
        type: 'object',
        required: ['id', 'to', 'text'],
        properties: {
          id: { type: 'string', minLength: 8, maxLength: 100 },
          to: phone,
          text: { type: 'string', minLength: 1, maxLength: 1600 },
          modem: line,
        },
      },
      run: ({ session, body: { id, to, text, modem = null } }) =>
        view.send({ id: `console:${id}`, to, text, modem }, operatorActor(session)),
    }),
  ];
}

function inspectionRoutes({ view, readiness, findings }: ConsoleCases): UiRoute[] {
  return [
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/numbers',
      run: () => ({ items: view.numbers() }),
    }),
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/audit',
      query: { type: 'object', properties: { before: place } },
      run({ query: { before = null } }) {
        const found = view.audit(before, pageSize + 1);
        const items = found.slice(0, pageSize);
        return { items, next: found.length > pageSize ? (items.at(-1)?.n ?? null) : null };
      },
    }),
    uiRoute({
      who: 'operator',
      method: 'POST',
      path: '/rules',
      body: {
        type: 'object',
        required: ['text'],
        properties: {
          text: { type: 'string', minLength: 1, maxLength: 1600 },
          from: { type: 'string', maxLength: 64 },
        },
      },
      run: ({ body: { text, from = '' } }) => view.explain({ text, from }),
    }),
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/health',
      run: async () => ({ ...readiness(), findings: findings === undefined ? null : await findings() }),
    }),
    uiRoute({
      who: 'operator',
      method: 'GET',
      path: '/keys',
      query: pageQuery,
      run: ({ query: { after = '' } }) => idPage(view.keys({ after, limit: pageSize + 1 })),
    }),
  ];
}
