import { describe, expect, test } from 'vitest';
import { ready, startRig, until } from './rig.ts';

describe('a modem', () => {
  test('tells who and where it is once it is ready', async () => {
    await using rig = await startRig({ simulator: { imsi: '001010123456789' } });
    await until(() => rig.modem.state.registration === 'home' && rig.modem.state.signalDbm !== null);
    await until(() => rig.modem.state.phase === 'ready' && rig.modem.state.operator !== null);
    const { since, port, identity, ...state } = rig.modem.state;
    expect(identity.imei).toBe('490154203237518');
    expect(state).toEqual({
      phase: 'ready',
      problem: null,
      line: '8901260000000000001',
      sim: 'ready',
      registration: 'home',
      domains: { CREG: 1, CGREG: 1, CEREG: 1 },
      operator: expect.any(String),
      technology: 'lte',
      signalDbm: -73,
      number: '+14165551234',
      smsc: '+12063130004',
      storages: [
        { name: 'ME', used: 0, total: 255 },
        { name: 'SM', used: 0, total: 50 },
      ],
    });
  });

  test('says nothing new while nothing changes', async () => {
    await using rig = await startRig();
    await ready(rig);
    await rig.modem.refresh();
    const { changes } = rig.listener;
    await rig.modem.refresh();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(rig.listener.changes).toBe(changes);
  });

  test('follows its registration and signal', async () => {
    await using rig = await startRig();
    await until(() => rig.modem.state.registration === 'home');
    rig.simulator.fault({ kind: 'registration', stat: 3 });
    await until(() => rig.modem.state.registration === 'denied');
    expect(rig.modem.state.technology).toBeNull();
    rig.simulator.fault({ kind: 'registration', stat: 5 });
    rig.simulator.fault({ kind: 'signal', rssi: 10 });
    await until(() => rig.modem.state.registration === 'roaming' && rig.modem.state.signalDbm === -93);
  });

  test('is opened as soon as its port appears, and said to be absent until then', async () => {
    await using rig = await startRig({ prepare: (simulator) => simulator.fault({ kind: 'drop', returnsAfter: 300 }) });
    await until(() => rig.modem.state.phase === 'absent');
    expect(rig.modem.state.problem).toMatchObject({ code: 'port.missing', hint: expect.any(String) });
    await ready(rig);
    expect(rig.modem.state.problem).toBeNull();
  });

  test('that is unplugged and returns on another port is ready again, with what came meanwhile', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'drop', returnsAfter: 200 });
    await until(() => rig.modem.state.phase !== 'ready');
    expect(rig.modem.state).toMatchObject({ registration: 'unknown', signalDbm: null, operator: null });
    rig.simulator.injectText({ from: '+14155550000', text: 'while away' });
    await ready(rig);
    await until(() => rig.listener.deletions.length === 1);
  });

  test('that restarts is set up anew', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'reboot', downFor: 50, busyFor: 200 });
    await until(() => rig.modem.state.phase !== 'ready');
    await ready(rig);
    rig.simulator.injectText({ from: '+14155550000', text: 'announced again' });
    await until(() => rig.listener.deletions.length === 1);
  });

  test('whose SIM is pulled says so, and comes back with another SIM as another line', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'sim_removed' });
    await until(() => rig.modem.state.phase === 'failed');
    expect(rig.modem.state).toMatchObject({ sim: 'absent', problem: { code: 'sim.absent' } });
    rig.simulator.fault({ kind: 'sim_inserted', iccid: '8901260000000000099' });
    await ready(rig);
    expect(rig.modem.state.line).toBe('8901260000000000099');
    expect(rig.listener.alerts.map(({ code }) => code)).toEqual(['sim.absent']);
  });

  test('starts over when it is told to', async () => {
    await using rig = await startRig();
    await ready(rig);
    const { since } = rig.modem.state;
    rig.modem.restart('a test');
    await until(() => rig.modem.state.phase !== 'ready');
    await ready(rig);
    expect(rig.modem.state.since).toBeGreaterThan(since);
  });

  test('that stops is told to have stopped, whenever that is', async () => {
    for (const after of [0, 1, 50, 250, 450, 600]) {
      await using rig = await startRig();
      await new Promise((resolve) => setTimeout(resolve, after));
      await rig.stop();
      expect(rig.modem.state.phase).toBe('stopped');
    }
  });

  test('does not mind chatter, echo, split answers and lines in the middle of answers', async () => {
    await using rig = await startRig({
      prepare(simulator) {
        simulator.fault({ kind: 'banner' });
        simulator.fault({ kind: 'echo', command: 'AT+CPMS' });
        simulator.fault({ kind: 'split', pieces: 3, times: 20 });
        simulator.fault({ kind: 'urc', line: '+CREG: 1,"D509","80D413D",7', command: 'AT+CMGL', stage: 'reply' });
        simulator.fault({ kind: 'urc', line: '^RSSI:20', command: 'AT+CREG', stage: 'reply' });
        simulator.injectText({ from: '+14155550000', text: 'hello' });
      },
    });
    await ready(rig);
    await until(() => rig.listener.deletions.length === 1);
  });

  test('keeps numbers and lines out of its log, but for debugging', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.injectText({ from: '+14155550000', text: 'hello' });
    await until(() => rig.listener.deletions.length === 1);
    const open = rig.logged.filter((line) => JSON.parse(line).level >= 30).join('');
    expect(open).toContain('modem ready');
    expect(open).not.toMatch(/14155550000|14165551234|8901260000000000001|490154203237518|E8329BFD06/);
  });
});

