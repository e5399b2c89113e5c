import { get, onSignedOut, post, remove } from './api.js';
import { action, el, fill, icon, problem, toast } from './dom.js';
import { connect, disconnect, listen } from './live.js';
import { accountPages, operatorPages } from './pages.js';
import { signInPage } from './sign-in.js';

const app = document.getElementById('app');
let session;
let shown;
let turn = 0;

onSignedOut(() => start());

/** Who is this? Then what is theirs. */
async function start() {
  disconnect();
  close();
  try {
    session = await get('ui/api/session');
  } catch (error) {
    fill(app, el('main', { class: 'alone' }, problem(error, start)));
    return;
  }
  if (session.operator === null && session.account === null) {
    document.title = 'Sign in · sim2mqtt';
    fill(app, signInPage(session, start));
    return;
  }
  const pages = session.operator === null ? accountPages : operatorPages;
  drawShell(pages);
  connect(session.operator === null ? 'account' : 'operator', showLive);
  await route(pages);
}

function close() {
  shown?.close?.();
  shown = undefined;
}

const morePath = 'M5 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm7 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm7 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4z';

function drawShell(pages) {
  const who = session.operator === null ? session.account.phone : `operator · ${session.operator.name}`;
  const link = ({ name, title, path }, index) =>
    el(
      'li',
      { class: index > 2 ? 'secondary' : null },
      el('a', { href: `#/${name}`, 'data-page': name }, icon(path), el('span', {}, title)),
    );
  const main = el('main', { id: 'main', tabindex: '-1' });
  const toMain = (event) => {
    event.preventDefault();
    main.focus();
  };
  const skip = el('a', { class: 'skip', href: '#/', onclick: toMain }, 'Skip to the content');
  const nav = el(
    'nav',
    { 'aria-label': 'Console' },
    el(
      'ul',
      {},
      pages.map(link),
      el(
        'li',
        { class: 'only-narrow' },
        el('a', { href: '#/more', 'data-page': 'more' }, icon(morePath), el('span', {}, 'More')),
      ),
    ),
  );
  fill(
    app,
    skip,
    el(
      'header',
      { class: 'bar' },
      el(
        'a',
        { class: 'brand', href: `#/${pages[0].name}` },
        el(
          'span',
          { class: 'mark' },
          icon('M7 2h7l5 5v13a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm2 13v4h2v-4zm3-3v7h2v-7zm3-3v10h2V9z'),
        ),
        el('span', {}, session.gateway),
      ),
      el('span', { id: 'live', class: 'live waiting' }, el('i', {}), el('span', {}, 'connecting')),
      el('span', { class: 'who' }, who),
      action('Sign out', signOut, { class: 'quiet sign-out' }),
    ),
    nav,
    main,
  );
}

function showLive(state) {
  const mark = document.getElementById('live');
  if (mark === null) return;
  mark.className = `live ${state}`;
  mark.lastChild.textContent = state === 'live' ? 'live' : 'reconnecting';
}

async function signOut() {
  disconnect();
  if (session.operator !== null) await remove('ui/api/session');
  if (session.account !== null) await post('auth/logout');
  // No change of hash: there is nobody to show a page to.
  history.replaceState(null, '', location.pathname);
  await start();
}

/** `#/messages/+1…/+2…` → the page `messages` with its parts. */
function addressed(pages) {
  const [name = '', ...parts] = location.hash.replace(/^#\/?/, '').split('/').map(decode);
  const page = name === 'more' ? morePage(pages) : (pages.find((each) => each.name === name) ?? pages[0]);
  return { page, parts };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function route(pages) {
  const { page, parts } = addressed(pages);
  const main = document.getElementById('main');
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.page === page.name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${page.title} · ${session.gateway}`;
  if (shown?.name === page.name && shown.go) return shown.go(parts);
  close();
  turn += 1;
  const mine = turn;
  const made = await page.open({ session, parts, name: page.name });
  if (mine !== turn) return made.close?.();
  shown = { ...made, name: page.name };
  fill(main, page.bare ? null : el('h1', {}, page.title), made.root);
  main.dataset.page = page.name;
  main.scrollTop = 0;
  window.scrollTo(0, 0);
}

/** What does not fit the bar of a phone. */
function morePage(pages) {
  const rows = () =>
    pages.slice(3).map(({ name, title, path }) => el('li', {}, el('a', { href: `#/${name}` }, icon(path), title)));
  const open = () => ({
    root: el('div', {}, el('ul', { class: 'menu' }, rows()), action('Sign out', signOut, { class: 'wide' })),
  });
  return { name: 'more', title: 'More', open };
}

listen((kind, data) => {
  if (kind === 'signed-out') return start();
  if (kind === 'message' && data.type === 'sms_received') toast(`New message from ${data.peer}`);
  if (kind !== 'gateway') return;
  if (data.type === 'alert') toast([data.subject, data.text, data.hint].filter(Boolean).join(' · '), 'error');
  if (data.type === 'ussd') toast(`${data.modem}: ${data.text}`);
  if (data.type === 'call_ringing') toast(`${data.modem}: a call from ${data.peer ?? 'an unknown number'}`);
});

addEventListener('hashchange', () => {
  if (session?.operator || session?.account) route(session.operator === null ? accountPages : operatorPages);
});
start();
