import { get, newId, post } from './api.js';

/** Messages of every line. A source: `lines`, `page`, `thread`, `send`; all of them by the key of a line. */
export async function operatorMessages() {
  const [{ items: modems }, { items: numbers }] = await Promise.all([get('ui/api/modems'), get('ui/api/numbers')]);
  const labels = new Map(modems.map(({ id, number }) => [number ?? id, number === null ? id : `${number} (${id})`]));
  for (const { e164 } of numbers) if (!labels.has(e164)) labels.set(e164, e164);
  const modemOf = (line) => modems.find(({ id, number }) => number === line || id === line)?.id;
  return {
    search: true,
    anyLine: true,
    lines: [...labels],
    page: ({ line, search, before }) => get('ui/api/messages', { line, search, before }),
    thread: ({ line, peer, before }) => get('ui/api/conversation', { line, peer, before }),
    send: ({ line, to, text, id = newId() }) => post('ui/api/messages', { id, to, text, modem: modemOf(line) }),
    lineFor: (line) => line,
    noLines: [
      'No modem yet.',
      'Name one under “modems” in the configuration; “sim2mqtt ports” shows what is plugged in.',
    ],
  };
}

/** Messages of the account's own mailboxes; a line is known by the id of its number, and shown by its number. */
export async function ownMessages() {
  const { items } = await get('ui/api/mine/numbers');
  const idOf = (line) => items.find(({ id, e164 }) => id === line || e164 === line)?.id ?? line;
  return {
    search: false,
    anyLine: false,
    lines: items.map(({ e164, kind }) => [e164, kind === 'shared' ? `${e164} (shared)` : e164]),
    page: ({ line, before }) => get('ui/api/mine/messages', { number: idOf(line), before }),
    thread: ({ line, peer, before }) => get('ui/api/mine/messages', { number: idOf(line), peer, before }),
    send: ({ line, to, text }) => post('ui/api/mine/messages', { number: idOf(line), to, text }),
    lineFor: (line) => line,
    noLines: ['You have no number yet.', 'Take one under “Numbers”.'],
  };
}
