import { get, part, post } from './api.js';
import { action, el, riskyAction } from './dom.js';
import { opTime, plural, timeOf } from './format.js';
import { plainList, row } from './list.js';

const offers = { shared: 'shared by all accounts', lease: 'for lease', private: 'private' };

/** The pool, and who holds what. */
export async function numbersPage() {
  const none = [
    'No number yet.',
    'A line has one once its modem is ready, or where “number” is given in the configuration.',
  ];
  return await plainList(async () => (await get('ui/api/numbers')).items, numberRow, none);
}

function numberRow({ e164, region, offer, modem, holder, shares }) {
  return row(
    [el('strong', {}, e164), region ? ` ${region}` : ''],
    [modem === null ? 'no modem has it now' : `on ${modem}`, offers[offer]],
    el('p', { class: 'holder' }, holderOf(holder, offer, shares)),
  );
}

function holderOf(holder, offer, shares) {
  if (holder === null)
    return offer === 'shared' ? plural(shares, 'account uses it', 'accounts use it') : offer === 'lease' ? 'free' : '';
  const { phone, kind, since, until } = holder;
  const end = until === null ? [] : [', until ', timeOf(until)];
  return [kind === 'rental' ? 'rented by ' : 'leased by ', el('strong', {}, phone), ' since ', timeOf(since), ...end];
}

/** An account's own: what it leases, and what it may take. */
export async function ownNumbersPage({ session }) {
  const load = async () => {
    const [{ numbers: mine }, { numbers: open }, { items }] = await Promise.all([
      get('console/numbers/mine'),
      get('console/numbers/available'),
      get('ui/api/mine/numbers'),
    ]);
    const rentals = items.filter(({ kind }) => kind === 'rental');
    const shared = new Set(items.filter(({ kind }) => kind === 'shared').map(({ id }) => id));
    return [
      ...mine.map((number) => ({ ...number, kind: 'lease' })),
      ...rentals,
      ...open.map((number) => ({ ...number, kind: shared.has(number.id) ? 'shared' : 'free' })),
    ];
  };
  const list = await plainList(load, ownRow, ['There is no number to be had.', 'Ask whoever runs the gateway.']);
  const head = el(
    'p',
    { class: 'muted intro' },
    `You are ${session.account.phone}, on the ${session.account.tier} tier.`,
  );
  return { root: el('div', {}, head, list.root) };
}

function ownRow({ id, e164, region, kind, leased_at: leased, until }, reload) {
  const change = (what) => async () => {
    await post(`console/numbers/${part(id)}/${what}`);
    await reload();
  };
  const facts = {
    lease: () => ['yours since ', timeOf(opTime(leased))],
    rental: () => ['rented until ', timeOf(until)],
    shared: () => ['shared: yours to use'],
    free: () => ['for lease'],
  };
  return row(
    [el('strong', {}, e164), region ? ` ${region}` : ''],
    [el('span', {}, facts[kind]())],
    kind === 'free' ? action('Lease', change('lease'), { class: 'primary', 'aria-label': `Lease ${e164}` }) : null,
    kind === 'lease' ? riskyAction('Give back', 'Its keys end with it. Give back?', change('release')) : null,
  );
}
