import { describe, expect, test } from 'vitest';
import { ready, startRig, until } from './rig.ts';
import { play, type Scene, settled } from './scene.ts';
import type { Reply } from './scripted-modem.ts';

/** "hello" to +14155551234. */
const hello = { pdu: '0001000B915114555521F3000005E8329BFD06', tpduLength: 18 };

describe('the service centre', () => {
  /** Refuses messages until it was told its service centre. */
  const forgetful = (times: number) => {
    let left = times;
    return (line: string): Reply | undefined => {
      if (line.startsWith('AT+CSCA=')) left -= 1;
      if (line.endsWith('\x1a')) return left > 0 ? ['+CMS ERROR: 330'] : ['+CMGS: 7', 'OK'];
      return line === 'AT+CMGS=18' ? ['> '] : undefined;
    };
  };

  test('that the modem forgot is set again, and the message goes', async () => {
    const scene = play(forgetful(1));
    await settled(scene);
    expect(await scene.modem.send([hello])).toEqual({ is: 'sent', references: [7] });
    await scene.stop();
    expect(scene.script.written.filter((line) => line.startsWith('AT+CSCA='))).toEqual(['AT+CSCA="+12063130004",145']);
  });

  test('is set once only for a message', async () => {
    const scene = play(forgetful(5));
    await settled(scene);
    expect(await scene.modem.send([hello])).toMatchObject({
      is: 'failed',
      error: { code: 'cms.330', hint: expect.stringContaining('smsc') },
    });
    await scene.stop();
    expect(scene.script.count('AT+CSCA=')).toBe(1);
  });

  test('has nothing to do with other refusals: those are not sent again', async () => {
    const scene = play((line) => {
      if (line.endsWith('\x1a')) return ['+CMS ERROR: 38'];
      return line === 'AT+CMGS=18' ? ['> '] : undefined;
    });
    await settled(scene);
    await scene.modem.send([hello]);
    await scene.stop();
    expect([scene.script.count('AT+CSCA='), scene.script.count('AT+CMGS=')]).toEqual([0, 1]);
  });

  test('that the SIM does not name is the configured one, and without that the operator is told', async () => {
    const none = { 'AT+CSCA?': ['+CSCA: "",129', 'OK'] };
    const scene = play(none, { smsc: '+12065550100' });
    await settled(scene);
    await until(() => scene.modem.state.operator !== null);
    expect(scene.modem.state).toMatchObject({ smsc: '+12065550100', problem: null });
    expect(scene.script.count('AT+CSCA="+12065550100",145')).toBe(1);
    await scene.stop();
    const bare = play(none);
    await until(() => bare.modem.state.problem?.code === 'sim.no_service_centre');
    expect(bare.modem.state).toMatchObject({ phase: 'ready', smsc: null });
    await bare.stop();
    expect(bare.listener.alerts.map(({ code }) => code)).toEqual(['sim.no_service_centre']);
  });
});

