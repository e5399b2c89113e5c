import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createOperators } from '../../src/accounts/accounts.ts';
import { systemClock } from '../../src/clock.ts';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';
import { runHere } from './recorded-context.ts';

function room() {
  const data = join(tempFolder(), 'data');
  const sim = (...args: string[]) => runHere(['token', ...args, '--data', data]);
  return { data, sim };
}

test('token create prints nothing but the secret, which the running daemon takes at once and the database does not hold', async () => {
  const { data, sim } = room();
  openStore(data).close();
  const store = openStore(data);
  onTestFinished(() => store.close());
  const operators = createOperators({ store, clock: systemClock });
  const { code, stdout, stderr } = await sim('create', '--name', 'my phone');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^operator_[0-9A-Za-z]{32}\n$/)]);
  expect(stderr).toMatch(/^sim2mqtt: this is token [0-9a-f-]{36}; it is shown this once\n$/);
  const { session } = operators.signIn(stdout.trim(), 'console');
  expect(session.token.name).toBe('my phone');
  expect(readFileSync(join(data, 'sim2mqtt.db')).includes(stdout.trim().slice(9))).toBe(false);
  const revoked = await sim('revoke', session.token.id);
  expect([revoked.code, revoked.stdout]).toEqual([0, `revoked ${session.token.id}\n`]);
  expect(() => operators.signIn(stdout.trim(), 'console')).toThrow('unknown or revoked');
});

test('token list shows those that work, without their secrets', async () => {
  const { sim } = room();
  expect(await sim('list')).toEqual({ code: 0, stdout: 'no tokens\n', stderr: '' });
  const made = JSON.parse((await sim('create', '--json')).stdout);
  expect(made).toMatchObject({ name: 'operator', token_prefix: made.token.slice(0, 13) });
  await sim('create', '--name', 'tablet');
  const listed = await sim('list');
  expect(listed.stdout).toMatch(
    /^[0-9a-f-]{36} operator_\w{4}… \(operator\), since .*\n[0-9a-f-]{36} operator_\w{4}… \(tablet\), since .*\n$/,
  );
  expect(listed.stdout).not.toContain(made.token);
  await sim('revoke', made.id);
  expect(JSON.parse((await sim('list', '--json')).stdout)).toMatchObject([{ name: 'tablet' }]);
});

test('token revoke says where there is none, and audit who did what', async () => {
  const { data, sim } = room();
  const refused = await sim('revoke', 'x');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(/^sim2mqtt: token\.unknown: .*token list.*\n$/);
  const { id } = JSON.parse((await sim('create', '--json')).stdout);
  await sim('revoke', id);
  const { stdout } = await runHere(['audit', '--data', data]);
  expect(stdout).toMatch(
    new RegExp(`token\\.revoked by the operator via cli \\(${id}\\)\n.*token\\.created by the operator via cli`),
  );
});
