import { get } from './api.js';
import { action, el, fill, problem, prose, sentence } from './dom.js';
import { plural } from './format.js';
import { calmly, listen } from './live.js';

/** For what no event tells of: the broker, the disk, other programs. */
const lookAgainMs = 10_000;
/** The doctor's last look may be so old: it may be from before an event. */
const settledMs = 2500;

/** Whether everything is up, and what the doctor says. */
export async function healthPage({ session }) {
  const banner = el('p', { class: 'banner', role: 'status' });
  const body = el('div', {});
  let shown = '';
  const load = async () => {
    try {
      const health = await get('ui/api/health');
      const text = JSON.stringify(health);
      // What has not changed stays as it is: somebody may be copying a remedy.
      if (text === shown) return;
      shown = text;
      const { mood, words } = summaryOf(health);
      banner.hidden = false;
      banner.className = `banner ${mood}`;
      banner.textContent = words;
      fill(body, reportOf(health));
    } catch (error) {
      shown = '';
      banner.hidden = true;
      fill(body, problem(error, load));
    }
  };
  await load();
  const again = calmly(load);
  let settled;
  const stop = listen((kind) => {
    if (kind === 'message') return;
    again();
    clearTimeout(settled);
    settled = setTimeout(again, settledMs);
  });
  const timer = setInterval(() => document.hidden || again(), lookAgainMs);
  const close = () => {
    stop();
    clearTimeout(settled);
    clearInterval(timer);
  };
  const about = el(
    'p',
    { class: 'muted' },
    `${session.gateway} runs sim2mqtt ${session.version}. `,
    el('a', { href: 'redoc' }, 'API reference'),
    ' · ',
    el('a', { href: 'metrics' }, 'Metrics'),
  );
  return { root: el('div', { class: 'report' }, banner, body, action('Look again', load), about), close };
}

function summaryOf({ status, findings }) {
  const faults = (findings ?? []).filter(({ severity }) => severity !== 'advice').length;
  if (faults > 0) return { mood: 'bad', words: `${plural(faults, 'thing')} to mend.` };
  if (status !== 'ready') return { mood: 'bad', words: 'Something is not up.' };
  return { mood: 'ok', words: 'Everything is up.' };
}

function reportOf({ checks, findings }) {
  return [
    findings === null
      ? el('p', { class: 'muted' }, prose('On the gateway, `sim2mqtt doctor` looks further.'))
      : section('What the doctor finds', findings.length === 0 ? [nothing()] : findings.map(findingLine)),
    section(
      'Now',
      checks.map(({ name, ok, problem: why }) =>
        line(ok ? 'ok' : 'bad', ok ? 'fine' : 'fault', nameOf(name), why ? [sentence(why)] : []),
      ),
    ),
  ];
}

function nothing() {
  const more = '`sim2mqtt doctor` on the gateway asks the modems and the ports, too.';
  return el('li', {}, el('span', { class: 'state ok' }, 'fine'), el('p', {}, 'Nothing to mend. ', prose(more)));
}

const moods = { error: 'bad', warning: 'wait', advice: 'ok' };

function findingLine({ severity, subject, message, remedy }) {
  const made = line(moods[severity], severity, nameOf(subject), [sentence(message)]);
  made.lastChild.append(
    el('p', { class: 'remedy' }, el('span', { 'aria-hidden': 'true' }, '→ '), prose(sentence(remedy))),
  );
  return made;
}

function nameOf(name) {
  const spaced = name.replace(/^modem\//, 'modem ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function line(mood, word, title, texts) {
  const body = texts.map((text) => el('p', {}, prose(text)));
  return el('li', {}, el('span', { class: `state ${mood}` }, word), el('div', {}, el('strong', {}, title), body));
}

function section(title, lines) {
  return el('section', {}, el('h2', {}, title), el('ul', { class: 'checks' }, lines));
}