describe('USSD', () => {
  test('a balance is asked for by its preset, told, and kept', async () => {
    await using rig = await startRig({ modem: { balanceUssd: '*100#' } });
    await ready(rig);
    rig.simulator.answerUssd('*100#', 'Balance: 5.00');
    const balance = await rig.modem.balance();
    expect(balance.text).toBe('Balance: 5.00');
    expect(rig.modem.state.balance).toEqual(balance);
    expect(rig.listener.answers).toEqual([{ text: 'Balance: 5.00', replyExpected: false }]);
  });

  test('a balance without a preset cannot be asked for', async () => {
    await using rig = await startRig();
    await ready(rig);
    await expect(rig.modem.balance()).rejects.toThrow(
      expect.objectContaining({ code: 'command.invalid', hint: expect.stringContaining('balance_ussd') }),
    );
  });

  test('a balance is that of one SIM', async () => {
    await using rig = await startRig({ modem: { balanceUssd: '*100#' } });
    await ready(rig);
    rig.simulator.answerUssd('*100#', 'Balance: 5.00');
    await rig.modem.balance();
    rig.simulator.fault({ kind: 'sim_removed' });
    await until(() => rig.modem.state.phase === 'failed');
    rig.simulator.fault({ kind: 'sim_inserted', iccid: '8901260000000000099' });
    await ready(rig);
    expect(rig.modem.state.balance).toBeUndefined();
  });

  /** What the network says to each request. */
  const network = (answers: Readonly<Record<string, string>>): Scene => {
    const scene = play(
      (line) => {
        const answer = answers[line];
        if (answer !== undefined) setImmediate(() => scene.script.say(`\r\n${answer}\r\n`));
        return undefined;
      },
      { balanceUssd: '*100#' },
    );
    return scene;
  };

  test('a menu is answered by one more request, which cancels nothing', async () => {
    const scene = network({
      'AT+CUSD=1,"*111#",15': '+CUSD: 1,"1 Balance 2 Offers",15',
      'AT+CUSD=1,"1",15': '+CUSD: 0,"Balance: 5.00",15',
    });
    await settled(scene);
    await scene.modem.ussd('*111#');
    await until(() => scene.listener.answers.length === 1);
    await scene.modem.ussd('1');
    await until(() => scene.listener.answers.length === 2);
    await scene.stop();
    expect(scene.listener.answers).toEqual([
      { text: '1 Balance 2 Offers', replyExpected: true },
      { text: 'Balance: 5.00', replyExpected: false },
    ]);
    expect(scene.script.count('AT+CUSD=2')).toBe(0);
  });

  test('a dialogue that was left open is ended before the next, after a balance, and on request', async () => {
    const scene = network({
      'AT+CUSD=1,"*111#",15': '+CUSD: 1,"1 Balance 2 Offers",15',
      'AT+CUSD=1,"*100#",15': '+CUSD: 1,"5.00 left. 1 Top up",15',
    });
    await settled(scene);
    await scene.modem.ussd('*111#');
    await until(() => scene.listener.answers.length === 1);
    expect((await scene.modem.balance()).text).toBe('5.00 left. 1 Top up');
    await scene.modem.cancelUssd();
    await scene.stop();
    expect(scene.script.written.filter((line) => line.startsWith('AT+CUSD='))).toEqual([
      'AT+CUSD=1,"*111#",15',
      'AT+CUSD=2',
      'AT+CUSD=1,"*100#",15',
      'AT+CUSD=2',
      'AT+CUSD=2',
    ]);
  });

  test('a dialogue that the modem still holds is ended, and the request made again', async () => {
    let tries = 0;
    const scene = play((line) => {
      if (!line.startsWith('AT+CUSD=1')) return undefined;
      tries += 1;
      return tries === 1 ? ['+CME ERROR: 258'] : ['OK'];
    });
    await settled(scene);
    await scene.modem.ussd('*100#');
    await scene.stop();
    expect([tries, scene.script.count('AT+CUSD=2')]).toEqual([2, 1]);
  });

  test('a question that the network leaves without an answer fails after two minutes', async () => {
    const scene = network({});
    await settled(scene);
    const start = scene.clock.now();
    await expect(scene.modem.balance()).rejects.toThrow(expect.objectContaining({ code: 'at.timeout' }));
    expect(scene.clock.now() - start).toBeGreaterThanOrEqual(120_000);
    await scene.stop();
  });

  test('a question that the network ends without a word has no balance', async () => {
    const scene = network({ 'AT+CUSD=1,"*100#",15': '+CUSD: 4' });
    await settled(scene);
    await expect(scene.modem.balance()).rejects.toThrow(expect.objectContaining({ code: 'at.error' }));
    expect(scene.modem.state.balance).toBeUndefined();
    await scene.stop();
  });
});

describe('a call', () => {
  test('is told and then ended: it would keep messages away', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.ring({ from: '+14155550000' });
    await until(() => rig.listener.calls.length === 2);
    expect(rig.listener.calls).toEqual([
      { ended: false, from: '+14155550000' },
      { ended: true, from: '+14155550000' },
    ]);
  });

  test('is left ringing where that is wanted', async () => {
    const scene = play({}, { calls: 'ignore' });
    await settled(scene);
    scene.script.say('\r\nRING\r\n\r\n+CLIP: "+14155550000",145\r\n');
    await until(() => scene.listener.calls.length === 2);
    await scene.stop();
    expect([scene.script.count('AT+CHUP'), scene.script.count('ATH')]).toEqual([0, 0]);
  });

  test('is ended by ATH where the modem knows nothing better', async () => {
    const scene = play({ 'AT+CHUP': ['ERROR'] });
    await settled(scene);
    scene.script.say('\r\nRING\r\n\r\n+CLIP: "+14155550000",145\r\n');
    await until(() => scene.listener.calls.length === 2);
    await scene.stop();
    expect(scene.script.count('ATH')).toBe(1);
  });
});

describe('a supply that is too low', () => {
  test('is told once, by its voltage', async () => {
    const scene = play({ 'AT+CBC': ['+CBC: 0,20,3310', 'OK'] });
    await until(() => scene.script.count('AT+CBC') > 2);
    await scene.stop();
    expect(scene.listener.alerts.map(({ code }) => code)).toEqual(['low_power']);
  });

  test('is no matter where the modem tells no voltage, which it is asked for once', async () => {
    const scene = play({ 'AT+CBC': ['ERROR'] });
    await settled(scene);
    const start = scene.clock.now();
    await until(() => scene.clock.now() - start > 3_600_000);
    await scene.stop();
    expect([scene.script.count('AT+CBC'), scene.listener.alerts]).toEqual([1, []]);
  });
});
