import { describe, expect, test } from 'vitest';
import { Restarts } from '../../src/modem/recovery/restarts.ts';
import { ManualClock } from '../at/manual-clock.ts';
import { Recorder, until } from './rig.ts';
import { play, type Scene, settled } from './scene.ts';

const alertsOf = ({ listener }: Scene) => listener.alerts.map(({ code, message }) => `${code}: ${message}`);

/** Says it, and waits until the modem was started anew. */
async function restart(scene: Scene, said: string): Promise<void> {
  const before = scene.script.opened;
  scene.script.say(`\r\n${said}\r\n`);
  await until(() => scene.script.opened > before, 'another start');
  await settled(scene);
}

describe('a modem that says why it goes', () => {
  test.each([
    ['UNDER-VOLTAGE POWER DOWN', 'low_power', /too low/],
    ['OVER-VOLTAGE POWER DOWN', 'high_power', /too high/],
  ])('%s: its supply is told to be at fault', async (said, code, message) => {
    const scene = play({});
    await settled(scene);
    await restart(scene, said);
    await scene.stop();
    expect(scene.listener.alerts).toEqual([
      { code, message: expect.stringMatching(message), hint: expect.stringMatching(/supply/) },
    ]);
  });

  test('while it starts is believed too', async () => {
    let asked = 0;
    const scene = play((line) => {
      if (line === 'AT+CPMS=?') asked += 1;
      if (line !== 'AT+CPMS=?' || asked > 1) return undefined;
      scene.script.say('\r\nUNDER-VOLTAGE POWER DOWN\r\n\r\nRDY\r\n');
      return null;
    });
    await settled(scene);
    await scene.stop();
    expect(scene.listener.alerts.map(({ code }) => code)).toEqual(['low_power']);
  });
});

test('a supply that is too high is told once', async () => {
  const scene = play({});
  await settled(scene);
  for (let n = 0; n < 3; n += 1) scene.script.say('\r\nOVER-VOLTAGE WARNNING\r\n');
  await until(() => scene.listener.alerts.length > 0);
  await scene.stop();
  expect(alertsOf(scene)).toEqual(['high_power: the modem says that its supply is too high']);
  expect(scene.script.opened).toBe(1);
});

describe('a modem that restarts by itself', () => {
  test('again and again is told to lack power at the third time', async () => {
    let restarts = 0;
    const scene = play((line) => {
      if (line !== 'AT+CSQ') return undefined;
      restarts += 1;
      scene.script.say('\r\nRDY\r\n');
      return null;
    });
    await until(() => scene.listener.alerts.length > 0);
    await scene.stop();
    expect(restarts).toBeGreaterThanOrEqual(3);
    expect(alertsOf(scene)[0]).toBe('low_power: the modem restarted by itself 3 times within an hour');
  });

  test('counts for an hour, and is told once an hour', async () => {
    const clock = new ManualClock();
    const listener = new Recorder();
    const restarts = new Restarts({ modem: 'm1', listener, clock });
    for (let n = 0; n < 5; n += 1) {
      restarts.happened(null);
      await clock.advance(31 * 60_000);
    }
    expect(listener.alerts).toEqual([]);
    for (let n = 0; n < 7; n += 1) {
      restarts.happened(null);
      await clock.advance(12 * 60_000);
    }
    expect(listener.alerts.map(({ message }) => message)).toEqual([
      'the modem restarted by itself 3 times within an hour',
      'the modem restarted by itself 5 times within an hour',
    ]);
  });
});
