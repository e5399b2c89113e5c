import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { GatewayError } from '../../src/errors.ts';
import { createCommands } from '../../src/gateway/commands.ts';
import { createLogger } from '../../src/log.ts';
import { tempFolder } from '../temp-folder.ts';
import { noon, openStage, ScriptedModem } from './stage.ts';

const log = createLogger({ write: () => {} });

const paced = { reason: 'pace', retryAt: noon + 60_000 } as const;

function build(folder = tempFolder(), free: string | null = null) {
  const { store } = openStage(folder);
  const m1 = new ScriptedModem('m1');
  const m2 = new ScriptedModem('m2');
  const backups: (() => Promise<object>)[] = [];
  const port = createCommands({
    store,
    modems: new Map([m1, m2].map((modem) => [modem.id, modem])),
    clock: { ...systemClock, now: () => noon },
    log,
    committed: () => {},
    replay: async (after, limit) => ({ count: 0, last: after + limit }),
    whyWaiting: ({ modem }) => (modem === free ? { reason: 'busy', retryAt: null } : paced),
    scan: async () => ({ ports: [] }),
    backup: async () => ({ ...(await backups.shift()?.()) }),
  });
  const run = async (name: string, body: unknown, modem: string | null = null, notAfter: number | null = null) => {
    const { accepted, reply } = port.run({ name, modem, body, notAfter });
    await accepted;
    return await reply;
  };
  return { store, run, port, backups, m1 };
}

const hello = { to: '+15551234567', text: 'hello' };

test('send answers with id, status, segments and encoding, and the message is in the outbox', async () => {
  const { run, store } = build();
  const reply = await run('send', { id: 'r1', ...hello, text: 'Привет'.repeat(20) }, 'm1');
  if (!reply.ok) throw new Error(reply.error.message);
  expect(reply).toMatchObject({ ok: true, id: 'r1', result: { status: 'queued', segments: 2, encoding: 'ucs2' } });
  expect(store.outbox.get(String(reply.result.message_id))).toMatchObject({ modem: 'm1', status: 'queued' });
});

test('a repeat gets the first reply and has no second effect, also after a restart', async () => {
  const folder = tempFolder();
  const first = build(folder);
  const reply = await first.run('send', { id: 'r1', ...hello }, 'm1');
  expect(await first.run('send', { text: 'hello', to: '+15551234567', id: 'r1' }, 'm1')).toEqual(reply);
  const second = build(folder);
  expect(await second.run('send', { id: 'r1', ...hello }, 'm1')).toEqual(reply);
  expect(second.store.outbox.queued('m1')).toBe(1);
});

test('a request without an id that its transport delivers again has one effect; its number used anew is a new request', async () => {
  const folder = tempFolder();
  const first = build(folder);
  const deliver = async (stage: ReturnType<typeof build>, repeated: boolean, body: object = hello) =>
    await stage.port.run({ name: 'send', modem: 'm1', body, notAfter: null, delivery: { key: 'mqtt:7', repeated } })
      .reply;
  const reply = await deliver(first, false);
  const second = build(folder);
  expect(await deliver(second, true)).toEqual(reply);
  expect(second.store.outbox.queued('m1')).toBe(1);
  expect(await deliver(second, false)).toMatchObject({ ok: true });
  expect(await deliver(second, true, { ...hello, text: 'other' })).toMatchObject({ ok: true });
  expect(second.store.outbox.queued('m1')).toBe(3);
});

test('an id that was used for another request is refused', async () => {
  const { run, store } = build();
  await run('send', { id: 'r1', ...hello }, 'm1');
  for (const other of [
    run('send', { id: 'r1', ...hello, text: 'other' }, 'm1'),
    run('send', { id: 'r1', ...hello }, 'm2'),
  ]) {
    expect(await other).toMatchObject({ ok: false, error: { code: 'command.id_reused', retryable: false } });
  }
  expect(store.outbox.queued('m1') + store.outbox.queued('m2')).toBe(1);
});

test('a long command is kept before it runs; its repeat waits for the one reply', async () => {
  const { run, port, backups } = build();
  let finish: (result: object) => void = () => {};
  let runs = 0;
  backups.push(
    () =>
      new Promise((resolve) => {
        runs += 1;
        finish = resolve;
      }),
  );
  const request = { name: 'backup', modem: null, body: { id: 'b1' }, notAfter: null };
  const first = port.run(request);
  await first.accepted;
  const second = port.run(request);
  finish({ file: 'x' });
  expect(await first.reply).toEqual({ ok: true, id: 'b1', result: { file: 'x' } });
  expect(await second.reply).toEqual(await first.reply);
  expect(await run('backup', { id: 'b1' })).toEqual(await first.reply);
  expect(runs).toBe(1);
});

test('a failure that may pass is not kept: the same request may be made again', async () => {
  const { run, backups } = build();
  backups.push(async () => {
    throw new GatewayError('store.full', 'no space', { transient: true });
  });
  backups.push(async () => ({ file: 'y' }));
  expect(await run('backup', { id: 'b1' })).toMatchObject({
    ok: false,
    error: { code: 'store.full', retryable: true },
  });
  expect(await run('backup', { id: 'b1' })).toMatchObject({ ok: true, result: { file: 'y' } });
});

