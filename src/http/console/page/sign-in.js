import { get, post } from './api.js';
import { busy, el, field } from './dom.js';

/** By a code texted to a phone, or by an operator's token. */
export function signInPage({ gateway }, signedIn) {
  const fault = el('p', { class: 'fault', role: 'alert', hidden: true });
  const failed = (error) => {
    fault.textContent = [error.message, error.hint].filter(Boolean).join(' ');
    fault.hidden = false;
  };
  const panel = el('div', {});
  const show = (make) => {
    fault.hidden = true;
    panel.replaceChildren(make());
    panel.querySelector('input')?.focus();
  };
  const phone = () =>
    phoneForm(failed, (verification) => show(() => codeForm(verification, failed, signedIn, () => show(phone))));
  const token = () => tokenForm(failed, signedIn);
  const tabs = [
    ['Phone', phone],
    ['Operator', token],
  ].map(([label, form], index) => {
    const tab = el('button', { type: 'button', 'aria-pressed': String(index === 0) }, label);
    tab.addEventListener('click', () => {
      for (const other of tabs) other.setAttribute('aria-pressed', String(other === tab));
      show(form);
    });
    return tab;
  });
  panel.append(phone());
  return el(
    'main',
    { id: 'main', class: 'alone sign-in' },
    el('h1', {}, 'sim2mqtt'),
    el('p', { class: 'muted' }, `Sign in to ${gateway}`),
    el('div', { class: 'tabs', role: 'group', 'aria-label': 'How to sign in' }, tabs),
    panel,
    fault,
  );
}

function form(fields, label, work, failed) {
  const button = el('button', { class: 'primary wide', type: 'submit' }, label);
  const made = el('form', { novalidate: true }, fields, button);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(button, work, failed);
  });
  return made;
}

function phoneForm(failed, started) {
  const input = el('input', {
    type: 'tel',
    name: 'phone',
    autocomplete: 'tel',
    placeholder: '+14155550123',
    required: true,
  });
  const work = async () => started(await post('auth/start', { phone: input.value.replace(/[\s().-]/g, '') }));
  return form(
    [field('Your phone number', input, 'With + and the country code. A code is texted to it.')],
    'Text me a code',
    work,
    failed,
  );
}

function codeForm({ verification_id: id }, failed, signedIn, back) {
  const input = el('input', {
    class: 'big',
    name: 'code',
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    maxlength: '6',
    required: true,
  });
  const work = async () => {
    await post('auth/verify', { verification_id: id, code: input.value.trim() });
    await signedIn();
  };
  const made = form([field('The six digits of the text', input)], 'Sign in', work, failed);
  const other = el('button', { type: 'button', class: 'quiet wide' }, 'Another number');
  other.addEventListener('click', back);
  setTimeout(() => checkDelivery(id, failed), 8000);
  return el('div', {}, made, other);
}

/** Once, so that nobody waits for a text that never went out. */
async function checkDelivery(id, failed) {
  const { delivery_status: status } = await get(`auth/verifications/${id}`).catch(() => ({}));
  if (status === 'delivery_failed')
    failed({ message: 'The text could not be sent.', hint: 'Ask whoever runs the gateway.' });
}

function tokenForm(failed, signedIn) {
  const input = el('input', {
    type: 'password',
    name: 'token',
    autocomplete: 'current-password',
    required: true,
    spellcheck: 'false',
  });
  const work = async () => {
    await post('ui/api/session', { token: input.value });
    await signedIn();
  };
  const note = el('p', { class: 'muted small' }, 'On the gateway: ', el('code', {}, 'sim2mqtt token create'));
  return el('div', {}, form([field('Operator’s token', input)], 'Sign in', work, failed), note);
}
