import { codeChip, el, empty, field, select } from './dom.js';
import { timeOf } from './format.js';
import { pagedList } from './list.js';
import { calmly, listen } from './live.js';
import { newMessage, threadOf } from './thread.js';

/** The list, and beside it (on a phone: instead of it) one conversation. */
export function messagesPage(openSource) {
  return async ({ parts }) => {
    const source = await openSource().catch((error) => ({ fault: error }));
    if (source.fault)
      return {
        root: el('div', { class: 'page' }, el('h1', {}, 'Messages'), el('p', { role: 'alert' }, source.fault.message)),
      };
    if (source.lines.length === 0)
      return { root: el('div', { class: 'page' }, el('h1', {}, 'Messages'), empty(...source.noLines)) };
    return openMessages(source, parts);
  };
}

function openMessages(source, parts) {
  const list = listOf(source);
  const side = el('section', { class: 'side', 'aria-label': 'Conversation' });
  const root = el('div', { class: 'split' }, list.root, side);
  let thread;
  const go = ([line, peer]) => {
    thread?.close();
    thread = undefined;
    const isNew = line === 'new';
    root.dataset.open = line === undefined || line === '' ? 'list' : 'thread';
    if (isNew) thread = newMessage(source, peer ?? '');
    else if (peer !== undefined) thread = threadOf(source, { line, peer });
    side.replaceChildren(thread?.root ?? empty('Pick a message to read the conversation.'));
    list.mark(line, peer);
    if (isNew) thread.root.querySelector('input, select')?.focus();
    else if (peer !== undefined) side.querySelector('h2')?.focus();
  };
  const again = calmly(() => {
    list.refresh();
    thread?.refresh?.();
  });
  const stop = listen((kind) => {
    if (kind === 'message' || kind === 'again') again();
  });
  go(parts);
  return {
    root,
    go,
    close() {
      stop();
      thread?.close();
    },
  };
}

function listOf(source) {
  const wanted = { line: source.anyLine ? '' : source.lines[0][0], search: '' };
  let marked = [];
  const list = pagedList({
    label: 'Messages',
    load: (before) => source.page({ ...wanted, before }),
    row: (message) => rowOf(message),
    order: ({ n }) => -n,
    none: () =>
      wanted.search === ''
        ? ['No messages yet.', 'Text one of your numbers, and it shows up here by itself.']
        : ['Nothing found.', 'Pieces of words, of numbers and of codes are found; every one of them must be there.'],
  });
  const mark = (line, peer) => {
    marked = [line, peer];
    const open = peer === undefined ? '' : hrefOf(line, peer);
    for (const link of list.root.querySelectorAll('a.message')) {
      if (link.getAttribute('href') === open) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  };
  const refresh = async () => {
    await list.refresh();
    mark(...marked);
  };
  const restart = () => list.restart().then(() => mark(...marked));
  restart();
  const root = el('section', { class: 'inbox' }, headOf(source, wanted, restart), list.root);
  return { root, refresh, mark };
}

function headOf(source, wanted, changed) {
  const soon = calmly(changed);
  const lines = source.anyLine ? [['', 'All lines'], ...source.lines] : source.lines;
  const line = select(lines, wanted.line, { 'aria-label': 'Line' });
  line.addEventListener('change', () => {
    wanted.line = line.value;
    changed();
  });
  const search = el('input', {
    type: 'search',
    placeholder: 'Search texts, numbers and codes',
    'aria-label': 'Search messages',
    maxlength: '200',
  });
  search.addEventListener('input', () => {
    wanted.search = search.value;
    soon();
  });
  return el(
    'div',
    { class: 'inbox-head' },
    el(
      'div',
      { class: 'title' },
      el('h1', {}, 'Messages'),
      el('a', { class: 'button primary', href: '#/messages/new' }, 'New'),
    ),
    source.search ? el('div', { role: 'search' }, search) : null,
    lines.length > 1 ? field('Line', line) : null,
  );
}

function hrefOf(line, peer) {
  return `#/messages/${encodeURIComponent(line)}/${encodeURIComponent(peer)}`;
}

const states = {
  queued: 'waiting',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  failed: 'failed',
  unknown: 'outcome unknown',
  expired: 'too late',
};

function rowOf({ direction, peer, line, text, time, otp, status, partial, binary }) {
  const inbound = direction === 'in';
  const sort = ['failed', 'unknown', 'expired'].includes(status) ? 'bad' : '';
  return el(
    'div',
    { class: `row ${direction}` },
    el(
      'a',
      { class: 'message', href: hrefOf(line, peer), 'data-key': `row-${line}-${peer}-${time}` },
      el('span', { class: 'top' }, el('strong', {}, inbound ? peer : `To ${peer}`), timeOf(time)),
      el('span', { class: 'text', dir: 'auto' }, binary ? 'A binary message' : text),
      el(
        'span',
        { class: 'facts' },
        el('span', {}, line),
        status === null ? null : el('span', { class: sort }, states[status]),
        partial ? el('span', { class: 'bad' }, 'parts are missing') : null,
        otp?.service ? el('span', {}, otp.service) : null,
      ),
    ),
    otp === null ? null : codeChip(otp),
  );
}
