import { get, part, post } from './api.js';
import { action, bars, el, empty, fill, problem, prose, riskyAction, sentence, toast } from './dom.js';
import { barsOf, phases, plural, registrations, signalWord, timeOf } from './format.js';
import { calmly, listen } from './live.js';

/** Every modem as it is now; it changes by itself. */
export async function modemsPage() {
  const root = el('div', { class: 'cards' });
  const cards = new Map();
  const put = (modem) => {
    const before = cards.get(modem.id);
    const card = cardOf(modem, before?.querySelector('details')?.open === true);
    cards.set(modem.id, card);
    if (before === undefined) root.append(card);
    else swap(before, card);
  };
  const load = async () => {
    try {
      const { items } = await get('ui/api/modems');
      if (cards.size === 0) fill(root, items.length === 0 ? noModems() : null);
      for (const modem of items) put(modem);
    } catch (error) {
      if (cards.size === 0) fill(root, problem(error, load));
    }
  };
  await load();
  const again = calmly(load);
  const close = listen((kind, data) => {
    if (kind === 'modem') put(data);
    if (kind === 'again') again();
  });
  return { root, close };
}

function noModems() {
  return empty(
    'No modem yet.',
    'Plug one in; “sim2mqtt ports” shows where it is. Then name it under “modems” in the configuration.',
  );
}

function swap(before, card) {
  const { activeElement: active } = document;
  const key = before.contains(active) ? active.dataset.key : undefined;
  before.replaceWith(card);
  if (key !== undefined) card.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

const moods = { ready: 'ok', starting: 'wait', recovering: 'wait', stopped: 'bad', absent: 'bad', failed: 'bad' };

function cardOf(modem, open) {
  const { id, phase, waiting, hint, operator, technology, registration, signalDbm, number, queued } = modem;
  const mood = phase === 'ready' && waiting !== null ? 'wait' : moods[phase];
  const network = [operator, technology?.toUpperCase()].filter(Boolean).join(' · ');
  return el(
    'article',
    { class: `card is-${mood}`, 'aria-labelledby': `modem-${id}` },
    el('header', {}, el('h2', { id: `modem-${id}` }, id), el('span', { class: `state ${mood}` }, phases[phase])),
    el('p', { class: 'number' }, number ?? 'Number not known'),
    waiting === null
      ? null
      : el(
          'p',
          { class: 'why' },
          el('strong', {}, sentence(waiting)),
          hint === null ? null : [' ', prose(sentence(hint))].flat(),
        ),
    phase === 'ready'
      ? el('p', { class: 'signal' }, bars(barsOf(signalDbm)), el('span', {}, signalWord(signalDbm)))
      : null,
    phase === 'ready'
      ? el('p', { class: 'muted' }, [network, registrations[registration]].filter(Boolean).join(' · '))
      : null,
    queued > 0 ? el('p', { class: 'queue' }, queueOf(modem)) : null,
    detailsOf(modem, open),
    el(
      'footer',
      {},
      action('Read again', () => command(id, 'refresh'), {
        'data-key': `refresh-${id}`,
        'aria-label': `Read ${id} again`,
      }),
      riskyAction('Restart', 'Restart it?', () => command(id, 'restart'), { 'data-key': `restart-${id}` }),
    ),
  );
}

const reasons = {
  modem_offline: 'until the modem is ready',
  not_registered: 'until there is a network',
  paused: 'because the operator holds the line back',
  retry_at: 'for the next try',
  pace: 'so as not to send too fast',
  busy: 'for its turn',
};

/** How many wait, and what the first of them waits for. */
function queueOf({ queued, held }) {
  const many = `${plural(queued, 'message')} waiting to be sent`;
  if (held === null) return [many];
  const when = held.retryAt === null ? [] : [', not before ', timeOf(held.retryAt)];
  return [`${many} ${reasons[held.reason] ?? ''}`, ...when];
}

async function command(id, name) {
  await post(`ui/api/modems/${part(id)}/${name}`);
  toast(name === 'restart' ? `${id} starts over.` : `${id} was read again.`);
}

function detailsOf({ id, model, imei, sim, port, smsc, storages, since }, open) {
  const rows = [
    ['SIM', sim.replaceAll('_', ' ')],
    ['Storage', storages.map(({ name, used, total }) => `${name} ${used} of ${total}`).join(', ') || 'not known'],
    ['Model', model || 'not known'],
    ['IMEI', imei ?? 'not known'],
    ['Service centre', smsc ?? 'not known'],
    ['Port', port],
  ];
  return el(
    'details',
    { open },
    el('summary', { 'data-key': `details-${id}` }, 'Details'),
    el(
      'dl',
      {},
      rows.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]),
      el('dt', {}, 'Since'),
      el('dd', {}, timeOf(since)),
    ),
  );
}