test('a modem that says again and again that its supply is too low is told of once', async () => {
  await using rig = await startRig();
  await ready(rig);
  for (let n = 0; n < 3; n += 1) rig.simulator.fault({ kind: 'urc', line: 'UNDER-VOLTAGE WARNNING' });
  rig.simulator.injectText({ from: '+14155550000', text: 'hello' });
  await until(() => rig.listener.deletions.length === 1);
  expect(rig.listener.alerts).toEqual([
    { code: 'low_power', message: expect.any(String), hint: expect.stringMatching(/power/) },
  ]);
  expect(rig.modem.state.phase).toBe('ready');
});

describe('calls and USSD', () => {
  test('a call is told with its caller and ended on request', async () => {
    await using rig = await startRig({ modem: { calls: 'ignore' } });
    await ready(rig);
    rig.simulator.ring({ from: '+14155550000' });
    await until(() => rig.listener.calls.length === 1);
    await rig.modem.hangUp();
    await until(() => rig.listener.calls.length === 2);
    expect(rig.listener.calls).toEqual([
      { ended: false, from: '+14155550000' },
      { ended: true, from: '+14155550000' },
    ]);
  });

  test('the answer of the network to a request is told', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.answerUssd('*100#', 'Balance: 5.00');
    await rig.modem.ussd('*100#');
    await until(() => rig.listener.answers.length === 1);
    expect(rig.listener.answers).toEqual([{ text: 'Balance: 5.00', replyExpected: false }]);
  });

  test('nothing can be asked of a modem that is not there', async () => {
    await using rig = await startRig({ modem: { port: '/nonexistent/modem' } });
    const offline = expect.objectContaining({ code: 'modem.offline' });
    await expect(rig.modem.refresh()).rejects.toThrow(offline);
    await expect(rig.modem.ussd('*100#')).rejects.toThrow(offline);
    await expect(rig.modem.hangUp()).rejects.toThrow(offline);
  });

  test('a refresh of a modem that goes away does not wait for ever', async () => {
    await using rig = await startRig({ simulator: { commandLatency: 20 } });
    await ready(rig);
    const refreshed = rig.modem.refresh();
    rig.simulator.fault({ kind: 'drop', returnsAfter: 100 });
    await expect(refreshed).rejects.toThrow(expect.objectContaining({ code: 'modem.offline' }));
  });
});

test('a dead modem does not disturb the others', async () => {
  await using well = await startRig();
  await using dead = await startRig({ prepare: (simulator) => simulator.fault({ kind: 'silence', times: 'always' }) });
  await ready(well);
  await until(() => dead.modem.state.problem?.code === 'at.timeout');
  well.simulator.injectText({ from: '+14155550000', text: 'hello' });
  await until(() => well.listener.deletions.length === 1);
});
