import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { createLogger } from '../../../src/log.ts';
import { forgetfulMemory } from '../../../src/modem/recovery/ladder.ts';
import { Recovery } from '../../../src/modem/recovery/recovery.ts';
import { ManualClock } from '../../at/manual-clock.ts';
import { tempFolder } from '../../temp-folder.ts';
import { Recorder } from '../rig.ts';

const log = createLogger({ write: () => {} });

const place = { position: '1-1.4', enumeration: '7' };

/** A gateway's machine in a folder, with a USB device at that place. */
function machine() {
  const root = tempFolder();
  const bus = join(root, 'sys/bus/usb/devices/1-1.4');
  mkdirSync(bus, { recursive: true });
  writeFileSync(join(bus, 'devnum'), '7\n');
  const said = join(root, 'said');
  const hook = join(root, 'hook');
  writeFileSync(hook, `#!/bin/sh\necho "$* $SIM2MQTT_MODEM $SIM2MQTT_USB_DEVICE" >>${said}\n`);
  chmodSync(hook, 0o755);
  const replug = () => writeFileSync(join(bus, 'devnum'), '8\n');
  const unplug = () => rmSync(bus, { recursive: true });
  return { root, hook, replug, unplug, said: () => readFileSync(said, 'utf8').trim().split('\n') };
}

function start(hooks: { usb?: readonly string[]; power?: readonly string[] } = {}, root = '/nowhere') {
  const listener = new Recorder();
  const recovery = new Recovery({
    ...{ modem: 'm1', memory: forgetfulMemory(), listener, clock: new ManualClock(), log, root },
    hooks: { usb: hooks.usb ?? null, power: hooks.power ?? null },
  });
  const rungs = () => listener.alerts.map((alert) => 'rung' in alert && alert.rung);
  return { recovery, listener, rungs };
}

const { signal } = new AbortController();
const silent = new GatewayError('at.timeout', 'the modem did not answer in time', { transient: true });

describe('recovery', () => {
  test('opens a mute port again three times before anything stronger, each step told with its reason', async () => {
    const { recovery, listener, rungs } = start();
    let resets = 0;
    const module_reset = async () => {
      resets += 1;
    };
    const actions = { module_reset, signal };
    for (let n = 0; n < 3; n += 1) await recovery.failed(silent, actions);
    expect([rungs(), resets]).toEqual([['reopen'], 0]);
    await recovery.failed(silent, actions);
    await recovery.failed(silent, actions);
    await recovery.failed(silent, actions);
    expect([rungs(), resets]).toEqual([['reopen', 'module_reset', 'alarm'], 1]);
    expect(listener.alerts[1]).toEqual({
      code: 'modem.recovery',
      message: 'the modem did not answer in time: the module is restarted',
      rung: 'module_reset',
      reason: 'the modem did not answer in time',
    });
    expect(listener.alerts[2]).toMatchObject({ hint: expect.stringContaining('Unplug') });
  });

  test('begins anew once the modem has worked', async () => {
    const { recovery, rungs } = start();
    for (let n = 0; n < 3; n += 1) await recovery.failed(silent, { signal });
    recovery.recovered();
    for (let n = 0; n < 3; n += 1) await recovery.failed(silent, { signal });
    expect(rungs()).toEqual(['reopen', 'reopen']);
  });

  test.each([
    'sim.absent',
    'sim.pin_required',
    'sim.pin_wrong',
    'sim.puk_required',
    'sim.failed',
    'modem.no_sms',
    'port.permission',
    'port.busy',
    'port.missing',
    'modem.offline',
  ] as const)('does nothing about %s, which needs a person or passes', async (code) => {
    const { recovery, listener } = start({ power: ['false'] });
    for (let n = 0; n < 10; n += 1) await recovery.failed(new GatewayError(code, 'a fault'), { signal });
    expect(listener.alerts).toEqual([]);
  });

  test('resets the USB device that the modem was on last, though its node is gone', async () => {
    const { root, hook, said } = machine();
    const { recovery, rungs } = start({ usb: [hook, 'with'], power: [hook, 'cycle'] }, root);
    recovery.isAt(place);
    recovery.isAt(null);
    for (let n = 0; n < 6; n += 1) await recovery.failed(silent, { signal });
    expect(rungs()).toEqual(['reopen', 'usb_reset', 'power_cycle', 'alarm']);
    expect(said()).toEqual(['with reset 1-1.4 m1 1-1.4', 'cycle m1 1-1.4']);
  });

  describe('of a modem whose node went', () => {
    const gone = async (change: (at: ReturnType<typeof machine>) => void, isPowered = false) => {
      const at = machine();
      const { recovery, rungs } = start(
        { usb: [at.hook], ...(isPowered ? { power: [at.hook, 'cycle'] } : {}) },
        at.root,
      );
      recovery.isAt(place);
      change(at);
      expect(recovery.canHelp('gone')).toBe(true);
      for (let n = 0; n < 4; n += 1) await recovery.ails('gone', 'its port has not come back', { signal });
      return { at, rungs: rungs() };
    };

    test('resets its USB device where that is still on the bus, and says so where that does not help', async () => {
      const { at, rungs } = await gone(() => undefined);
      expect(rungs).toEqual(['usb_reset', 'alarm']);
      expect(at.said()).toEqual(['reset 1-1.4 m1 1-1.4']);
    });

    test('resets nothing where it was unplugged, or something was plugged in after it', async () => {
      expect((await gone(({ unplug }) => unplug())).rungs).toEqual([]);
      expect((await gone(({ replug }) => replug())).rungs).toEqual([]);
      expect((await gone(({ replug }) => replug(), true)).rungs).toEqual(['power_cycle']);
    });

    test('cuts its power where a reset does not help', async () => {
      expect((await gone(() => undefined, true)).rungs).toEqual(['usb_reset', 'power_cycle', 'alarm']);
    });

    test('has nothing to offer without a command', () => {
      expect(start().recovery.canHelp('gone')).toBe(false);
      expect(start({ usb: ['true'] }).recovery.canHelp('gone')).toBe(false);
    });
  });

  test('goes on to the next step where a command fails or is not there', async () => {
    const { recovery, rungs } = start({ power: ['/nonexistent/command'] });
    for (let n = 0; n < 6; n += 1) await recovery.failed(silent, { signal });
    expect(rungs()).toEqual(['reopen', 'power_cycle', 'alarm']);
    const failing = start({ power: ['false'] });
    for (let n = 0; n < 6; n += 1) await failing.recovery.failed(silent, { signal });
    expect(failing.rungs()).toEqual(['reopen', 'power_cycle', 'alarm']);
  });

  test('does not wait for a command when everything stops', async () => {
    const stop = new AbortController();
    const { recovery, rungs } = start({ power: ['sleep', '3'] });
    setTimeout(() => stop.abort(), 50);
    for (let n = 0; n < 4; n += 1) await recovery.failed(silent, { signal: stop.signal });
    expect(rungs()).toEqual(['reopen', 'power_cycle']);
  });

  test('takes no step that it cannot write down', async () => {
    const listener = new Recorder();
    const memory = {
      taken: () => [],
      take: () => {
        throw new GatewayError('store.full', 'the disk is full');
      },
    };
    const hooks = { usb: null, power: null };
    const recovery = new Recovery({ modem: 'm1', memory, hooks, listener, clock: new ManualClock(), log });
    let cycles = 0;
    const radio = async () => {
      cycles += 1;
    };
    await recovery.ails('deaf', 'no network', { radio, signal });
    expect([cycles, listener.alerts]).toEqual([0, []]);
  });
});
