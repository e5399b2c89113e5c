import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Mosquitto, startMosquitto } from '../mqtt/mosquitto.ts';
import { Cleanup, command, type Daemon, type Modems, newFolder, startDaemon, startModems, until } from './processes.ts';
import { type Subscriber, subscribe } from './subscriber.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

interface Stage {
  readonly broker: Mosquitto;
  readonly modems: Modems;
  readonly subscriber: Subscriber;
  readonly data: string;
  readonly config: object;
  readonly daemon: Daemon;
}

async function start(count = 1, more: object = {}): Promise<Stage> {
  const broker = await startMosquitto();
  cleanup.add(() => broker.dispose());
  const modems = await startModems(count, cleanup);
  const subscriber = await subscribe(broker.url, ['sim2mqtt/#'], cleanup);
  const data = newFolder(cleanup);
  const config = {
    gateway: 'test',
    mqtt: { url: broker.url },
    modems: Array.from({ length: count }, (_, index) => ({
      id: `m${index}`,
      port: modems.port(index),
      number: `+1416555100${index}`,
    })),
    ...more,
  };
  const daemon = await startDaemon(config, data, cleanup);
  await until('every modem', () => availabilities(subscriber).filter((text) => text === 'online').length === count);
  return { broker, modems, subscriber, data, config, daemon };
}

const availabilities = ({ received }: Subscriber) =>
  received.filter(({ topic }) => /\/modem\/m\d\/availability$/.test(topic)).map(({ payload }) => payload.text);

const ask = async ({ subscriber }: Stage, topic: string, body: object) => {
  const before = subscriber.received.length;
  await subscriber.client.publishAsync(`sim2mqtt/test/${topic}`, JSON.stringify(body), { qos: 1 });
  const isReply = (each: { topic: string }) => each.topic === `sim2mqtt/test/${topic}/reply`;
  return await until(`the reply on ${topic}`, () => subscriber.received.slice(before).find(isReply)?.payload);
};

const used = async (modems: Modems, modem = 0) => {
  const { storages } = (await modems.ask({ op: 'state', modem })) as { storages: Record<string, { used: number }> };
  return Object.values(storages).reduce((sum, storage) => sum + storage.used, 0);
};

test('a text on a SIM becomes the two events of the contract, and leaves the SIM', async () => {
  const stage = await start();
  const { modems, subscriber, data } = stage;
  await modems.ask({ op: 'inject', modem: 0, from: 'Acme Bank', text: 'Your Acme Bank verification code is 481920.' });
  const otp = await until('the code', () => subscriber.received.find(({ topic }) => topic.endsWith('/event/otp')));
  const sms = subscriber.received.find(({ topic }) => topic.endsWith('/event/sms'));
  expect(sms?.topic).toBe('sim2mqtt/test/modem/m0/event/sms');
  expect(sms?.payload).toMatchObject({
    event_type: 'sms_received',
    gateway: 'test',
    modem: 'm0',
    to: '+14165551000',
    from: 'Acme Bank',
    text: 'Your Acme Bank verification code is 481920.',
    parts: 1,
    encoding: 'gsm7',
    partial: false,
    otp: { code: '481920' },
  });
  expect(sms?.packet).toMatchObject({ qos: 1, retain: false });
  expect(otp.payload).toMatchObject({ event_type: 'otp_received', code: '481920', message_id: sms?.payload.id });
  expect(Number(otp.payload.seq)).toBe(Number(sms?.payload.seq) + 1);
  await until('an empty SIM', async () => (await used(modems)) === 0);
  const listed = await command(['messages', '--data', data, '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { id: sms?.payload.id, direction: 'inbound', otp: { code: '481920' } },
  ]);
  for (const line of stage.daemon.lines.filter(({ level }) => Number(level) >= 30)) {
    expect(JSON.stringify(line)).not.toMatch(/481920|Acme|4165551230/);
  }
});

test('a command sends, answers where it was asked to, and its states follow up to delivered', async () => {
  const stage = await start();
  const { subscriber, modems } = stage;
  await subscriber.client.subscribeAsync('sim2mqtt-client/me/reply/#', { qos: 1 });
  await subscriber.client.publishAsync(
    'sim2mqtt/test/cmd/send',
    JSON.stringify({ to: '+15557654321', text: 'hello' }),
    {
      qos: 1,
      properties: { responseTopic: 'sim2mqtt-client/me/reply/1', correlationData: Buffer.from('c1') },
    },
  );
  const reply = await until('the reply', () =>
    subscriber.received.find(({ topic }) => topic === 'sim2mqtt-client/me/reply/1'),
  );
  expect(reply.packet.properties?.correlationData?.toString()).toBe('c1');
  expect(reply.payload).toMatchObject({ ok: true, result: { status: 'queued', segments: 1, encoding: 'gsm7' } });
  const id = (reply.payload.result as { message_id: string }).message_id;
  const [sent] = await until(
    'the state sent',
    () => subscriber.events('sent').length === 1 && subscriber.events('sent'),
  );
  expect(sent).toMatchObject({ id, message_id: id, status: 'sent', to: '+15557654321', segments: 1 });
  expect(await modems.ask({ op: 'sent', modem: 0 })).toMatchObject([{ to: '+15557654321', text: 'hello' }]);
  await modems.ask({ op: 'report', modem: 0, reference: Number(sent?.reference), status: 0 });
  await until('the state delivered', () => subscriber.events('delivered').length === 1);
  const states = subscriber.received
    .filter(({ topic }) => topic.endsWith('/event/status'))
    .map(({ payload }) => payload.status);
  expect(states).toEqual(['queued', 'sending', 'sent', 'delivered']);
});

