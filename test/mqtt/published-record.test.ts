import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Components, PublishedRecord, type RetainedMemory } from '../../src/mqtt/published-record.ts';
import { isTopicOf } from '../../src/mqtt/topics.ts';

class Memory implements RetainedMemory {
  held: Record<string, Components>;
  saves = 0;
  broken = false;
  constructor(held: Record<string, Components> = {}) {
    this.held = held;
  }
  load(): Record<string, Components> {
    return structuredClone(this.held);
  }
  save(published: Record<string, Components>): void {
    if (this.broken) throw new Error('disk full');
    this.saves += 1;
    this.held = structuredClone(published);
  }
}

const all = () => true;

describe('the record of what is retained', () => {
  test('keeps every component that a topic has announced until the topic is cleared', () => {
    const memory = new Memory({ a: { one: 'sensor' } });
    const record = new PublishedRecord(memory, all);
    record.add('a', { two: 'event' });
    record.save();
    expect(memory.held).toEqual({ a: { one: 'sensor', two: 'event' } });
    record.remove('a');
    record.save();
    expect(memory.held).toEqual({});
    expect(record.componentsOf('a')).toEqual({});
  });

  test('is written only when it has changed, and again after it could not be', () => {
    const memory = new Memory();
    const record = new PublishedRecord(memory, all);
    record.add('a', {});
    record.save();
    record.add('a', {});
    record.save();
    expect(memory.saves).toBe(1);
    record.add('b', {});
    memory.broken = true;
    expect(() => record.save()).toThrow('disk full');
    memory.broken = false;
    record.save();
    expect(Object.keys(memory.held)).toEqual(['a', 'b']);
  });

  test('after any saved sequence is the same for the next start', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.option(fc.dictionary(fc.string(), fc.string())));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const memory = new Memory();
        const record = new PublishedRecord(memory, all);
        for (const [topic, components] of steps) {
          if (components === null) record.remove(topic);
          else record.add(topic, components);
        }
        record.save();
        const next = new PublishedRecord(memory, all);
        expect(next.topics().sort()).toEqual(record.topics().sort());
        for (const topic of next.topics()) expect(next.componentsOf(topic)).toEqual(record.componentsOf(topic));
      }),
    );
  });
});

test.each([
  ['sim2mqtt/gw/availability', true],
  ['old-root/gw/modem/m1/state', true],
  ['homeassistant/device/sim2mqtt_gw/config', true],
  ['homeassistant/device/sim2mqtt_gw_m1/config', true],
  ['homeassistant/device/sim2mqtt_gw-2/config', false],
  ['homeassistant/device/sim2mqtt_gw-2_m1/config', false],
  ['homeassistant/device/sim2mqtt_gw/more/config', false],
  ['homeassistant/device/zigbee/config', false],
  ['sim2mqtt/gw-2/info', false],
  ['sim2mqtt', false],
  ['', false],
])('whether %j is a topic of the gateway gw: %s', (topic, is) => {
  expect(isTopicOf('gw', topic)).toBe(is);
});
