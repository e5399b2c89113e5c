import { get, part, patch, post, remove } from './api.js';
import { action, boxedForm, el, empty, field, fill, problem, riskyAction, select, toast } from './dom.js';
import { opTime, timeOf } from './format.js';
import { showSecret } from './keys.js';
import { pagedList, plainList } from './list.js';

const words = { pending: 'waiting', delivered: 'delivered', failed: 'given up' };

/** What was delivered, read when somebody looks. */
function deliveryLog(load, redeliver) {
  const place = el('div', { class: 'deliveries' });
  const show = async () => {
    try {
      const items = await load();
      fill(
        place,
        items.length === 0
          ? empty('Nothing was delivered yet.')
          : el(
              'ol',
              { class: 'rows' },
              items.map((delivery) => el('li', {}, rowOf(delivery))),
            ),
      );
    } catch (error) {
      fill(place, problem(error, show));
    }
  };
  const again = (id) => async () => {
    const { state } = await redeliver(id);
    toast(state === 'delivered' ? 'Delivered.' : 'It failed again; the log says why.');
    await show();
  };
  const rowOf = ({ id, event, state, time, next, attempts }) =>
    el(
      'div',
      { class: 'row' },
      el(
        'div',
        { class: 'grow' },
        el('strong', {}, event),
        ' ',
        el('span', { class: state === 'failed' ? 'bad' : '' }, words[state]),
        el('p', { class: 'facts' }, timeOf(time), next === null ? null : el('span', {}, 'next try ', timeOf(next))),
        el('ul', { class: 'attempts' }, attempts.map(attemptOf)),
      ),
      action('Send again', again(id), { 'data-key': `again-${id}` }),
    );
  const details = el('details', {}, el('summary', {}, 'Deliveries'), place);
  details.addEventListener('toggle', () => details.open && show());
  return { root: details, show };
}

function attemptOf({ time, ms, status, error }) {
  const outcome = error ?? `HTTP ${status}`;
  return el('li', { class: error === null ? '' : 'bad' }, timeOf(time), ` ${outcome}, ${ms} ms`);
}

/** Everybody's webhooks. */
export function webhooksPage() {
  const list = pagedList({
    label: 'Webhooks',
    load: (after) => get('ui/api/webhooks', { after }),
    row: operatorRow,
    none: () => ['No webhooks yet.', 'Accounts make their own: each number can have one that is told of its messages.'],
  });
  list.restart();
  return { root: list.root };
}

function operatorRow({ id, phone, number, url, events, enabled, waiting, failed }) {
  const path = `ui/api/webhooks/${part(id)}/deliveries`;
  const load = async () => (await get(path)).items.map(({ nextAttempt, ...same }) => ({ ...same, next: nextAttempt }));
  const log = deliveryLog(load, (delivery) => post(`${path}/${part(delivery)}/redeliver`));
  return el(
    'div',
    { class: 'row tall' },
    el('strong', { class: 'url' }, url),
    el(
      'p',
      { class: 'facts' },
      el('span', {}, `${number} of ${phone}`),
      el('span', {}, events.join(', ')),
      enabled ? null : el('span', { class: 'bad' }, 'switched off'),
      waiting > 0 ? el('span', {}, `${waiting} waiting`) : null,
      failed > 0 ? el('span', { class: 'bad' }, `${failed} given up`) : null,
    ),
    log.root,
  );
}

/** The account's own. */
export async function ownWebhooksPage() {
  const { items: numbers } = await get('ui/api/mine/numbers').catch(() => ({ items: [] }));
  const secret = el('div', { class: 'secret', role: 'status' });
  const row = (webhook, reload) => ownRow(webhook, numbers, secret, reload);
  const none = ['No webhooks yet.', 'A webhook is told of the messages of one number, as they come. Make one below.'];
  const list = await plainList(async () => (await get('console/webhooks')).webhooks, row, none);
  return { root: el('div', {}, list.root, createForm(numbers, secret, list.reload), secret) };
}

function ownRow({ id, number_id: number, url, events, enabled }, numbers, secret, reload) {
  const path = `console/webhooks/${part(id)}`;
  const load = async () =>
    (await get(`${path}/deliveries`, { limit: 50 })).deliveries.map(
      ({ created_at, next_attempt_at, attempts, ...same }) => ({
        ...same,
        time: opTime(created_at),
        next: opTime(next_attempt_at),
        attempts: attempts.map(({ at, duration_ms: ms, status, error }) => ({ time: opTime(at), ms, status, error })),
      }),
    );
  const log = deliveryLog(load, (delivery) => post(`${path}/deliveries/${part(delivery)}/redeliver`));
  const test = async () => {
    const { state } = await post(`${path}/test`);
    toast(state === 'delivered' ? 'It answered.' : 'It did not answer as it should; the deliveries say why.');
    log.root.open = true;
    await log.show();
  };
  const change = (work) => async () => {
    await work();
    await reload();
  };
  return el(
    'div',
    { class: 'row tall' },
    el('strong', { class: 'url' }, url),
    el(
      'p',
      { class: 'facts' },
      el('span', {}, numbers.find((each) => each.id === number)?.e164 ?? ''),
      el('span', {}, events.join(', ')),
      enabled ? null : el('span', { class: 'bad' }, 'switched off'),
    ),
    el(
      'div',
      { class: 'buttons' },
      action('Test', test),
      action(
        enabled ? 'Switch off' : 'Switch on',
        change(() => patch(path, { enabled: !enabled })),
      ),
      riskyAction(
        'New secret',
        'The old one is void then. Make it?',
        async () =>
          showSecret(secret, 'The new secret, shown this once:', (await post(`${path}/rotate-secret`)).secret),
        { class: null },
      ),
      riskyAction(
        'Delete',
        'Delete it?',
        change(() => remove(path)),
      ),
    ),
    log.root,
  );
}

function createForm(numbers, secret, made) {
  const usable = numbers.filter(({ kind }) => kind !== 'rental').map(({ id, e164 }) => [id, e164]);
  if (usable.length === 0) return el('p', { class: 'muted' }, 'A webhook takes a number: take one under “Numbers”.');
  const url = el('input', {
    type: 'url',
    required: true,
    placeholder: 'https://your-app.example.com/sms',
    maxlength: '2000',
  });
  const number = select(usable, usable[0][0]);
  const boxes = ['message.received', 'message.sent', 'message.failed'].map((event, index) => {
    const box = el('input', { type: 'checkbox', checked: index === 0, value: event });
    return { event, box, label: el('label', { class: 'check' }, box, event) };
  });
  const events = el(
    'fieldset',
    {},
    el('legend', {}, 'Told of'),
    boxes.map(({ label }) => label),
  );
  const fields = [field('Address', url), field('Number', number), events];
  return boxedForm('Make a webhook', 'Make a webhook', fields, async () => {
    const wanted = {
      number_id: number.value,
      url: url.value,
      events: boxes.filter(({ box }) => box.checked).map(({ event: name }) => name),
    };
    const created = await post('console/webhooks', wanted);
    showSecret(secret, 'Its signing secret, shown this once:', created.secret);
    await made();
  });
}