test('a request whose process died while it ran is answered so, not run again', async () => {
  const folder = tempFolder();
  const first = build(folder);
  first.backups.push(() => new Promise(() => {}));
  await first.port.run({ name: 'backup', modem: null, body: { id: 'b1' }, notAfter: null }).accepted;
  const reply = await build(folder).run('backup', { id: 'b1' });
  expect(reply).toMatchObject({ ok: false, error: { code: 'command.interrupted' } });
});

test('requests that come too late have no effect', async () => {
  const { run, store } = build();
  for (const not_after of ['2026-05-20T11:59:59Z', noon - 1, noon / 1000 - 1]) {
    expect(await run('send', { ...hello, not_after }, 'm1')).toMatchObject({ error: { code: 'command.expired' } });
  }
  expect(await run('send', hello, 'm1', noon)).toMatchObject({ error: { code: 'command.expired' } });
  expect(await run('send', { ...hello, not_after: 'tomorrow morning' }, 'm1')).toMatchObject({
    error: { code: 'command.invalid' },
  });
  expect(store.outbox.queued('m1')).toBe(0);
});

test.each([
  ['nothing', undefined, 'command.invalid'],
  ['a list', [], 'command.invalid'],
  ['no text', { to: '+15551234567' }, 'command.invalid'],
  ['an empty text', { ...hello, text: '' }, 'command.invalid'],
  ['a number with letters', { ...hello, to: 'mum' }, 'command.invalid'],
  ['an unknown key', { ...hello, colour: 'red' }, 'command.invalid'],
  ['half a surrogate pair', { ...hello, text: '\ud83d' }, 'sms.unencodable'],
])('send with %s is refused and says why', async (_what, body, code) => {
  const { run, store } = build();
  const reply = await run('send', body, 'm1');
  expect(reply).toMatchObject({ ok: false, error: { code, retryable: false } });
  expect(store.outbox.queued('m1')).toBe(0);
});

test('commands nobody knows, and modems that are not there, are refused', async () => {
  const { run } = build();
  expect(await run('format_disk', {})).toMatchObject({ error: { code: 'command.unknown' } });
  expect(await run('toString', {})).toMatchObject({ error: { code: 'command.unknown' } });
  expect(await run('replay', { after_seq: 0 }, 'm1')).toMatchObject({ error: { code: 'command.unknown' } });
  expect(await run('send', hello, 'm9')).toMatchObject({ error: { code: 'modem.unknown' } });
});

test('without a modem named, the one that last talked with the peer sends, else the one with the shorter queue', async () => {
  const { run } = build();
  const modemOf = async (to: string) => {
    const reply = await run('send', { to, text: 'x' });
    return reply.ok ? reply.result.modem : reply.error.code;
  };
  expect(await modemOf('+15550000001')).toBe('m1');
  expect(await modemOf('+15550000002')).toBe('m2');
  expect(await modemOf('+15550000001')).toBe('m1');
  expect(await modemOf('+15550000003')).toBe('m2');
});

test('any JSON as a request is answered, never thrown', async () => {
  const { run } = build();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('send', 'cancel', 'replay', 'scan', 'x'), fc.jsonValue(), async (name, body) => {
      const reply = await run(name, body, name === 'send' || name === 'cancel' ? 'm1' : null);
      expect(typeof reply.ok).toBe('boolean');
    }),
    { numRuns: 200 },
  );
});

test('what names no modem goes to one that is not held back', async () => {
  const { run } = build(tempFolder(), 'm2');
  expect(await run('send', hello, 'm1')).toMatchObject({ ok: true, result: { modem: 'm1' } });
  expect(await run('send', hello)).toMatchObject({ ok: true, result: { modem: 'm2' } });
});

test('what waits is listed in the order in which it goes, with why and until when', async () => {
  const { run, store } = build();
  const ids: string[] = [];
  for (const [modem, priority] of [
    ['m1', 'low'],
    ['m1', 'high'],
    ['m2', 'normal'],
  ]) {
    const reply = await run('send', { ...hello, priority }, modem ?? '');
    if (reply.ok) ids.push(String(reply.result.message_id));
  }
  const one = (message_id: string | undefined, modem: string) => ({
    ...{ message_id, modem, since: '2026-05-20T12:00:00.000Z' },
    ...{ queued_reason: 'pace', retry_at: '2026-05-20T12:01:00.000Z' },
  });
  const waiting = [one(ids[1], 'm1'), one(ids[0], 'm1'), one(ids[2], 'm2')];
  expect(await run('queue', {})).toEqual({ ok: true, id: null, result: { waiting } });
  expect(await run('queue', { limit: 1 })).toEqual({
    ok: true,
    id: null,
    result: { waiting: [waiting[0], waiting[2]] },
  });
  expect(store.outbox.queued('m1')).toBe(2);
  expect(await run('send', { ...hello, priority: 'urgent' }, 'm1')).toMatchObject({
    error: { code: 'command.invalid' },
  });
});

test('a balance is answered with what the network said', async () => {
  const { run } = build();
  const result = { text: 'Balance: 5.00', at: '2026-05-20T12:00:00.000Z' };
  expect(await run('balance', {}, 'm1')).toEqual({ ok: true, id: null, result });
  expect(await run('balance', {})).toMatchObject({ ok: false, error: { code: 'command.unknown' } });
  expect(await run('ussd_cancel', {}, 'm1')).toEqual({ ok: true, id: null, result: {} });
});
