import { get, part, post, remove } from './api.js';
import { action, boxedForm, copy, el, field, riskyAction, select } from './dom.js';
import { opTime, timeOf } from './format.js';
import { pagedList, plainList, row } from './list.js';

const apis = { op: 'OP API', 'agent-otp': 'Agent OTP API' };

function rowOf({ prefix, name, api, phone, number, time }, revoke) {
  return row(
    [el('strong', {}, name), ' ', el('code', {}, `${prefix}…`)],
    [apis[api], number ?? 'numbers it rents', phone ? `of ${phone}` : null, el('span', {}, 'since ', timeOf(time))],
    riskyAction('Revoke', 'Revoke it now?', revoke, { 'aria-label': null }),
  );
}

/** Everybody's keys. */
export function keysPage() {
  const list = pagedList({
    label: 'Keys',
    load: (after) => get('ui/api/keys', { after }),
    row: ({ createdAt, ...key }) =>
      rowOf({ ...key, time: createdAt }, async () => {
        await remove(`ui/api/keys/${part(key.id)}`);
        await list.restart();
      }),
    none: () => ['No keys yet.', 'Accounts make their own here; you can make one with “sim2mqtt key create”.'],
  });
  list.restart();
  return { root: list.root };
}

/** The account's own, with a way to make one. */
export async function ownKeysPage() {
  const { items: numbers } = await get('ui/api/mine/numbers').catch(() => ({ items: [] }));
  const numberOf = (id) => numbers.find((number) => number.id === id)?.e164 ?? null;
  const made = ({ id, key_prefix: prefix, name, api, number_id: number, created_at: created }, reload) =>
    rowOf({ prefix, name, api, number: numberOf(number), time: opTime(created) }, async () => {
      await remove(`console/api-keys/${part(id)}`);
      await reload();
    });
  const list = await plainList(async () => (await get('console/api-keys')).api_keys, made, [
    'No keys yet.',
    'A key lets a program use one of your numbers. Make one below.',
  ]);
  return { root: el('div', {}, list.root, createForm(numbers, list.reload)) };
}

function createForm(numbers, made) {
  const usable = numbers.filter(({ kind }) => kind !== 'rental').map(({ id, e164 }) => [id, e164]);
  const name = el('input', { required: true, maxlength: '100', placeholder: 'my program' });
  const number = select([...usable, ['', 'None: it rents them (Agent OTP API)']], usable[0]?.[0] ?? '');
  const secret = el('div', { class: 'secret', role: 'status' });
  const form = boxedForm('Make a key', 'Make a key', [field('Name', name), field('Number', number)], async () => {
    const wanted = number.value === '' ? { api: 'agent-otp' } : { number_id: number.value };
    const { key } = await post('console/api-keys', { name: name.value, ...wanted });
    showSecret(secret, 'The key, shown this once:', key);
    form.reset();
    await made();
  });
  return el('div', {}, form, secret);
}

/** What is given out once and never again. */
export function showSecret(place, label, secret) {
  place.replaceChildren(
    el('p', {}, label),
    el('code', {}, secret),
    action('Copy', () => copy(secret)),
  );
}
