import { newId } from './api.js';
import { busy, codeChip, el, field, fill, problem, select, toast } from './dom.js';
import { timeOf } from './format.js';

const dialled = /^\+?[0-9]{2,20}$/;
const states = {
  queued: 'Waiting to be sent',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  failed: 'Not sent',
  unknown: 'Nobody knows whether it went out',
  expired: 'Too late to be sent',
};

/** Everything said with one peer on one line, the newest at the bottom, and the way to answer. */
export function threadOf(source, { line, peer }) {
  const log = el('ol', { class: 'bubbles', 'aria-label': `Messages with ${peer}` });
  const earlier = el('div', { class: 'earlier' });
  const scroller = el(
    'div',
    { class: 'scroller', tabindex: '0', role: 'group', 'aria-label': 'Conversation so far' },
    earlier,
    log,
  );
  const known = new Map();
  let next;
  let closed = false;

  const show = () => {
    const all = [...known.values()].sort((one, other) => one.n - other.n);
    fill(log, all.map(bubbleOf));
    const button = el('button', { type: 'button', 'data-key': 'earlier' }, 'Earlier messages');
    button.addEventListener('click', () => busy(button, () => load(next)));
    fill(earlier, next === null || next === undefined ? null : button);
  };
  const load = async (before) => {
    const page = await source.thread({ line, peer, before });
    if (closed) return;
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
    const first = known.size === 0;
    for (const message of page.items) known.set(message.id, message);
    if (before !== undefined || first) next = page.next;
    show();
    if (first || (before === undefined && atEnd)) scroller.scrollTop = scroller.scrollHeight;
  };
  const refresh = () => load(undefined).catch(() => {});
  const begin = () =>
    load(undefined).catch((error) => {
      if (!closed) fill(earlier, problem(error, begin));
    });
  begin();
  const root = el(
    'div',
    { class: 'thread' },
    el(
      'div',
      { class: 'thread-head' },
      el('a', { class: 'back button quiet', href: '#/messages', 'aria-label': 'Back to the list' }, '‹'),
      el('div', {}, el('h2', { tabindex: '-1' }, peer), el('p', { class: 'muted small' }, `on ${line}`)),
    ),
    scroller,
    dialled.test(peer)
      ? answerForm(source, { line, peer }, refresh)
      : el('p', { class: 'note' }, `“${peer}” is a name, not a number: it cannot be answered.`),
  );
  return { root, refresh, close: () => (closed = true) };
}

function bubbleOf({ direction, text, time, otp, status, error, partial, binary }) {
  const bad = ['failed', 'unknown', 'expired'].includes(status);
  return el(
    'li',
    { class: `bubble ${direction}` },
    el('p', { class: binary ? 'text binary' : 'text', dir: 'auto' }, text),
    otp === null ? null : codeChip(otp),
    el(
      'p',
      { class: 'facts' },
      timeOf(time),
      status === null
        ? null
        : el(
            'span',
            { class: bad ? 'bad' : '' },
            error === null || !bad ? states[status] : `${states[status]}: ${error.message}`,
          ),
      partial ? el('span', { class: 'bad' }, 'Parts are missing') : null,
    ),
  );
}

function answerForm(source, { line, peer }, sent) {
  const { area, count } = textArea('Message', 1);
  const fault = el('p', { class: 'fault', role: 'alert', hidden: true });
  const button = el('button', { class: 'primary', type: 'submit' }, 'Send');
  const form = el('form', { class: 'answer' }, el('div', { class: 'grow' }, area, count), button, fault);
  let id = newId();
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (area.value.trim() === '') return area.focus();
    busy(
      button,
      async () => {
        await source.send({ line, to: peer, text: area.value, id });
        id = newId();
        fault.hidden = true;
        area.value = '';
        area.dispatchEvent(new Event('input'));
        area.focus();
        await sent();
      },
      (error) => showFault(fault, error),
    );
  });
  return form;
}

function showFault(fault, error) {
  fault.textContent = [error.message, error.hint].filter(Boolean).join(' ');
  fault.hidden = false;
}

/** The alphabet of TS 23.038, as far as a hint about the length needs it. */
const gsm = /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΔΦΓΛΩΠΨΣΘΞ^{}\\[~\]|€]*$/;

function textArea(label, rows) {
  const area = el('textarea', {
    rows: String(rows),
    'aria-label': label,
    placeholder: label,
    maxlength: '1600',
    dir: 'auto',
  });
  const count = el('small', { class: 'muted count', 'aria-hidden': 'true' });
  area.addEventListener('input', () => {
    const { length } = area.value;
    const plain = gsm.test(area.value);
    const [one, more] = plain ? [160, 153] : [70, 67];
    const parts = length <= one ? 1 : Math.ceil(length / more);
    count.textContent =
      length === 0 ? '' : `${length} characters, about ${parts === 1 ? '1 message' : `${parts} parts`}`;
  });
  return { area, count };
}

/** To somebody new. */
export function newMessage(source, peer) {
  const lines = source.anyLine ? [['', 'Whichever is free'], ...source.lines] : source.lines;
  const from = select(lines, lines[0][0]);
  const to = el('input', {
    type: 'tel',
    autocomplete: 'off',
    placeholder: '+14155550123',
    required: true,
    value: peer,
  });
  const { area, count } = textArea('Message', 5);
  const fault = el('p', { class: 'fault', role: 'alert', hidden: true });
  const button = el('button', { class: 'primary', type: 'submit' }, 'Send');
  const form = el(
    'form',
    { class: 'stack', novalidate: true },
    field('To', to, 'With + and the country code, or a short code.'),
    field('From', from),
    field('Text', area),
    count,
    fault,
    button,
  );
  const id = newId();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const number = to.value.replace(/[\s().-]/g, '');
    if (!dialled.test(number)) return showFault(fault, { message: 'That is no phone number.' });
    if (area.value.trim() === '') return showFault(fault, { message: 'There is no text yet.' });
    busy(
      button,
      async () => {
        const made = await source.send({ line: from.value, to: number, text: area.value, id });
        toast('It is on its way.');
        location.hash =
          from.value === '' && !made.line
            ? '#/messages'
            : `#/messages/${encodeURIComponent(made.line ?? from.value)}/${encodeURIComponent(number)}`;
      },
      (error) => showFault(fault, error),
    );
  });
  const head = el(
    'div',
    { class: 'thread-head' },
    el('a', { class: 'back button quiet', href: '#/messages', 'aria-label': 'Back to the list' }, '‹'),
    el('h2', {}, 'New message'),
  );
  return { root: el('div', { class: 'thread' }, head, form), close: () => {} };
}
