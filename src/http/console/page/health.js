import { get } from './api.js';
import { action, el, fill, problem, prose, sentence } from './dom.js';
import { calmly, listen } from './live.js';

/** Whether everything is up, and what the doctor says. */
export async function healthPage({ session }) {
  const body = el('div', {});
  const load = async () => {
    try {
      fill(body, reportOf(await get('ui/api/health')));
    } catch (error) {
      fill(body, problem(error, load));
    }
  };
  await load();
  const again = calmly(load);
  const close = listen((kind) => kind === 'modem' && again());
  const about = el(
    'p',
    { class: 'muted' },
    `${session.gateway} runs sim2mqtt ${session.version}. `,
    el('a', { href: 'redoc' }, 'API reference'),
    ' · ',
    el('a', { href: 'metrics' }, 'Metrics'),
  );
  return { root: el('div', { class: 'report' }, body, action('Look again', load), about), close };
}

function reportOf({ status, checks, findings }) {
  return [
    el(
      'p',
      { class: `banner ${status === 'ready' ? 'ok' : 'bad'}` },
      status === 'ready' ? 'Everything is up.' : 'Something is not up.',
    ),
    section(
      'Now',
      checks.map(({ name, ok, problem: why }) =>
        line(ok ? 'ok' : 'bad', ok ? 'fine' : 'fault', nameOf(name), why ? [sentence(why)] : []),
      ),
    ),
    findings === null
      ? el('p', { class: 'muted' }, prose('On the gateway, `sim2mqtt doctor` looks further.'))
      : section('The doctor', findings.length === 0 ? [el('li', {}, 'Nothing to mend.')] : findings.map(findingLine)),
  ];
}

const moods = { error: 'bad', warning: 'wait', advice: 'ok' };

function findingLine({ severity, subject, message, remedy }) {
  return line(moods[severity], severity, subject, [sentence(message), sentence(remedy)]);
}

function nameOf(name) {
  return name.startsWith('modem/') ? `Modem ${name.slice(6)}` : name.charAt(0).toUpperCase() + name.slice(1);
}

function line(mood, word, title, texts) {
  const body = texts.map((text) => el('p', {}, prose(text)));
  return el('li', {}, el('span', { class: `state ${mood}` }, word), el('div', {}, el('strong', {}, title), body));
}

function section(title, lines) {
  return el('section', {}, el('h2', {}, title), el('ul', { class: 'checks' }, lines));
}
