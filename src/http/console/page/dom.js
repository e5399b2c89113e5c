/**
 * Makes an element. Attributes by name; `on…` are listeners; true and false are there and not there. Children are
 * nodes or text: nothing that came in a message is ever read as HTML.
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'value') made.value = value;
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const svgNames = 'http://www.w3.org/2000/svg';

/** An icon of 24 × 24, drawn by one path. */
export function icon(path) {
  const svg = document.createElementNS(svgNames, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const drawn = document.createElementNS(svgNames, 'path');
  drawn.setAttribute('d', path);
  svg.append(drawn);
  return svg;
}

/** Four bars, the first `filled` of them full. */
export function bars(filled) {
  const svg = document.createElementNS(svgNames, 'svg');
  svg.setAttribute('viewBox', '0 0 22 16');
  svg.setAttribute('class', 'bars');
  svg.setAttribute('aria-hidden', 'true');
  for (let bar = 0; bar < 4; bar++) {
    const rect = document.createElementNS(svgNames, 'rect');
    const height = 4 + bar * 4;
    const place = { x: bar * 6, y: 16 - height, width: 4, height, rx: 1, class: bar < filled ? 'full' : 'empty' };
    for (const [name, value] of Object.entries(place)) rect.setAttribute(name, value);
    svg.append(rect);
  }
  return svg;
}

/** Puts new nodes in the place of the old; what had the focus, by its data-key, has it again. */
export function fill(parent, ...children) {
  const { activeElement: active } = document;
  const key = parent.contains(active) ? active.dataset.key : undefined;
  parent.replaceChildren(...children.flat().filter(Boolean));
  if (key !== undefined) parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** A labelled input, select or textarea. */
export function field(label, input, note) {
  return el('label', { class: 'field' }, el('span', {}, label), input, note ? el('small', {}, note) : null);
}

export function select(options, value, attributes = {}) {
  const made = el(
    'select',
    attributes,
    options.map(([of, label]) => el('option', { value: of }, label)),
  );
  made.value = value;
  return made;
}

/** A form in a box, named for who cannot see it; what goes wrong is said as of a button. */
export function boxedForm(name, label, fields, work) {
  const button = el('button', { class: 'primary', type: 'submit' }, label);
  const form = el('form', { class: 'inline boxed', 'aria-label': name }, fields, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(button, work);
  });
  return form;
}

/** A button that does one thing at a time; what goes wrong is said beside it by `failed`. */
export function action(label, work, { failed, ...attributes } = {}) {
  const button = el('button', { type: 'button', ...attributes }, label);
  button.addEventListener('click', () => busy(button, work, failed));
  return button;
}

export async function busy(button, work, failed = toastError) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  try {
    await work();
  } catch (error) {
    failed(error);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

/** One that asks again before it does it. */
export function riskyAction(label, question, work, attributes = {}) {
  const button = el('button', { type: 'button', class: 'danger', ...attributes }, label);
  let asked;
  const calm = () => {
    clearTimeout(asked);
    asked = undefined;
    button.textContent = label;
  };
  button.addEventListener('blur', calm);
  button.addEventListener('click', () => {
    if (asked === undefined) {
      button.textContent = question;
      asked = setTimeout(calm, 5000);
      return;
    }
    calm();
    busy(button, work);
  });
  return button;
}

export function toast(text, kind = 'info') {
  const note = el('div', { class: `toast ${kind}` }, text);
  const toasts = document.getElementById('toasts');
  toasts.append(note);
  if (toasts.children.length > 2) toasts.firstChild.remove();
  setTimeout(() => note.remove(), kind === 'error' ? 9000 : 4000);
}

export function toastError(error) {
  toast(error.hint ? `${error.message} ${error.hint}` : error.message, 'error');
}

/** Over plain http on a network a browser has no clipboard to write to; the older way works there. */
export async function copy(text) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else {
    const area = el('textarea', { class: 'offscreen', value: text, readonly: true });
    const { activeElement: before } = document;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    before?.focus();
    if (!copied) throw new Error('The browser does not let this page copy.');
  }
  toast('Copied.');
}

const copyPath =
  'M8 3h10a3 3 0 0 1 3 3v10h-2V6a1 1 0 0 0-1-1H8zM5 7h9a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2z';

/** A code to read and to copy. */
export function codeChip({ code, service }) {
  const label = service ? `Copy the code ${code} of ${service}` : `Copy the code ${code}`;
  const inside = [el('b', {}, code), icon(copyPath)];
  return action(inside, () => copy(code), { class: 'code', 'aria-label': label, 'data-key': `code-${code}` });
}

/** A sentence in which `backquotes` are around what is typed. */
export function prose(text) {
  return text.split('`').map((piece, index) => (index % 2 === 1 ? el('code', {}, piece) : piece));
}

export function sentence(text) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}

export function empty(title, ...more) {
  return el('div', { class: 'empty' }, el('p', { class: 'lead' }, title), ...more.map((text) => el('p', {}, text)));
}

export function problem(error, again) {
  return el(
    'div',
    { class: 'problem', role: 'alert' },
    el('p', { class: 'lead' }, error.message),
    error.hint ? el('p', {}, prose(error.hint)) : null,
    again ? action('Try again', again) : null,
  );
}
