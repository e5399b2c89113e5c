import { afterEach, expect, test } from 'vitest';
import { type Mosquitto, startMosquitto } from '../mqtt/mosquitto.ts';
import { Cleanup, type Daemon, type Modems, newFolder, startDaemon, startModems, until } from './processes.ts';
import { type Subscriber, subscribe } from './subscriber.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

interface Stage {
  readonly broker: Mosquitto;
  readonly modems: Modems;
  readonly subscriber: Subscriber;
  readonly data: string;
  /** Starts the daemon with as many of the modems, and whatever else. */
  start(count: number, mqtt?: object, more?: object): Promise<Daemon>;
}

async function stage(): Promise<Stage> {
  const broker = await startMosquitto();
  cleanup.add(() => broker.dispose());
  const modems = await startModems(2, cleanup);
  const subscriber = await subscribe(broker.url, ['sim2mqtt/#', 'homeassistant/#'], cleanup);
  const data = newFolder(cleanup);
  return {
    broker,
    modems,
    subscriber,
    data,
    start(count, mqtt = {}, more = {}) {
      const list = Array.from({ length: count }, (_, n) => ({ id: `m${n}`, port: modems.port(n), name: `SIM ${n}` }));
      return startDaemon({ gateway: 'test', mqtt: { url: broker.url, ...mqtt }, modems: list, ...more }, data, cleanup);
    },
  };
}

const topicOf = (id: string) => `homeassistant/device/${id}/config`;
const on = ({ received }: Subscriber, topic: string) => received.filter((each) => each.topic === topic);

interface AsyncApi {
  readonly servers: { readonly broker: { readonly host: string } };
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
}

interface Entity {
  readonly [option: string]: unknown;
}

async function entitiesOf(
  { subscriber }: Stage,
  id: string,
  ready: (device: Entity) => boolean,
): Promise<Record<string, Entity>> {
  const message = await until(`the discovery of ${id}`, () =>
    on(subscriber, topicOf(id)).findLast(({ payload }) => ready((payload.device ?? {}) as Entity)),
  );
  return message.payload.components as Record<string, Entity>;
}

test('a modem appears in Home Assistant with all that it is, its texts come as events, and a contact can be notified', async () => {
  const here = await stage();
  const { subscriber, modems } = here;
  await here.start(1, {}, { contacts: { Mum: '+15557654321' } });
  const entities = await entitiesOf(here, 'sim2mqtt_test_m0', ({ serial_number }) => serial_number !== undefined);
  const device = on(subscriber, topicOf('sim2mqtt_test_m0')).at(-1)?.payload.device;
  expect(device).toMatchObject({
    name: 'SIM 0',
    via_device: 'sim2mqtt_test',
    serial_number: expect.stringMatching(/^\d{15}$/),
  });
  await modems.ask({ op: 'inject', modem: 0, from: 'Acme Bank', text: 'Your Acme Bank verification code is 481920.' });
  const code = await until('the code', () => on(subscriber, String(entities.code?.state_topic))[0]?.payload);
  expect(entities.code?.event_types).toContain(code.event_type);
  expect(entities.code?.value_template).not.toContain("'code'");
  const gateway = await entitiesOf(here, 'sim2mqtt_test', () => true);
  const contact = Object.values(gateway).find(({ name }) => name === 'Mum');
  // As Home Assistant renders it: the filter makes JSON of the message.
  const request = String(contact?.command_template).replace('{{ value | to_json }}', JSON.stringify('dinner "now"'));
  await subscriber.client.publishAsync(String(contact?.command_topic), request, { qos: 1 });
  await until('the notification', () => subscriber.events('sent').length === 1);
  expect(await modems.ask({ op: 'sent', modem: 0 })).toMatchObject([{ to: '+15557654321', text: 'dinner "now"' }]);
}, 60_000);

test('Home Assistant is told again at its birth; what is not wanted any more is cleared at the next start', async () => {
  const here = await stage();
  const { subscriber } = here;
  const first = await here.start(2);
  const secondTopic = topicOf('sim2mqtt_test_m1');
  await until('both modems', () => on(subscriber, secondTopic).length > 0);
  await entitiesOf(here, 'sim2mqtt_test_m0', ({ serial_number }) => serial_number !== undefined);
  const before = on(subscriber, topicOf('sim2mqtt_test')).length;
  await subscriber.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
  await until('all of it again', () => on(subscriber, topicOf('sim2mqtt_test')).length > before);
  await first.kill();
  const second = await here.start(1);
  await until('the second modem to be cleared', () => on(subscriber, secondTopic).at(-1)?.payload.text === '');
  const state = 'sim2mqtt/test/modem/m1/state';
  await until('its state to be cleared', () => on(subscriber, state).at(-1)?.payload.text === '');
  expect(on(subscriber, topicOf('sim2mqtt_test_m0')).map(({ payload }) => payload.text)).not.toContain('');
  await second.stop();
  await here.start(1, { homeassistant: false });
  for (const id of ['sim2mqtt_test', 'sim2mqtt_test_m0'])
    await until(`${id} to be cleared`, () => on(subscriber, topicOf(id)).at(-1)?.payload.text === '');
}, 60_000);

test('the document of the topics is served to anybody, and names those that messages come on', async () => {
  const here = await stage();
  const { httpUrl } = await here.start(1, { root: 'sim2mqtt' });
  const document = (await (await fetch(`${httpUrl}/asyncapi.json`)).json()) as AsyncApi;
  expect(document).toMatchObject({ asyncapi: '3.0.0', info: { title: 'sim2mqtt test' } });
  expect(document.servers.broker.host).toBe(`127.0.0.1:${here.broker.port}`);
  expect(document.channels.smsEvents?.address).toBe('sim2mqtt/test/modem/{modem}/event/sms');
}, 60_000);
