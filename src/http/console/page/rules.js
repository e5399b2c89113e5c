import { post } from './api.js';
import { busy, codeChip, el, field } from './dom.js';

const example = 'Your Contoso verification code is 482913. It expires in 10 minutes.';

/** What the rules for one-time codes make of a text, and why. */
export function rulesPage() {
  const text = el('textarea', { rows: '4', maxlength: '1600', placeholder: example, dir: 'auto' });
  const from = el('input', { maxlength: '64', placeholder: 'Contoso' });
  const button = el('button', { class: 'primary', type: 'submit' }, 'Try');
  const outcome = el('div', { role: 'status' });
  const fault = el('p', { class: 'fault', role: 'alert', hidden: true });
  const form = el(
    'form',
    { class: 'stack boxed' },
    field('Text of the message', text),
    field('Sender', from, 'Some rules look at it.'),
    button,
    fault,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (text.value.trim() === '') text.value = example;
    busy(
      button,
      async () => {
        fault.hidden = true;
        outcome.replaceChildren(...outcomeOf(await post('ui/api/rules', { text: text.value, from: from.value })));
      },
      (error) => {
        fault.textContent = error.message;
        fault.hidden = false;
      },
    );
  });
  return { root: el('div', {}, el('p', { class: 'muted' }, 'Nothing is stored or sent.'), form, outcome) };
}

function outcomeOf({ finding, why, keywords, candidates, masked }) {
  return [
    el(
      'div',
      { class: 'boxed verdict' },
      el('h2', {}, finding === null ? 'No one-time code' : 'The code is'),
      finding === null ? null : codeChip(finding),
      el('p', {}, `${why.charAt(0).toUpperCase()}${why.slice(1)}.`),
      finding === null
        ? null
        : el(
            'p',
            { class: 'facts' },
            el('span', {}, `rule ${finding.rule}`),
            el('span', {}, `confidence ${finding.confidence}`),
            finding.service ? el('span', {}, finding.service) : null,
          ),
    ),
    table(
      'Considered',
      ['Number', 'Score', 'Form', 'Because of'],
      candidates.map(({ code, score, format, word }) => [code, String(score), format, word || '–']),
    ),
    table(
      'Words',
      ['Word', 'Rule', 'Weight'],
      keywords.map(({ text, language, strength, weight, ignored }) => [
        text,
        `${language}.${strength}`,
        ignored ? `ignored: ${ignored}` : String(weight),
      ]),
    ),
    table(
      'Masked',
      ['Text', 'Because it is'],
      masked.map(({ text, reason }) => [text, reason]),
    ),
  ];
}

function table(title, heads, rows) {
  if (rows.length === 0) return '';
  return el(
    'div',
    { class: 'table' },
    el(
      'table',
      {},
      el('caption', {}, title),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          heads.map((head) => el('th', { scope: 'col' }, head)),
        ),
      ),
      el(
        'tbody',
        {},
        rows.map((cells) =>
          el(
            'tr',
            {},
            cells.map((cell) => el('td', {}, cell)),
          ),
        ),
      ),
    ),
  );
}
