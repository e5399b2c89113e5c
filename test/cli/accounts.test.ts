import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { createAccounts, createOperators } from '../../src/accounts/accounts.ts';
import { systemClock } from '../../src/clock.ts';
import { GatewayError } from '../../src/errors.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { openStore } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { tempFolder } from '../temp-folder.ts';
import { run } from './command-line.ts';
import { runHere } from './recorded-context.ts';

const phone = '+14152055634';
const leased = '+14165551234';
const shared = '+16176088932';
const yaml = `
modems:
  - { id: m1, port: "tcp://127.0.0.1:7001", number: "${leased}", offer: lease }
  - { id: m2, port: "tcp://127.0.0.1:7002", number: "${shared}", offer: shared }
  - { id: m3, port: "tcp://127.0.0.1:7003", number: "+14165550000", offer: private }
accounts: { default_tier: paid }
`;

/** A data folder with a configuration beside it; `sim` runs a command on both, `bare` on the folder alone. */
function room(text = yaml) {
  const folder = tempFolder();
  const data = join(folder, 'data');
  const config = join(folder, 'config.yaml');
  writeFileSync(config, text);
  const bare = (...args: string[]) => runHere([...args, '--data', data]);
  const sim = (...args: string[]) => bare(...args, '--config', config);
  const json = async (...args: string[]) => JSON.parse((await sim(...args, '--json')).stdout);
  return { data, config, bare, sim, json };
}

/** What the running daemon has: the same database, opened before the command and closed after it. */
function daemonOn(data: string) {
  const store = openStore(data);
  onTestFinished(() => store.close());
  const policy = { signup: 'closed', allow: [], default_tier: 'free' } as const;
  const sendText = () => {
    throw new Error('nothing is texted here');
  };
  const accounts = createAccounts({
    store,
    vault: openVault(data),
    clock: systemClock,
    policy,
    inPool: () => false,
    sendText,
  });
  return { store, accounts, numbers: createNumbers({ store, clock: systemClock }) };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
  }
  return 'fine';
}

