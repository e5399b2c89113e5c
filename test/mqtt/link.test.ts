import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connect, publish, type ScriptedBroker, type Seen, scriptedBroker, usual } from './scripted-broker.ts';
import { clearStage, eventOf, never, type Stage, smsOf, startEdge, startedEdge, until } from './stage.ts';

let broker: ScriptedBroker;

afterEach(async () => {
  vi.restoreAllMocks();
  await clearStage();
  await broker.close();
});

const isEvent = (packet: Seen) => packet.hex.includes(Buffer.from('/event/').toString('hex'));

async function stageWith(answer: (event: Seen, connection: number) => string | null): Promise<Stage> {
  broker = await scriptedBroker((packet, connection) => {
    return packet.type === publish && isEvent(packet) ? answer(packet, connection) : usual(packet);
  });
  return startedEdge(broker.url);
}

test('CONNECT asks for MQTT 5, a lasting session, and a will that waits 5 s', async () => {
  broker = await scriptedBroker(usual);
  await startedEdge(broker.url);
  const hex = broker.seen[0]?.hex ?? '';
  const text = (value: string) => Buffer.from(value).toString('hex');
  // Protocol level 5; flags: will, QoS 1, retain, no clean start; keep alive 30 s.
  expect(hex).toContain(`0004${text('MQTT')}052c001e`);
  // Session expiry interval 86,400 s, receive maximum 32, maximum packet size 1 MiB.
  expect(hex).toContain('1100015180');
  expect(hex).toContain('210020');
  expect(hex).toContain('2700100000');
  // Client id, will delay interval 5 s, topic and payload of the will.
  expect(hex).toContain(`000b${text('sim2mqtt-gw')}051800000005`);
  expect(hex).toContain(`0018${text('sim2mqtt/gw/availability')}0007${text('offline')}`);
});

test('TCP no-delay is set before the connection carries its first octet', async () => {
  const calls: { on: boolean | undefined; connecting: boolean }[] = [];
  const { setNoDelay } = Socket.prototype;
  vi.spyOn(Socket.prototype, 'setNoDelay').mockImplementation(function (this: Socket, on) {
    calls.push({ on, connecting: this.connecting });
    return setNoDelay.call(this, on);
  });
  broker = await scriptedBroker(usual);
  await startedEdge(broker.url);
  expect(calls).toEqual([{ on: true, connecting: true }]);
});

describe('what the broker may answer to an event', () => {
  test.each([
    ['not authorized', '87'],
    ['quota exceeded', '97'],
    ['topic name invalid', '90'],
    ['unspecified', '80'],
  ])('%s rejects with mqtt.refused, so that it is delivered again later', async (_name, reason) => {
    const { edge } = await stageWith((packet) => `40 03 ${packet.id} ${reason}`);
    await expect(edge.sink.deliver(smsOf(1), never)).rejects.toMatchObject({
      code: 'mqtt.refused',
      transient: true,
      details: { reason: Number.parseInt(reason, 16) },
    });
    expect(edge.connection().connected).toBe(true);
  });

  test('no subscriber is no fault', async () => {
    const { edge } = await stageWith((packet) => `40 03 ${packet.id} 10`);
    await edge.sink.deliver(smsOf(1), never);
  });

  test('an unacknowledged event is sent again over the next connection', async () => {
    const { edge } = await stageWith((packet, connection) => (connection === 1 ? null : `40 02 ${packet.id}`));
    await edge.sink.deliver(smsOf(1), never);
    const [first, second, ...more] = broker.seen.filter(isEvent);
    expect(more).toEqual([]);
    expect(first?.hex.slice(-100)).toBe(second?.hex.slice(-100));
  });

  test('an invalid payload is sent without its text, and is left out at last; the next one is not held up', async () => {
    const { edge } = await stageWith((packet) =>
      packet.hex.includes(Buffer.from('poison').toString('hex')) ||
      packet.hex.includes(Buffer.from('"omitted":[]').toString('hex')) ||
      packet.hex.includes(Buffer.from('hopeless').toString('hex'))
        ? `40 03 ${packet.id} 99`
        : `40 02 ${packet.id}`,
    );
    await edge.sink.deliver(smsOf(1, 'poison'), never);
    await edge.sink.deliver(eventOf(2, { type: 'alert', code: 'hopeless', message: '' }, null), never);
    await edge.sink.deliver(smsOf(3), never);
    const sent = broker.seen.filter(isEvent).map((packet) => Buffer.from(packet.hex, 'hex').toString('latin1'));
    expect(sent).toHaveLength(5);
    expect(sent[1]).toContain('"omitted":["text"]');
    expect(sent[1]).not.toContain('poison');
    expect(sent[4]).toContain('"seq":3');
  });

  test('DISCONNECT because the packet is too large leads to the event without its text', async () => {
    const { edge } = await stageWith((packet) =>
      packet.hex.includes(Buffer.from('bulk').toString('hex')) ? 'e0 02 95 00' : `40 02 ${packet.id}`,
    );
    await edge.sink.deliver(smsOf(1, 'bulk'), never);
    expect(broker.connections()).toBe(2);
  });
});

