import { describe, expect, test } from 'vitest';
import { bestRegistration } from '../../src/modem/commands/network.ts';
import { until } from './rig.ts';
import { play, type Scene, settled } from './scene.ts';
import type { Reply } from './scripted-modem.ts';

const minute = 60_000;
const codesOf = ({ listener }: Scene) => listener.alerts.map(({ code }) => code);
const radioOf = ({ script }: Scene) => script.written.filter((line) => /^AT\+CFUN=/.test(line));

async function pass(scene: Scene, duration: number): Promise<void> {
  const end = scene.clock.now() + duration;
  await until(() => scene.clock.now() >= end, 'time to pass');
}

/** What each domain's query is answered with; the stat of those that are not named is 2. */
function stats(line: string, named: Readonly<Record<string, number>>): Reply | undefined {
  const name = /^AT\+(C(?:G|E)?REG)\?$/.exec(line)?.[1];
  return name === undefined ? undefined : [`+${name}: 2,${named[name] ?? 2}`, 'OK'];
}

describe('a SIM that was pulled without a word', () => {
  /** The card is out once `isOut` says so. */
  const pulled = (isOut: () => boolean) =>
    play((line) => {
      if (!isOut()) return undefined;
      if (line === 'AT+CCID' || line === 'AT+CPIN?') return ['+CME ERROR: 10'];
      return stats(line, { CREG: 0, CGREG: 0, CEREG: 0 });
    });

  test('is told as such, and neither radio nor module is restarted for it', async () => {
    let isOut = false;
    const scene = pulled(() => isOut);
    await settled(scene);
    isOut = true;
    await until(() => scene.modem.state.problem?.code === 'sim.absent');
    await pass(scene, 60 * minute);
    await scene.stop();
    expect(codesOf(scene)).toEqual(['sim.absent']);
    expect(radioOf(scene)).toEqual([]);
  });

  test('leaves emergency calls only, and that is not said of the network', async () => {
    let isOut = false;
    const scene = play((line) => {
      if (!isOut) return undefined;
      if (line === 'AT+CCID' || line === 'AT+CPIN?') return ['+CME ERROR: 10'];
      return stats(line, { CREG: 8, CGREG: 8, CEREG: 8 });
    });
    await until(() => scene.modem.state.registration === 'home');
    isOut = true;
    await until(() => scene.modem.state.problem?.code === 'sim.absent');
    await scene.stop();
    expect(codesOf(scene)).toEqual(['sim.absent']);
  });

  test('is looked for before a network is said to be missing', async () => {
    let isOut = false;
    let cardAsked = 0;
    const scene = play((line) => {
      if (line === 'AT+CCID') cardAsked += 1;
      // Those that are asked on time pass; the one that comes with the missing network does not.
      if (isOut && scene.clock.now() - outAt < 5 * minute) return stats(line, {});
      if (!isOut) return undefined;
      if (line === 'AT+CCID' || line === 'AT+CPIN?') return ['+CME ERROR: 10'];
      return stats(line, {});
    });
    await settled(scene);
    const outAt = scene.clock.now();
    isOut = true;
    await until(() => scene.modem.state.problem?.code === 'sim.absent');
    await scene.stop();
    expect(codesOf(scene)).toEqual(['sim.absent']);
    expect(cardAsked).toBeGreaterThan(1);
  });

  test('is told apart from one that is busy for a moment, or does not tell its number for once', async () => {
    let refusals = 0;
    const scene = play((line) => {
      if (line === 'AT+CCID' && scene.clock.now() > 1_000_000 + 2 * minute) {
        refusals += 1;
        return refusals < 4 ? ['+CME ERROR: 14'] : undefined;
      }
      if (line === 'AT+CPIN?' && refusals === 1) return ['+CME ERROR: 14'];
      return undefined;
    });
    await settled(scene);
    await pass(scene, 40 * minute);
    await scene.stop();
    expect(scene.script.opened).toBe(1);
    expect(refusals).toBeGreaterThan(4);
  });

  test('is told apart from one that is busy for half a minute, as during a call', async () => {
    let busyFrom = Number.POSITIVE_INFINITY;
    let refusals = 0;
    const scene = play((line) => {
      const now = scene.clock.now();
      if (!/^AT\+(?:CCID|CIMI|CPIN\?)/.test(line) || now < 1_000_000 + 2 * minute) return stats(line, { CREG: 1 });
      busyFrom = Math.min(busyFrom, now);
      if (now - busyFrom > 30_000) return undefined;
      refusals += 1;
      return ['+CME ERROR: 14'];
    });
    await settled(scene);
    await pass(scene, 10 * minute);
    expect(scene.modem.state.phase).toBe('ready');
    await scene.stop();
    expect(refusals).toBeGreaterThan(4);
    expect(scene.script.opened).toBe(1);
  });

  test('that stays busy is started anew', async () => {
    let isOut = false;
    const scene = play((line) =>
      isOut && (line === 'AT+CCID' || line === 'AT+CPIN?') ? ['+CPIN: NOT READY', 'OK'] : undefined,
    );
    await settled(scene);
    isOut = true;
    await until(() => scene.modem.state.problem?.code === 'sim.failed');
    await scene.stop();
    expect(scene.modem.state.sim).not.toBe('ready');
  });
});