describe('account', () => {
  it('add opens one, of the tier of the configuration where none is given', async () => {
    const { sim, bare, json } = room();
    const added = await sim('account', 'add', '--phone', phone, '--json');
    expect([added.code, added.stderr]).toEqual([0, '']);
    expect(JSON.parse(added.stdout)).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      phone,
      tier: 'paid',
      quota: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect((await bare('account', 'add', '--phone', '+14152055635')).stdout).toMatch(
      /^\+14152055635 free, since .*\n$/,
    );
    expect(await json('account', 'add', '--phone', '+14152055636', '--tier', 'free')).toMatchObject({ tier: 'free' });
    const again = await sim('account', 'add', '--phone', phone);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(/^sim2mqtt: account\.exists: .*account set.*\n$/);
  });

  it('set changes what is given, and is seen by the daemon at once', async () => {
    const { data, sim, json } = room();
    await sim('account', 'add', '--phone', phone, '--tier', 'free');
    const { accounts } = daemonOn(data);
    expect(await json('account', 'set', '--phone', phone, '--quota', '7')).toMatchObject({ tier: 'free', quota: 7 });
    expect(accounts.byPhone(phone)).toMatchObject({ tier: 'free', quota: 7 });
    expect((await sim('account', 'set', '--phone', phone, '--tier', 'paid')).stdout).toContain(
      ' paid, 7 rentals a month',
    );
    expect(accounts.byPhone(phone)).toMatchObject({ tier: 'paid', quota: 7 });
    const unknown = await sim('account', 'set', '--phone', '+14152055635', '--tier', 'paid');
    expect([unknown.code, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toMatch(/^sim2mqtt: account\.unknown: .*account add.*\n$/);
  });

  it('list shows them, the oldest first, and makes no database to do so', async () => {
    const { data, sim, json } = room();
    expect(await sim('account', 'list')).toEqual({ code: 0, stdout: 'no accounts yet\n', stderr: '' });
    expect(await json('account', 'list')).toEqual([]);
    expect(existsSync(data)).toBe(false);
    await sim('account', 'add', '--phone', phone);
    await sim('account', 'add', '--phone', '+14152055635');
    expect((await json('account', 'list')).map((one: { phone: string }) => one.phone)).toEqual([phone, '+14152055635']);
    expect((await sim('account', 'list')).stdout.split('\n')).toHaveLength(3);
  });
});

describe('key create', () => {
  it('prints nothing but the secret, and the database does not hold it', async () => {
    const { data, sim } = room();
    await sim('account', 'add', '--phone', phone);
    const { code, stdout, stderr } = await sim(
      'key',
      'create',
      '--phone',
      phone,
      '--name',
      'agent',
      '--number',
      shared,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^op_live_[0-9A-Za-z]{32}\n$/);
    expect(stderr).toMatch(/^sim2mqtt: this is key [0-9a-f-]{36}; it is shown this once\n$/);
    expect(readFileSync(join(data, 'sim2mqtt.db')).includes(stdout.trim().slice(8))).toBe(false);
  });

  it('opens a shared number for a free account, and its key works with the running daemon', async () => {
    const { data, sim, json } = room();
    await sim('account', 'add', '--phone', phone, '--tier', 'free');
    const { accounts, numbers } = daemonOn(data);
    const made = await json('key', 'create', '--phone', phone, '--name', ' agent ', '--number', shared);
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      key: expect.stringMatching(/^op_live_[0-9A-Za-z]{32}$/),
      api: 'op',
      key_prefix: made.key.slice(0, 12),
      name: 'agent',
      phone,
      number: shared,
      created_at: expect.any(String),
    });
    const { key } = accounts.keyHolder('op', made.key);
    expect(numbers.openMailbox(key.mailbox ?? 0)).toMatchObject({ kind: 'shared', number: { e164: shared } });
  });

  it('leases a number for a paid account, once, and refuses a free one with the way out', async () => {
    const { data, sim, json } = room();
    await sim('account', 'add', '--phone', phone, '--tier', 'free');
    const create = ['key', 'create', '--phone', phone, '--name', 'agent', '--number', leased];
    const refused = await sim(...create);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/^sim2mqtt: account\.paid_required: .*account set --tier paid.*\n$/);
    await sim('account', 'set', '--phone', phone, '--tier', 'paid');
    const { accounts, numbers } = daemonOn(data);
    const [one, two] = [await json(...create), await json(...create)];
    const mailboxes = [one, two].map(({ key }) => accounts.keyHolder('op', key).key.mailbox);
    expect(mailboxes[0]).toBe(mailboxes[1]);
    expect(numbers.mine(accounts.byPhone(phone).id)).toHaveLength(1);

    await sim('account', 'add', '--phone', '+14152055635', '--tier', 'paid');
    const taken = await sim('key', 'create', '--phone', '+14152055635', '--name', 'x', '--number', leased);
    expect([taken.code, taken.stdout]).toEqual([1, '']);
    expect(taken.stderr).toMatch(/^sim2mqtt: number\.unavailable: /);
    // What was refused left nothing behind.
    expect(await json('key', 'list')).toHaveLength(2);
  });

  it('goes on with a lease although the account is a free one by now', async () => {
    const { sim } = room();
    await sim('account', 'add', '--phone', phone, '--tier', 'paid');
    const create = ['key', 'create', '--phone', phone, '--name', 'agent', '--number', leased];
    await sim(...create);
    await sim('account', 'set', '--phone', phone, '--tier', 'free');
    expect((await sim(...create)).code).toBe(0);
  });

  it.each([
    ['a private number', '+14165550000'],
    ['a number that is none of ours', '+14165559999'],
  ])('refuses %s', async (_name, number) => {
    const { sim } = room();
    await sim('account', 'add', '--phone', phone, '--tier', 'paid');
    const { code, stdout, stderr } = await sim('key', 'create', '--phone', phone, '--name', 'x', '--number', number);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sim2mqtt: number\.unknown: .*--config.*\n$/);
  });

  it('knows the pool from the daemon where no configuration is given, or from the environment', async () => {
    const { data, sim, bare } = room();
    await sim('account', 'add', '--phone', phone, '--tier', 'paid');
    const create = ['key', 'create', '--phone', phone, '--name', 'x', '--number'];
    expect((await bare(...create, shared)).code).toBe(1);
    daemonOn(data).numbers.sync([{ modem: 'm2', number: shared, offer: 'shared' }]);
    expect((await bare(...create, shared)).code).toBe(0);
    const env = {
      SIM2MQTT__MODEMS__0__ID: 'm9',
      SIM2MQTT__MODEMS__0__PORT: 'sim:',
      SIM2MQTT__MODEMS__0__NUMBER: leased,
      SIM2MQTT__MODEMS__0__OFFER: 'lease',
    };
    expect((await runHere([...create, leased, '--data', data], env)).code).toBe(0);
  });

  it('leaves lines alone that the configuration does not mention, or whose number only the daemon knows', async () => {
    const { data, sim, bare } = room(`modems: [{ id: m1, port: "sim:", offer: lease }]`);
    await bare('account', 'add', '--phone', phone, '--tier', 'paid');
    const { numbers } = daemonOn(data);
    numbers.sync([
      { modem: 'm1', number: leased, offer: 'lease' },
      { modem: 'm2', number: shared, offer: 'shared' },
    ]);
    expect((await sim('key', 'create', '--phone', phone, '--name', 'x', '--number', leased)).code).toBe(0);
    expect(numbers.byE164(leased)?.modem).toBe('m1');
    expect(numbers.byE164(shared)?.modem).toBe('m2');
  });

  it('makes keys that rent their numbers', async () => {
    const { data, sim, json } = room();
    await sim('account', 'add', '--phone', phone, '--tier', 'free');
    const text = await sim('key', 'create', '--phone', phone, '--name', 'bot', '--api', 'agent-otp');
    expect([text.code, text.stdout]).toEqual([0, expect.stringMatching(/^ak_[0-9A-Za-z]{32}\n$/)]);
    const made = await json('key', 'create', '--phone', phone, '--name', 'bot', '--api', 'agent-otp');
    expect(made).toMatchObject({ api: 'agent-otp', number: null, key_prefix: made.key.slice(0, 7) });
    expect(daemonOn(data).accounts.keyHolder('agent-otp', made.key).account.phone).toBe(phone);
  });

  it('needs an account', async () => {
    const { code, stderr } = await room().sim('key', 'create', '--phone', phone, '--name', 'x', '--number', shared);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sim2mqtt: account\.unknown: .*account add.*\n$/);
  });
});