test('an event larger than the broker said it takes goes out without its text', async () => {
  broker = await scriptedBroker((packet) => {
    return packet.type === connect ? '20 08 00 00 05 27 00 00 03 e8' : usual(packet);
  });
  const { edge } = await startedEdge(broker.url);
  await edge.sink.deliver(smsOf(1, 'x'.repeat(2_000)), never);
  const [event, ...more] = broker.seen.filter(isEvent);
  expect(more).toEqual([]);
  expect(event?.hex).toContain(Buffer.from('"omitted":["text"]').toString('hex'));
});

test('no more publications are unacknowledged than the broker said it takes', async () => {
  let unanswered = 0;
  let most = 0;
  broker = await scriptedBroker(async (packet) => {
    if (packet.type === connect) return '20 06 00 00 03 21 00 01';
    if (packet.type !== publish) return usual(packet);
    unanswered += 1;
    most = Math.max(most, unanswered);
    await sleep(3);
    unanswered -= 1;
    return `40 02 ${packet.id}`;
  });
  const { edge } = await startedEdge(broker.url);
  for (let seq = 1; seq <= 20; seq += 1) await edge.sink.deliver(smsOf(seq), never);
  expect(broker.seen.filter((packet) => packet.type === publish).length).toBeGreaterThanOrEqual(24);
  expect(most).toBe(1);
});

test('deliveries that overlap are never on their way together', async () => {
  let unanswered = 0;
  let most = 0;
  broker = await scriptedBroker(async (packet) => {
    if (!isEvent(packet)) return usual(packet);
    unanswered += 1;
    most = Math.max(most, unanswered);
    await sleep(3);
    unanswered -= 1;
    return usual(packet);
  });
  const { edge } = await startedEdge(broker.url);
  await Promise.all([1, 2, 3, 4, 5].map((seq) => edge.sink.deliver(smsOf(seq), never)));
  expect(broker.seen.filter(isEvent)).toHaveLength(5);
  expect(most).toBe(1);
});

test('close waits for no broker that never answers CONNECT', { timeout: 5_000 }, async () => {
  broker = await scriptedBroker(() => '');
  const { edge } = startEdge(broker.url);
  await until('CONNECT is sent', () => broker.seen.length === 1);
  await edge.close();
  expect(broker.connections()).toBe(1);
});

test('DISCONNECT with session taken over ends publishing and connecting for good, and says so once', async () => {
  const stage = await stageWith(() => 'e0 02 8e 00');
  const delivery = expect(stage.edge.sink.deliver(smsOf(1), never)).rejects.toMatchObject({ code: 'mqtt.taken_over' });
  await delivery;
  await expect(stage.edge.sink.deliver(smsOf(1), never)).rejects.toMatchObject({ code: 'mqtt.taken_over' });
  expect(stage.edge.connection()).toEqual({
    connected: false,
    problem: 'taken over by another client with the client id sim2mqtt-gw',
  });
  await sleep(1_500);
  expect(broker.connections()).toBe(1);
  expect(stage.takenOver()).toBe(1);
});

describe('a broker without MQTT 5', () => {
  test.each([
    ['with the code of MQTT 3.1.1', '20 02 00 01'],
    ['with the code of MQTT 5', '20 03 00 84 00'],
  ])('that refuses it %s is asked again at once, with 3.1.1', async (_name, refusal) => {
    broker = await scriptedBroker((packet) => {
      if (packet.type === publish) return usual(packet);
      if (packet.type !== connect) return `90 05 ${packet.id} 01 01 00`;
      return packet.hex.includes('4d51545405') ? refusal : '20 02 00 00';
    });
    const { edge } = await startedEdge(broker.url);
    await edge.sink.deliver(smsOf(1), never);
    const versions = broker.seen
      .filter((packet) => packet.type === connect)
      .map((packet) => packet.hex.match(/4d515454(..)/)?.[1]);
    expect(versions).toEqual(['05', '04']);
  });
});

test('a refused CONNECT is told in the problem, and is tried again', async () => {
  let refuse = true;
  broker = await scriptedBroker((packet) => {
    return packet.type === connect && refuse ? '20 03 00 86 00' : usual(packet);
  });
  const { edge } = startEdge(broker.url);
  await until('the problem is known', () => edge.connection().problem !== undefined);
  expect(edge.connection()).toEqual({ connected: false, problem: 'Connection refused: Bad User Name or Password' });
  refuse = false;
  await until('it is connected', () => edge.connection().connected);
  expect(edge.connection()).toEqual({ connected: true });
});

test('refused command topics are told in the problem, and events still go out', async () => {
  broker = await scriptedBroker((packet) => {
    return usual(packet).replace('00 01 01 00', '00 87 87 00');
  });
  const { edge } = await startedEdge(broker.url);
  await until('the problem is known', () => edge.connection().problem !== undefined);
  expect(edge.connection().problem).toMatch('the broker refuses the command topics');
  await edge.sink.deliver(smsOf(1), never);
});

test('garbage from the broker ends that connection only', async () => {
  let garbage = true;
  broker = await scriptedBroker((packet) => {
    if (packet.type !== connect || !garbage) return usual(packet);
    garbage = false;
    return 'ff ff ff ff ff ff 00 00';
  });
  const { edge } = startEdge(broker.url);
  await edge.sink.deliver(smsOf(1), never);
  expect(broker.connections()).toBe(2);
});
