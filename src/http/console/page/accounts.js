import { get, patch, post } from './api.js';
import { boxedForm, busy, el, field, select, toast } from './dom.js';
import { plural, timeOf } from './format.js';
import { pagedList, row } from './list.js';

const tiers = [
  ['free', 'free'],
  ['paid', 'paid'],
];

/** Who may use the gateway, and how much. */
export function accountsPage() {
  const list = pagedList({
    label: 'Accounts',
    load: (after) => get('ui/api/accounts', { after }),
    row: (account) => rowOf(account, () => list.refresh()),
    none: () => ['No accounts yet.', 'Open one below, or let people sign up: “accounts.signup” in the configuration.'],
  });
  list.restart();
  return {
    root: el(
      'div',
      {},
      list.root,
      addForm(() => list.restart()),
    ),
  };
}

function rowOf({ phone, tier, quota, rentals, since }, changed) {
  const chosen = select(tiers, tier, { 'aria-label': `Tier of ${phone}` });
  const most = el('input', {
    type: 'number',
    min: '0',
    max: '1000000',
    value: quota ?? '',
    placeholder: String(rentals.limit),
    'aria-label': `Rentals a month of ${phone}`,
  });
  const save = el('button', { type: 'submit', 'data-key': `save-${phone}` }, 'Save');
  const form = el('form', { class: 'inline' }, field('Tier', chosen), field('Rentals a month', most), save);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(save, async () => {
      await patch('ui/api/accounts', {
        phone,
        tier: chosen.value,
        ...(most.value === '' ? {} : { quota: Number(most.value) }),
      });
      toast('Saved.');
      await changed();
    });
  });
  return row(
    el('strong', {}, phone),
    [el('span', {}, 'since ', timeOf(since)), `${rentals.used} of ${plural(rentals.limit, 'rental')} used this month`],
    form,
  );
}

function addForm(added) {
  const phone = el('input', { type: 'tel', placeholder: '+14155550123', required: true, autocomplete: 'off' });
  const tier = select(tiers, 'free');
  const form = boxedForm('Open an account', 'Open account', [field('Phone', phone), field('Tier', tier)], async () => {
    await post('ui/api/accounts', { phone: phone.value.replace(/[\s().-]/g, ''), tier: tier.value });
    form.reset();
    await added();
  });
  return form;
}