test('what came while the broker was away is published in order when it is back', async () => {
  const { broker, modems, subscriber } = await start();
  await broker.stop();
  const texts = ['one', 'two', 'three'];
  for (const [index, text] of texts.entries()) {
    await modems.ask({
      op: 'inject',
      modem: 0,
      from: '+15551234567',
      text,
      time: Date.parse('2026-05-20T12:00:00Z') + index * 1000,
    });
  }
  await until('an empty SIM', async () => (await used(modems)) === 0);
  await broker.start();
  await until('all texts', () => subscriber.events('sms_received').length >= 3);
  expect(subscriber.events('sms_received').map(({ text }) => text)).toEqual(texts);
});

test('a stick that is pulled while it sends: the outcome is unknown, nothing is sent again, and it comes back by itself', async () => {
  const stage = await start();
  const { modems, subscriber } = stage;
  await modems.ask({
    op: 'fault',
    modem: 0,
    fault: { kind: 'drop', command: 'AT+CMGS', stage: 'payload', returnsAfter: 500 },
  });
  await ask(stage, 'modem/m0/cmd/send', { to: '+15557654321', text: 'once', retries: 3 });
  const [unknown] = await until(
    'the state unknown',
    () => subscriber.events('unknown').length === 1 && subscriber.events('unknown'),
  );
  expect(unknown).toMatchObject({ error: { code: 'message.outcome_unknown', retryable: false } });
  await until('the modem again', () => availabilities(subscriber).join() === 'offline,online,offline,online');
  await ask(stage, 'modem/m0/cmd/send', { to: '+15557654321', text: 'after' });
  await until('the next one', () => subscriber.events('sent').length === 1);
  const sent = (await modems.ask({ op: 'sent', modem: 0 })) as { text: string }[];
  expect(sent.filter(({ text }) => text === 'once').length).toBeLessThanOrEqual(1);
});

test('a modem that raves does not disturb the one beside it', async () => {
  const stage = await start(2);
  const { modems, subscriber } = stage;
  await modems.ask({
    op: 'fault',
    modem: 0,
    fault: { kind: 'garbage', hex: 'ff00fe7e7e2b434d54493a20', times: 'always', command: 'AT' },
  });
  await modems.ask({ op: 'fault', modem: 0, fault: { kind: 'silence', times: 'always' } });
  await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text: 'lost in noise' });
  await modems.ask({ op: 'inject', modem: 1, from: '+15551234567', text: 'clear' });
  await until('the clear one', () => subscriber.events('sms_received').some(({ text }) => text === 'clear'));
  await modems.ask({ op: 'fault', modem: 0, fault: { kind: 'clear' } });
  await ask(stage, 'modem/m0/cmd/restart', {});
  await until(
    'the other',
    () => subscriber.events('sms_received').some(({ text }) => text === 'lost in noise'),
    60_000,
  );
  expect(subscriber.events('sms_received')).toHaveLength(2);
}, 90_000);

test('a full SIM is emptied, and what waited at the service centre follows', async () => {
  const { modems, subscriber } = await start();
  await modems.ask({ op: 'fault', modem: 0, fault: { kind: 'full', on: true } });
  await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text: 'waits' });
  await modems.ask({ op: 'fault', modem: 0, fault: { kind: 'full', on: false } });
  await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text: 'comes' });
  await until('both', () => subscriber.events('sms_received').length === 2);
});

test('asked to stop, it says offline and ends with 0; started again it goes on with the next seq', async () => {
  const { daemon, subscriber, config, data, modems } = await start();
  expect(await daemon.stop()).toBe(0);
  const availability = () =>
    subscriber.received
      .filter(({ topic }) => topic === 'sim2mqtt/test/availability')
      .map(({ payload }) => payload.text);
  await until('the goodbye', () => availability().at(-1) === 'offline');
  const last = subscriber.received
    .map(({ payload }) => Number(payload.seq))
    .filter((seq) => seq > 0)
    .at(-1);
  await startDaemon(config, data, cleanup);
  await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text: 'again' });
  await until('the text', () => subscriber.events('sms_received').length === 1);
  expect(
    Math.min(...subscriber.received.map(({ payload }) => Number(payload.seq)).filter((seq) => seq > Number(last))),
  ).toBe(Number(last) + 1);
});

