import { get } from './api.js';
import { el } from './dom.js';
import { fullTime, timeOf } from './format.js';
import { pagedList, row } from './list.js';

const words = {
  'account.created': 'opened the account',
  'account.changed': 'changed the account',
  'session.opened': 'signed in',
  'session.closed': 'signed out',
  'key.created': 'made a key',
  'key.revoked': 'revoked a key',
  'number.leased': 'leased',
  'number.rented': 'rented',
  'number.released': 'gave back',
  'code.read': 'read a code',
  'webhook.created': 'made a webhook',
  'webhook.changed': 'changed a webhook',
  'webhook.deleted': 'deleted a webhook',
  'webhook.redelivered': 'repeated a delivery to a webhook',
  'token.created': 'made the operator’s token',
  'token.revoked': 'revoked the operator’s token',
  'operator.signed_in': 'signed in with the token',
  'operator.signed_out': 'signed out with the token',
  'message.queued': 'sent a message',
  'modem.restarted': 'restarted the modem',
  'modem.refreshed': 'refreshed the modem',
};

/** Who read which code, took which number, changed what. */
export function auditPage() {
  const list = pagedList({
    label: 'Audit trail',
    load: async (before) => {
      const { items, next } = await get('ui/api/audit', { before });
      return { items: items.map(({ n, ...entry }) => ({ ...entry, id: n })), next };
    },
    row: rowOf,
    none: () => ['Nothing yet.'],
  });
  list.restart();
  return { root: list.root };
}

function rowOf({ at, phone, account, operator, action, owner, number, token, via, subject }) {
  const who = phone ?? account ?? (operator === null ? 'The operator' : `The operator “${operator}”`);
  const about = [
    token,
    number === null ? null : `on ${number}`,
    owner === null || owner === phone ? null : `of ${owner}`,
  ];
  return row(
    [el('strong', {}, who), ` ${[words[action] ?? action, ...about].filter(Boolean).join(' ')}`],
    [timeOf(at, fullTime), `via ${via}`, el('span', { class: 'id' }, subject)],
  );
}