test('key list shows those that work, and key revoke ends one at once, also in the running daemon', async () => {
  const { data, sim, json } = room();
  expect(await sim('key', 'list')).toEqual({ code: 0, stdout: 'no keys\n', stderr: '' });
  await sim('account', 'add', '--phone', phone, '--tier', 'free');
  const op = await json('key', 'create', '--phone', phone, '--name', 'agent', '--number', shared);
  const bot = await json('key', 'create', '--phone', phone, '--name', 'bot', '--api', 'agent-otp');
  const { key: _op, ...listedOp } = op;
  const { key: _bot, ...listedBot } = bot;
  expect(await json('key', 'list')).toEqual([listedOp, listedBot]);
  const text = (await sim('key', 'list')).stdout;
  expect(text).toContain(`${op.key_prefix}… (agent) of ${phone} for ${shared}`);
  expect(text).not.toContain(op.key);
  const { accounts } = daemonOn(data);
  accounts.keyHolder('op', op.key);
  expect(await sim('key', 'revoke', op.id)).toEqual({ code: 0, stdout: `revoked ${op.id}\n`, stderr: '' });
  expect(codeOf(() => accounts.keyHolder('op', op.key))).toBe('account.unauthenticated');
  expect(codeOf(() => accounts.keyHolder('agent-otp', bot.key))).toBe('fine');
  expect(await json('key', 'list')).toEqual([listedBot]);
  const again = await sim('key', 'revoke', op.id);
  expect([again.code, again.stdout]).toEqual([1, '']);
  expect(again.stderr).toMatch(/^sim2mqtt: key\.unknown: /);
  expect(await json('key', 'revoke', bot.id)).toEqual({ id: bot.id, revoked: true });
});