test('asked to stop while a send takes longer than there is, it ends in time with 0, and the outcome is unknown', async () => {
  const stage = await start();
  const { daemon, subscriber, modems } = stage;
  await modems.ask({ op: 'fault', modem: 0, fault: { kind: 'slow_send', delay: 60_000 } });
  await ask(stage, 'cmd/send', { to: '+15557654321', text: 'slow' });
  await until('the state sending', () => subscriber.events('sending').length === 1);
  let code: number | null | undefined;
  void daemon.stop().then((ended) => {
    code = ended;
  });
  await until('its end', () => code !== undefined, 10_000);
  expect(code).toBe(0);
  await until('the state unknown', () => subscriber.events('unknown').length > 0);
});

test('a second daemon on the same data folder is refused and the first goes on', async () => {
  const { config, data, modems, subscriber } = await start();
  await expect(startDaemon(config, data, cleanup)).rejects.toThrow(/another daemon runs on this data folder/);
  await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text: 'still here' });
  await until('the text', () => subscriber.events('sms_received').length === 1);
});

test('send, backup and restore work from the command line, the first two beside the running daemon', async () => {
  const { data, daemon, modems, subscriber } = await start();
  const sent = await command(['send', '--data', data, '--to', '+15557654321', '--text', 'from the shell', '--json']);
  expect(sent.code).toBe(0);
  expect(JSON.parse(sent.stdout)).toMatchObject({ status: 'queued', modem: 'm0' });
  await until('the state sent', () => subscriber.events('sent').length === 1);
  const refused = await command(['send', '--data', data, '--to', 'mum', '--text', 'x']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('command.invalid');
  const file = join(data, 'copy.db');
  expect((await command(['backup', file, '--data', data])).code).toBe(0);
  expect(statSync(file).size).toBeGreaterThan(0);
  const early = await command(['restore', file, '--data', data]);
  expect(early.code).toBe(1);
  expect(early.stderr).toContain('a daemon runs on this data folder');
  await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text: 'after the backup' });
  await until('the text', () => subscriber.events('sms_received').length === 1);
  await daemon.stop();
  expect((await command(['restore', file, '--data', data])).code).toBe(0);
  const listed = await command(['messages', '--data', data, '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { direction: 'outbound', text: 'from the shell', status: expect.stringMatching(/^(sent|delivered)$/) },
  ]);
  const gone = await command(['send', '--data', data, '--to', '+15557654321', '--text', 'x']);
  expect(gone.code).toBe(1);
  expect(gone.stderr).toContain('daemon.unreachable');
});

test('replay publishes again what a subscriber missed, under the same ids', async () => {
  const stage = await start();
  const { modems, subscriber } = stage;
  for (const text of ['one', 'two']) await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text });
  await until('both', () => subscriber.events('sms_received').length === 2);
  const reply = await ask(stage, 'cmd/replay', { after_seq: 0, limit: 100 });
  expect(reply).toMatchObject({ ok: true, result: { count: 3 } });
  await until('both again', () => subscriber.events('sms_received').length === 4);
  const [first, , third] = subscriber.events('sms_received');
  expect(third).toEqual(first);
});

test('rules of the operator are read again on SIGHUP; a bad one leaves those that are in use', async () => {
  const folder = newFolder(cleanup);
  const { modems, subscriber, daemon } = await start(1, { otp: { folder } });
  const rule = (id: string, pattern: string) => ({
    id,
    pattern,
    service: 'Gatehouse',
    examples: {
      match: ['fox 4821 hill', 'fox 9035 hill'].map((text) => ({ text, code: text.slice(4, 8) })),
      no_match: [{ text: 'fox hill' }],
    },
  });
  const write = (pattern: string) => writeFileSync(join(folder, 'house.json'), JSON.stringify(rule('house', pattern)));
  const reload = async (message: RegExp) => {
    const before = daemon.lines.length;
    process.kill(daemon.pid, 'SIGHUP');
    await until('the reload', () => daemon.lines.slice(before).some(({ msg }) => message.test(String(msg))));
  };
  const codeOf = async (text: string) => {
    await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text });
    const event = await until('the text', () => subscriber.events('sms_received').find((each) => each.text === text));
    return event.otp;
  };
  expect(await codeOf('fox 1111 hill')).toBeUndefined();
  write('fox (?P<code>[0-9]{4}) hill');
  await reload(/were read again/);
  expect(await codeOf('fox 2222 hill')).toMatchObject({ code: '2222', rule: 'house', service: 'Gatehouse' });
  write('fox (?P<code>[0-9]{3}) hill');
  await reload(/stay as they were/);
  expect(await codeOf('fox 3333 hill')).toMatchObject({ code: '3333', rule: 'house' });
});
