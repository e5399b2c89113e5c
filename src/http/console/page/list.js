import { action, el, empty, fill, problem } from './dom.js';

/**
 * A list in pages. `load(place)` gives {items, next}; `row(item)` a node; `order(item)` grows with age where the list
 * is newest first, so that a fresh first page can be put before what is there already.
 */
export function pagedList({ load, row: made, none, label, order }) {
  const list = el('ul', { class: 'rows', 'aria-label': label });
  const foot = el('div', { class: 'foot' });
  const root = el('div', { class: 'paged', 'aria-busy': 'true' }, list, foot);
  let items = [];
  let next = null;
  let turn = 0;
  const node = keptRows(made);
  const show = () => {
    fill(list, items.map(node));
    list.hidden = items.length === 0;
    fill(foot, [
      items.length === 0 ? empty(...none()) : null,
      next === null ? null : action('Show more', more, { 'data-key': 'more' }),
    ]);
  };
  const run = async (place, merge) => {
    turn += 1;
    const mine = turn;
    try {
      const page = await load(place);
      if (mine !== turn) return;
      merge(page);
      show();
    } catch (error) {
      if (mine !== turn || error.status === 401) return;
      if (items.length === 0) list.hidden = true;
      fill(
        foot,
        problem(error, () => run(place, merge)),
      );
    } finally {
      root.removeAttribute('aria-busy');
    }
  };
  const whole = (page) => {
    items = page.items;
    next = page.next;
  };
  const more = () =>
    run(next, (page) => {
      items = [...items, ...page.items];
      next = page.next;
    });
  const refresh = () =>
    run(undefined, (page) => {
      const last = page.items.at(-1);
      const older = last && order && page.next !== null ? items.filter((item) => order(item) > order(last)) : [];
      if (older.length === 0) return whole(page);
      items = [...page.items, ...older];
    });
  const restart = () => run(undefined, whole);
  return { root, refresh, restart };
}

/** The same node for an item that has not changed: what is open in it stays open. */
function keptRows(made) {
  const rows = new Map();
  return (item) => {
    const text = JSON.stringify(item);
    const known = rows.get(item.id);
    if (known?.text === text) return known.node;
    const node = el('li', {}, made(item));
    rows.set(item.id, { text, node });
    return node;
  };
}

/** A list that is read whole; `reload` reads it again. */
export async function plainList(load, made, none) {
  const list = el('ul', { class: 'rows' });
  const root = el('div', {}, list);
  const reload = async () => {
    try {
      const items = await load();
      fill(root, items.length === 0 ? empty(...none) : list);
      fill(
        list,
        items.map((item) => el('li', {}, made(item, reload))),
      );
    } catch (error) {
      fill(root, problem(error, reload));
    }
  };
  await reload();
  return { root, reload };
}

/** One line of a list: what it is about, small facts below it, and what can be done to it beside them. */
export function row(head, facts, ...beside) {
  return el(
    'div',
    { class: 'row' },
    el('div', { class: 'grow' }, head, el('p', { class: 'facts' }, facts.filter(Boolean).map(fact))),
    ...beside,
  );
}

function fact(one) {
  return one instanceof Node ? one : el('span', {}, one);
}