test('audit tells who did what to whose, newest first, in the words of people', async () => {
  const { data, sim, json } = room();
  expect(await sim('audit')).toEqual({ code: 0, stdout: 'nothing yet\n', stderr: '' });
  const account = await json('account', 'add', '--phone', phone, '--tier', 'paid');
  const made = await json('key', 'create', '--phone', phone, '--name', 'agent', '--number', leased);
  const { store } = daemonOn(data);
  store.audit.codeRead(account.id, 'msg_1', 'op', Date.parse('2026-05-20T12:00:00Z'));
  const entries = await json('audit');
  expect(entries.map((entry: { action: string }) => entry.action)).toEqual([
    'code.read',
    'key.created',
    'number.leased',
    'account.created',
  ]);
  expect(entries[0]).toEqual({
    n: 4,
    time: '2026-05-20T12:00:00.000Z',
    account: account.id,
    phone,
    operator: null,
    action: 'code.read',
    subject: 'msg_1',
    owner: null,
    number: null,
    token: null,
    via: 'op',
  });
  expect(entries[1]).toMatchObject({
    account: null,
    phone: null,
    subject: made.id,
    owner: phone,
    number: leased,
    via: 'cli',
  });
  expect(entries[2]).toMatchObject({ owner: phone, number: leased });
  expect(entries[3]).toMatchObject({ owner: phone, number: null, subject: account.id });
  expect(await json('audit', '--limit', '1')).toHaveLength(1);
  const [first, second] = (await sim('audit')).stdout.split('\n');
  expect(first).toBe(`2026-05-20T12:00:00.000Z code.read by ${phone} via op (msg_1)`);
  expect(second).toMatch(/ key\.created \+14165551234 of \+14152055634 by the operator via cli \([0-9a-f-]{36}\)$/);
  const { token } = createOperators({ store, clock: systemClock }).createToken('my phone', {
    account: null,
    via: 'cli',
  });
  store.audit.add({ at: 1, account: null, action: 'message.queued', subject: 'msg_2', via: `console:${token.id}` });
  const [third] = (await sim('audit')).stdout.split('\n');
  expect(third).toBe('1970-01-01T00:00:00.001Z message.queued by the operator with token my phone via console (msg_2)');
});

test.each([
  ['account'],
  ['account add'],
  ['account add --phone 4152055634'],
  ['account add --phone', '+1 415 205 5634'],
  [`account add --phone ${phone} --tier gold`],
  [`account add --phone ${phone} extra`],
  [`account set --phone ${phone}`],
  [`account set --phone ${phone} --quota many`],
  [`account set --phone ${phone} --quota -1`],
  ['key'],
  [`key create --phone ${phone} --name x`],
  [`key create --phone ${phone} --number ${shared}`],
  [`key create --phone ${phone} --name x --number 6176088932`],
  [`key create --phone ${phone} --name x --number ${shared} --api agent-otp`],
  [`key create --phone ${phone} --name x --api op`],
  [`key create --phone ${phone} --api agent-otp --name`, ' '],
  ['key revoke'],
  ['audit --limit 0'],
])('bad usage ends with 2 and touches nothing: %s', async (...words) => {
  const { data, bare } = room();
  const [line = '', ...rest] = words;
  const { code, stdout, stderr } = await bare(...line.split(' '), ...rest);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toBe('');
  expect(existsSync(data)).toBe(false);
});

test('a bad configuration ends with 78 and touches nothing', async () => {
  const { data, sim } = room('log: 7');
  const key = `key create --phone ${phone} --name x`;
  for (const line of [
    `account add --phone ${phone}`,
    `account set --phone ${phone} --tier paid`,
    `${key} --number ${shared}`,
    `${key} --api agent-otp`,
  ]) {
    expect((await sim(...line.split(' '))).code).toBe(78);
  }
  expect(existsSync(data)).toBe(false);
});

test.each(['account add', 'account set', 'account list', 'key create', 'key list', 'key revoke', 'audit'])(
  '%s takes --config, --data and --json',
  async (command) => {
    const { code, stdout } = await runHere([...command.split(' '), '--help']);
    expect(code).toBe(0);
    for (const option of ['--config <file>', '--data <folder>', '--json']) expect(stdout).toContain(option);
  },
);

test('the commands are in the help of the program, and work in a process of their own', async () => {
  const { stdout } = await runHere(['--help']);
  for (const name of ['account', 'key', 'audit']) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  const data = join(tempFolder(), 'data');
  expect(await run(['account', 'add', '--phone', phone, '--data', data])).toMatchObject({ code: 0, stderr: '' });
  const key = await run(['key', 'create', '--phone', phone, '--name', 'bot', '--api', 'agent-otp', '--data', data]);
  expect(key).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ak_\w{32}\n$/) });
});
