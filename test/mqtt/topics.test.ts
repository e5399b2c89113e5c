import { describe, expect, test } from 'vitest';
import { mayRespond, topicMatches, topicsOf } from '../../src/mqtt/topics.ts';
import { eventOf, smsOf } from './stage.ts';

const topics = topicsOf('sim2mqtt', 'pi-kitchen');

test('every topic has the gateway below the root', () => {
  expect([topics.availability, topics.info, topics.modemAvailability('m1'), topics.modemState('m1')]).toEqual([
    'sim2mqtt/pi-kitchen/availability',
    'sim2mqtt/pi-kitchen/info',
    'sim2mqtt/pi-kitchen/modem/m1/availability',
    'sim2mqtt/pi-kitchen/modem/m1/state',
  ]);
  expect(topics.commands).toEqual(['sim2mqtt/pi-kitchen/cmd/+', 'sim2mqtt/pi-kitchen/modem/+/cmd/+']);
});

test('an event is on the channel of its kind, and one of the gateway never below a modem', () => {
  expect(topics.event(smsOf(1))).toBe('sim2mqtt/pi-kitchen/modem/m1/event/sms');
  expect(topics.event(eventOf(1, { type: 'call_ended', to: null, from: null }))).toBe(
    'sim2mqtt/pi-kitchen/modem/m1/event/call',
  );
  const gateway = 'sim2mqtt/pi-kitchen/event/gateway';
  expect(topics.event(eventOf(1, { type: 'modem_added', subject: 'm1' }, null))).toBe(gateway);
  expect(topics.event(eventOf(1, { type: 'alert', code: 'c', message: 'm' }, 'm1'))).toBe(gateway);
});

test.each([
  ['sim2mqtt/pi-kitchen/cmd/scan', { name: 'scan', modem: null }],
  ['sim2mqtt/pi-kitchen/modem/m1/cmd/send', { name: 'send', modem: 'm1' }],
  ['sim2mqtt/pi-kitchen/modem/m1/cmd/send/reply', null],
  ['sim2mqtt/pi-kitchen/cmd/scan/reply', null],
  ['sim2mqtt/pi-kitchen/modem/m1/state', null],
  ['sim2mqtt/pi-kitchen/modem/m1', null],
  ['sim2mqtt/other/cmd/scan', null],
  ['', null],
])('the command address of %j is %j', (topic, address) => {
  expect(topics.address(topic)).toEqual(address);
});

test.each([
  ['a/+/c', 'a/b/c', true],
  ['a/+/c', 'a/b/d', false],
  ['a/+/c', 'a/b/c/d', false],
  ['a/+', 'a', false],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'ab', false],
  ['#', 'a/b', true],
  ['#', '$SYS/a', false],
  ['+/a', '$SYS/a', false],
  ['a//+', 'a//b', true],
])('the filter %s on %s: %s', (filter, topic, matches) => {
  expect(topicMatches(filter, topic)).toBe(matches);
});

describe('a response topic', () => {
  const allowed = ['sim2mqtt-hub/+/reply/#', 'sim2mqtt-client/+/reply/#'];
  test.each([
    ['sim2mqtt-hub/h1/reply/42', true],
    ['sim2mqtt-client/c1/reply', true],
    ['sim2mqtt-client/c1/reply/+', false],
    ['sim2mqtt-client/c1/reply/#', false],
    ['sim2mqtt-client/+/reply/a', false],
    ['sim2mqtt/pi-kitchen/cmd/send', false],
    ['', false],
  ])('%j may be used: %s', (topic, may) => {
    expect(mayRespond(topic, allowed)).toBe(may);
  });
});