test('another SIM is noticed by its IMSI where no command tells the ICCID', async () => {
  let subscriber = '310260000000001';
  const scene = play((line) => {
    if (line === 'AT+CIMI') return [subscriber, 'OK'];
    return /^AT\+(?:I?CCID|CRSM)/.test(line) ? ['+CME ERROR: 100'] : undefined;
  });
  await settled(scene);
  expect(scene.modem.state.line).toBe('imsi:310260000000001');
  subscriber = '310260000000002';
  await until(() => scene.modem.state.line === 'imsi:310260000000002');
  await scene.stop();
});

describe('a network that refuses the SIM', () => {
  test('for calls while packet service still searches is told, and nothing is restarted', async () => {
    const scene = play((line) => stats(line, { CREG: 3 }));
    await until(() => scene.modem.state.problem !== null);
    await pass(scene, 3 * 60 * minute);
    expect(scene.modem.state).toMatchObject({ registration: 'denied', problem: { code: 'network.denied' } });
    await scene.stop();
    expect(codesOf(scene)).toEqual(['network.denied']);
    expect(radioOf(scene)).toEqual([]);
  });

  test('on the way to another that takes it is not told', async () => {
    const start = 1_000_000;
    const scene = play((line) => stats(line, { CREG: scene.clock.now() < start + 30_000 ? 3 : 5 }));
    await until(() => scene.modem.state.registration === 'roaming');
    await pass(scene, 10 * minute);
    await scene.stop();
    expect(codesOf(scene)).toEqual([]);
  });

  test('is told once, though the modem tries again and again; half an hour later it counts as missing', async () => {
    const start = 1_000_000;
    let radioOffAt = 0;
    const scene = play((line) => {
      const now = scene.clock.now();
      if (line === 'AT+CFUN=4') radioOffAt ||= now;
      const isDenied = now < start + 20 * minute && Math.floor(now / 20_000) % 2 === 0;
      return stats(line, { CREG: isDenied ? 3 : 2 });
    });
    await until(() => radioOffAt > 0);
    await scene.stop();
    expect(codesOf(scene).slice(0, 3)).toEqual(['network.denied', 'network.not_found', 'modem.recovery']);
    expect(radioOffAt - start).toBeGreaterThan(48 * minute);
  });
});

test.each([
  [[2, 3, 2], 'denied'],
  [[3, 1], 'home'],
  [[3, 5, 2], 'roaming'],
  [[0, 2], 'searching'],
  [[4, 0], 'idle'],
])('registration of domains in %j is %s', (domains, best) => {
  expect(bestRegistration(domains)).toBe(best);
});

describe('a modem that is registered', () => {
  const refusing = (line: string, domain: string, answer: Reply): Reply | undefined => {
    if (line === `AT+${domain}?`) return answer;
    return line.startsWith(`AT+${domain}=`) ? ['+CME ERROR: 3'] : undefined;
  };

  test('in a domain that reports nothing, but answers when it is asked, is registered', async () => {
    const scene = play((line) => refusing(line, 'CEREG', ['+CEREG: 0,1', 'OK']) ?? stats(line, { CREG: 3, CGREG: 3 }));
    await until(() => scene.modem.state.registration === 'home');
    await pass(scene, 10 * minute);
    expect(scene.modem.state.domains).toEqual({ CREG: 3, CGREG: 3, CEREG: 1 });
    await scene.stop();
    expect(codesOf(scene)).toEqual([]);
  });

  test('on 5G alone is registered, asked or told', async () => {
    let stat = 1;
    const scene = play((line) => {
      if (line === 'AT+COPS?') return ['+COPS: 0', 'OK'];
      return line === 'AT+C5GREG?' ? [`+C5GREG: 2,${stat},"00A1B2","0000000C1",11`, 'OK'] : stats(line, {});
    });
    await until(() => scene.modem.state.registration === 'home');
    expect(scene.modem.state.technology).toBe('nr');
    expect(scene.script.count('AT+C5GREG=2')).toBe(1);
    stat = 5;
    scene.script.say('\r\n+C5GREG: 5,"00A1B2","0000000C1",11\r\n');
    await until(() => scene.modem.state.registration === 'roaming');
    await scene.stop();
  });

  test('is not asked about 5G where it knows no LTE', async () => {
    const scene = play((line) => refusing(line, 'CEREG', ['ERROR']));
    await settled(scene);
    await scene.stop();
    expect(scene.script.count('AT+C5GREG')).toBe(0);
  });

  test('no longer, says that the network detached it, is asked at once', async () => {
    let saidAt = 0;
    let askedAt = 0;
    const scene = play((line) => {
      if (line === 'AT+CREG?' && saidAt > 0) askedAt ||= scene.clock.now();
      return stats(line, { CREG: saidAt === 0 ? 1 : 2 });
    });
    await until(() => scene.modem.state.registration === 'home');
    await pass(scene, 5_000);
    saidAt = scene.clock.now();
    scene.script.say('\r\n+CGEV: NW DETACH\r\n');
    await until(() => scene.modem.state.registration === 'searching');
    expect(askedAt - saidAt).toBeLessThan(1_000);
    await scene.stop();
  });
});
