import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { Cleanup, command, newFolder, startDaemon, startModems, until } from './processes.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** Every table with every row. */
function tablesOf(file: string): Record<string, unknown[]> {
  const sqlite = new Sqlite(file, { readonly: true });
  const all = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
  const names = sqlite.prepare<[], { name: string }>(all).all();
  const rows = Object.fromEntries(names.map(({ name }) => [name, sqlite.prepare(`SELECT * FROM "${name}"`).all()]));
  sqlite.close();
  return rows;
}

async function messagesIn(data: string): Promise<unknown> {
  return JSON.parse((await command(['messages', '--data', data, '--json'])).stdout);
}

test('a backup of a daemon at work, restored into another folder, holds every row, and a daemon goes on from there', async () => {
  const modems = await startModems(1, cleanup);
  const data = newFolder(cleanup);
  const config = {
    gateway: 'test',
    mqtt: { listen: '127.0.0.1:0' },
    modems: [{ id: 'm0', port: modems.port(0), number: '+14165551230', offer: 'shared' }],
  };
  const daemon = await startDaemon(config, data, cleanup);
  await until('a ready modem', async () => (await fetch(`${daemon.httpUrl}/readyz`)).ok);
  for (const code of ['111111', '222222']) {
    await modems.ask({ op: 'inject', modem: 0, from: '+14155550123', text: `Your code is ${code}` });
  }
  expect((await command(['send', '--data', data, '--to', '+14155550123', '--text', 'hello'])).code).toBe(0);
  expect((await command(['account', 'add', '--data', data, '--phone', '+14152055634'])).code).toBe(0);
  await until('the messages', async () => {
    const all = (await messagesIn(data)) as { status?: string }[];
    return all.length === 3 && JSON.stringify(all).includes('"delivered"');
  });

  const file = join(newFolder(cleanup), 'copy.db');
  expect(await command(['backup', file, '--data', data])).toMatchObject({ code: 0 });
  const before = await messagesIn(data);
  expect(await daemon.stop()).toBe(0);
  const wanted = tablesOf(file);
  for (const table of ['messages', 'outbox', 'events', 'accounts', 'numbers']) expect(wanted[table]).not.toEqual([]);

  const other = newFolder(cleanup);
  expect(await command(['restore', file, '--data', other])).toMatchObject({ code: 0 });
  expect(readdirSync(other).sort()).toEqual(['secret.key', 'sim2mqtt.db']);
  expect(tablesOf(join(other, 'sim2mqtt.db'))).toEqual(wanted);

  const next = await startDaemon(config, other, cleanup);
  await until('a ready modem', async () => (await fetch(`${next.httpUrl}/readyz`)).ok);
  await modems.ask({ op: 'inject', modem: 0, from: '+14155550123', text: 'after it' });
  const after = await until('one more', async () => {
    const all = (await messagesIn(other)) as unknown[];
    return all.length === 4 && all;
  });
  expect(after.slice(1)).toEqual(before);
});
