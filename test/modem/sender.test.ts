import { describe, expect, test } from 'vitest';
import { ready, startRig, until } from './rig.ts';
import { play, settled } from './scene.ts';

/** "hello" to +14155551234. */
const hello = { pdu: '0001000B915114555521F3000005E8329BFD06', tpduLength: 18 };

describe('sending', () => {
  test('tells the reference of each part, in order', async () => {
    await using rig = await startRig();
    await ready(rig);
    const outcome = await rig.modem.send([hello, hello, hello]);
    expect(outcome).toEqual({ is: 'sent', references: rig.simulator.sent.map(({ reference }) => reference) });
    expect(rig.simulator.sent.map(({ text }) => text)).toEqual(['hello', 'hello', 'hello']);
  });

  test('goes one message after the other, however many are given at once', async () => {
    await using rig = await startRig({ simulator: { sendLatency: 5 } });
    await ready(rig);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => rig.modem.send([hello, hello])));
    const references = outcomes.flatMap((outcome) => outcome.references);
    expect(references).toEqual(rig.simulator.sent.map(({ reference }) => reference));
    expect(references).toHaveLength(16);
  });

  test('on a modem that is not there is certainly not done', async () => {
    await using rig = await startRig({ modem: { port: '/nonexistent/modem' } });
    const error = { code: 'modem.offline', message: 'the modem is not ready', retryable: true };
    expect(await rig.modem.send([hello])).toEqual({ is: 'not_sent', references: [], error });
  });

  test('is certainly not done where the modem never asks for the PDU', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'error', cms: 310, command: 'AT+CMGS', stage: 'command' });
    const outcome = await rig.modem.send([hello]);
    expect(outcome).toMatchObject({ is: 'not_sent', references: [], error: { code: 'cms.310', retryable: false } });
    expect(rig.simulator.sent).toHaveLength(0);
  });

  test('that the network refuses has failed, with its reason in plain words', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'slow_send', delay: 10, cms: 38 });
    expect(await rig.modem.send([hello])).toEqual({
      is: 'failed',
      references: [],
      error: {
        code: 'cms.38',
        message: 'refused by the network: network out of order, or a wrong service centre',
        retryable: true,
      },
    });
  });

  test('that is refused at its second part says that the first one went out', async () => {
    await using rig = await startRig();
    await ready(rig);
    let seen = 0;
    rig.simulator.onSent(() => {
      seen += 1;
      if (seen === 1) rig.simulator.fault({ kind: 'slow_send', delay: 10, cms: 21 });
    });
    const outcome = await rig.modem.send([hello, hello, hello]);
    expect(outcome).toMatchObject({ is: 'failed', error: { code: 'cms.21', retryable: false } });
    expect(outcome.references).toHaveLength(1);
    expect(rig.simulator.sent).toHaveLength(1);
  });

  test('whose OK is lost behind its reference is done', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'ok_lost', command: 'AT+CMGS' });
    expect(await rig.modem.send([hello])).toMatchObject({ is: 'sent' });
  });

  test('over a port that vanishes after the PDU was written has an unknown outcome, and is never done again', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'drop', command: 'AT+CMGS', stage: 'payload', returnsAfter: 100 });
    expect(await rig.modem.send([hello])).toMatchObject({
      is: 'unknown',
      references: [],
      error: { code: 'message.outcome_unknown', retryable: false },
    });
    await ready(rig);
    const sent = rig.simulator.sent.length;
    expect(await rig.modem.send([hello])).toMatchObject({ is: 'sent' });
    expect(rig.simulator.sent).toHaveLength(sent + 1);
  });

  test('interrupted by a restart of the modem has an unknown outcome', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'slow_send', delay: 5_000 });
    const sending = rig.modem.send([hello]);
    await until(() => rig.logged.length > 0);
    setTimeout(() => rig.simulator.fault({ kind: 'reboot' }), 50);
    expect(await sending).toMatchObject({ is: 'unknown' });
  });

  test('survives announcements and noise between prompt and result', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'urc', line: '+CMTI: "ME",9', command: 'AT+CMGS', stage: 'payload' });
    rig.simulator.fault({ kind: 'urc', line: '^RSSI:20', command: 'AT+CMGS', stage: 'prompt' });
    expect(await rig.modem.send([hello])).toMatchObject({ is: 'sent' });
  });

  test('that is under way when the modem is told to stop may end, and nothing new begins', async () => {
    await using rig = await startRig({ simulator: { sendLatency: 150 } });
    await ready(rig);
    const first = rig.modem.send([hello]);
    const second = rig.modem.send([hello]);
    setTimeout(() => void rig.stop(), 50);
    expect(await first).toMatchObject({ is: 'sent' });
    expect(await second).toMatchObject({ is: 'not_sent', error: { code: 'modem.offline' } });
    expect(await rig.modem.send([hello])).toMatchObject({ is: 'not_sent' });
    await rig.stop();
    expect(rig.modem.state.phase).toBe('stopped');
  });

  test('is certainly not done where nothing at all comes in place of the prompt', async () => {
    const scene = play({ 'AT+CMGS=18': null });
    await settled(scene);
    expect(await scene.modem.send([hello])).toMatchObject({
      is: 'not_sent',
      references: [],
      error: { code: 'at.no_prompt', retryable: true },
    });
    await scene.stop();
  });

  test('that nobody answers has an unknown outcome, and the port is opened again', async () => {
    const scene = play((line) => (line === 'AT+CMGS=18' ? ['> '] : line.endsWith('\x1a') ? null : undefined));
    await settled(scene);
    expect(await scene.modem.send([hello])).toMatchObject({
      is: 'unknown',
      error: { code: 'message.outcome_unknown' },
    });
    await until(() => scene.script.opened === 2);
    await scene.stop();
  });

  test('of long messages asks for an open link, and no more once that is refused', async () => {
    const scene = play((line) => {
      if (line === 'AT+CMMS=2') return ['+CMS ERROR: 500'];
      if (line.endsWith('\x1a')) return ['+CMGS: 7', 'OK'];
      return line === 'AT+CMGS=18' ? ['> '] : undefined;
    });
    await settled(scene);
    for (let message = 0; message < 2; message += 1) {
      expect(await scene.modem.send([hello, hello])).toEqual({ is: 'sent', references: [7, 7] });
    }
    await scene.stop();
    expect(scene.script.count('AT+CMMS=2')).toBe(1);
  });
});
