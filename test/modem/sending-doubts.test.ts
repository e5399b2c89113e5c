import { describe, expect, test } from 'vitest';
import { until } from './rig.ts';
import { play, type Scene, settled } from './scene.ts';
import type { Reply } from './scripted-modem.ts';

/** "hello" to +14155551234. */
const hello = { pdu: '0001000B915114555521F3000005E8329BFD06', tpduLength: 18 };

/** Its settings are looked at only when something suggests that they are lost. */
const patient = { intervals: { settings: 1_000_000_000 } };

interface Sending {
  readonly scene: Scene;
  /** What was handed over, and in which mode the modem took it. */
  readonly taken: readonly { readonly payload: string; readonly isText: boolean }[];
  /** Another user of the modem chooses text mode. */
  disturb(): void;
}

/** A modem that knows its mode and takes messages; `others` goes first, and answers each payload in turn. */
async function sending(
  others: (line: string, payloads: number) => Reply | undefined = () => undefined,
): Promise<Sending> {
  let isText = false;
  const taken: { payload: string; isText: boolean }[] = [];
  const scene = play((line) => {
    if (line.endsWith('\x1a')) taken.push({ payload: line.slice(0, -1), isText });
    const other = others(line, taken.length);
    if (other !== undefined) return other;
    if (line === 'AT+CMGF=0') isText = false;
    if (line.endsWith('\x1a')) return [`+CMGS: ${taken.length}`, 'OK'];
    return line === 'AT+CMGS=18' ? ['> '] : undefined;
  }, patient);
  await settled(scene);
  const disturb = () => {
    isText = true;
  };
  return { scene, taken, disturb };
}

describe('a modem that another program put into text mode', () => {
  test('is put back before a message is handed to it', async () => {
    const { scene, taken, disturb } = await sending();
    await scene.clock.sleep(20_000);
    disturb();
    expect(await scene.modem.send([hello])).toEqual({ is: 'sent', references: [1] });
    await scene.clock.sleep(20_000);
    disturb();
    expect(await scene.modem.send([hello, hello])).toEqual({ is: 'sent', references: [2, 3] });
    await scene.stop();
    expect(taken.map(({ isText }) => isText)).toEqual([false, false, false]);
  });

  test('is asked once for all messages that go one after the other', async () => {
    const { scene } = await sending();
    const before = scene.script.count('AT+CMGF=0');
    await Promise.all(Array.from({ length: 50 }, () => scene.modem.send([hello])));
    await scene.stop();
    expect(scene.script.count('AT+CMGF=0') - before).toBe(1);
  });

  test('is put back after it refused a message, however soon the next one goes', async () => {
    const { scene, taken, disturb } = await sending((line, payloads) =>
      payloads === 1 && line.endsWith('\x1a') ? ['+CMS ERROR: 304'] : undefined,
    );
    expect(await scene.modem.send([hello])).toMatchObject({ is: 'failed' });
    disturb();
    expect(await scene.modem.send([hello])).toMatchObject({ is: 'sent' });
    await scene.stop();
    expect(taken.map(({ isText }) => isText)).toEqual([false, false]);
  });

  test('gets no message while it refuses, and the message waits for its turn', async () => {
    let refuses = false;
    const { scene, taken } = await sending((line) => (refuses && line === 'AT+CMGF=0' ? ['ERROR'] : undefined));
    await scene.clock.sleep(20_000);
    refuses = true;
    const error = { code: 'at.error', message: 'the modem refuses PDU mode', retryable: true };
    expect(await scene.modem.send([hello])).toEqual({ is: 'not_sent', references: [], error });
    refuses = false;
    expect(await scene.modem.send([hello])).toMatchObject({ is: 'sent' });
    await scene.stop();
    expect(taken).toHaveLength(1);
  });
});

