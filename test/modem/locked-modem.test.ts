import { describe, expect, test } from 'vitest';
import { play, settled } from './scene.ts';

describe('a modem that is locked to an operator or to one SIM', () => {
  test.each([
    '+CPIN: PH-NET PIN',
    '+CPIN: "PH-SIM PIN"',
    '+CPIN: PH-NETSUB PUK',
    '+CME ERROR: 5',
    '+CME ERROR: 40',
    '+CME ERROR: 48',
    '+CME ERROR: network personalization PIN required',
    '+CMS ERROR: 312',
  ])('and says %s is told as such, not as a SIM that fails, and gets no PIN', async (line) => {
    const reply = line.startsWith('+CPIN') ? [line, 'OK'] : [line];
    const scene = play({ 'AT+CPIN?': reply }, { pin: '1234' });
    expect(await settled(scene)).toBe('failed');
    expect(scene.modem.state).toMatchObject({
      sim: 'locked',
      problem: { code: 'sim.network_locked', hint: expect.stringMatching(/operator .* unlocked/) },
    });
    await scene.stop();
    expect(scene.script.count('AT+CPIN=')).toBe(0);
    expect(scene.listener.alerts.map(({ code }) => code)).toEqual(['sim.network_locked']);
  });
});
