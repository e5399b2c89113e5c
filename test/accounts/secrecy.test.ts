import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMailbox, openStage, phone, refusal, signIn, source } from './stage.ts';

test('no code, token or key is in the data folder, nor the address that asked', () => {
  const stage = openStage();
  const { token, account, id: session } = signIn(stage, '+14152055635');
  const codes = [stage.code()];
  const { id } = stage.accounts.startVerification({ phone, source });
  codes.push(stage.code());
  refusal(() => stage.accounts.verify({ id, code: codes[1] === '777777' ? '777778' : '777777' }, 'op'));
  const mailbox = openMailbox(stage.store, account.id);
  const op = stage.accounts.createKey(account.id, { api: 'op', name: 'agent', mailbox }, { account: null, via: 'cli' });
  const agent = stage.accounts.createKey(
    account.id,
    { api: 'agent-otp', name: 'bot', mailbox: null },
    { account: null, via: 'cli' },
  );
  const secrets = [token, op.secret, agent.secret];
  // Of a key its first characters are shown; of everything else, nothing.
  const hidden = [token, token.slice(9), op.secret.slice(8), agent.secret.slice(3), source, '198.51.100'];

  const tables = stage.store.db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .flatMap(({ name }) => stage.store.db.prepare<[], Record<string, unknown>>(`SELECT * FROM "${name}"`).all());
  expect(tables.length).toBeGreaterThan(8);
  const cells = tables
    .flatMap((row) => Object.values(row))
    .map((cell) => (cell instanceof Buffer ? cell.toString('latin1') : String(cell)));
  for (const code of codes) {
    // Digits alone may be part of any id or instant: a cell that is the code, or a text that has it as a word.
    const found = new RegExp(`^${code}$|(?<![0-9a-f-])${code}(?![0-9a-f-])`);
    expect(cells.filter((cell) => found.test(cell))).toEqual([]);
  }
  for (const secret of hidden) expect(cells.filter((cell) => cell.includes(secret))).toEqual([]);

  const files = readdirSync(stage.folder).map((name) => readFileSync(join(stage.folder, name)));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    for (const secret of [...hidden, ...secrets]) expect(file.includes(secret)).toBe(false);
    for (const code of codes) expect(file.includes(`${code} is your`)).toBe(false);
  }
  expect(session).not.toContain(token);
});

test('no error tells a phone, a code or a secret', () => {
  const stage = openStage();
  const { token } = signIn(stage);
  const told = [
    () => stage.accounts.startVerification({ phone: '415 205 5634', source }),
    () => stage.accounts.startVerification({ phone, source }),
    () => stage.accounts.verify({ id: 'x', code: '123456' }, 'op'),
    () => stage.accounts.session(`${token}x`),
    () => stage.accounts.add(phone, 'free', { account: null, via: 'cli' }),
    () => stage.accounts.byPhone('+14150000000'),
  ].map((work) => {
    try {
      work();
    } catch (error) {
      return JSON.stringify([String(error), error]);
    }
    return 'nothing was refused';
  });
  expect(
    told.filter((text) => /nothing was refused|2055634|205 5634|0000000|123456(?!7)|ses_live_/.test(text)),
  ).toEqual([]);
});