describe('a start-up line that comes late', () => {
  const late = (lines: readonly string[], change: Readonly<Record<string, Reply>> = {}) => {
    let isOn = false;
    return {
      on: () => {
        isOn = true;
      },
      answer: (line: string) => {
        if (isOn && change[line] !== undefined) return change[line];
        return isOn && line.endsWith('\x1a') ? lines : undefined;
      },
    };
  };

  test('breaks off no message that is under way', async () => {
    const { on, answer } = late(['PB DONE', '+CMGS: 5', 'OK']);
    const { scene, taken } = await sending(answer);
    await scene.clock.sleep(100_000);
    on();
    const sends = [scene.modem.send([hello, hello]), scene.modem.send([hello])];
    expect(await Promise.all(sends)).toEqual([
      { is: 'sent', references: [5, 5] },
      { is: 'sent', references: [5] },
    ]);
    await scene.clock.sleep(120_000);
    await scene.stop();
    expect(scene.script.opened).toBe(1);
    expect(taken).toHaveLength(3);
  });

  test('has the mode of the modem set again before the next part', async () => {
    const { on, answer } = late(['SMS DONE', '+CMGS: 5', 'OK']);
    const { scene } = await sending(answer);
    await scene.clock.sleep(100_000);
    on();
    const before = scene.script.count('AT+CMGF=0');
    await scene.modem.send([hello, hello]);
    await scene.stop();
    expect(scene.script.count('AT+CMGF=0') - before).toBe(2);
  });

  test('makes the session start over once the message is out, where the settings are lost', async () => {
    const { on, answer } = late(['PB DONE', '+CMGS: 5', 'OK'], { 'AT+CNMI?': ['+CNMI: 0,0,0,0,0', 'OK'] });
    const { scene } = await sending(answer);
    await scene.clock.sleep(100_000);
    on();
    expect(await scene.modem.send([hello])).toEqual({ is: 'sent', references: [5] });
    await until(() => scene.script.opened === 2);
    await scene.stop();
  });

  test('makes the session start over where nothing is being sent', async () => {
    const { scene } = await sending();
    await scene.clock.sleep(100_000);
    scene.script.say('\r\nPB DONE\r\n');
    await until(() => scene.script.opened === 2);
    await scene.stop();
  });

  test('of a modem that says outright that it restarted leaves the outcome unknown', async () => {
    const { on, answer } = late(['RDY']);
    const { scene } = await sending(answer);
    await scene.clock.sleep(100_000);
    on();
    expect(await scene.modem.send([hello])).toMatchObject({ is: 'unknown' });
    await scene.stop();
  });
});

describe('a refusal that leaves open whether the message went out', () => {
  test.each([224, 225, 226, 332, 521])('as %i does makes the outcome unknown, and says why', async (cms) => {
    const { scene } = await sending((line) => (line.endsWith('\x1a') ? [`+CMS ERROR: ${cms}`] : undefined));
    const outcome = await scene.modem.send([hello]);
    expect(outcome).toMatchObject({ is: 'unknown', references: [], error: { code: `cms.${cms}`, retryable: false } });
    await scene.stop();
  });

  test('leaves nothing open before the message was handed over', async () => {
    const { scene } = await sending((line) => (line === 'AT+CMGS=18' ? ['+CMS ERROR: 332'] : undefined));
    const outcome = await scene.modem.send([hello]);
    expect(outcome).toMatchObject({ is: 'not_sent', error: { code: 'cms.332', retryable: true } });
    await scene.stop();
  });
});

describe('a message of several parts that stops half-way', () => {
  const refusedAt = (part: number, reply: Reply) => (line: string, payloads: number) =>
    line.endsWith('\x1a') && payloads === part ? reply : undefined;

  test('is not worth another try as a whole, and says how much of it is out', async () => {
    const { scene, taken } = await sending(refusedAt(2, ['+CMS ERROR: 38']));
    expect(await scene.modem.send([hello, hello, hello])).toEqual({
      is: 'failed',
      references: [1],
      error: {
        code: 'cms.38',
        message: '1 of 3 parts went out; refused by the network: network out of order, or a wrong service centre',
        retryable: false,
      },
    });
    await scene.stop();
    expect(taken).toHaveLength(2);
  });

  test('before a part says so too', async () => {
    const { scene } = await sending((line, payloads) =>
      line === 'AT+CMGS=18' && payloads === 2 ? ['+CMS ERROR: 500'] : undefined,
    );
    expect(await scene.modem.send([hello, hello, hello])).toMatchObject({
      is: 'failed',
      references: [1, 2],
      error: { code: 'cms.500', message: expect.stringMatching(/^2 of 3 parts went out; /), retryable: false },
    });
    await scene.stop();
  });

  test('without an answer tells what is known', async () => {
    const { scene } = await sending(refusedAt(3, null));
    expect(await scene.modem.send([hello, hello, hello])).toMatchObject({
      is: 'unknown',
      references: [1, 2],
      error: { code: 'message.outcome_unknown', message: expect.stringMatching(/^2 of 3 parts went out; /) },
    });
    await scene.stop();
  });
});

describe('the open link of a long message', () => {
  const chained = async (refused: readonly string[]) => {
    const { scene } = await sending((line) => (refused.includes(line) ? ['+CMS ERROR: 500'] : undefined));
    for (let message = 0; message < 2; message += 1) await scene.modem.send([hello, hello]);
    await scene.stop();
    return scene.script.written.filter((line) => line.startsWith('AT+CMMS'));
  };

  test('is asked for once and for all where the modem takes that', async () => {
    expect(await chained([])).toEqual(['AT+CMMS=2', 'AT+CMMS=2']);
  });

  test('is asked for each message where the modem keeps it for one only', async () => {
    expect(await chained(['AT+CMMS=2'])).toEqual(['AT+CMMS=2', 'AT+CMMS=1', 'AT+CMMS=1']);
  });

  test('is not asked for any more where the modem has none', async () => {
    expect(await chained(['AT+CMMS=2', 'AT+CMMS=1'])).toEqual(['AT+CMMS=2', 'AT+CMMS=1']);
  });
});
