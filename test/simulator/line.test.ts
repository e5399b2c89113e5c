import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PtyLine } from '../../src/simulator/pty-line.ts';
import { createSerialLine } from '../../src/simulator/serial-line.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import type { Timeline } from '../../src/simulator/timeline.ts';
import { openClient } from './client.ts';

const deliver = '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07';

/** Time that passes only when told to; whatever waits is woken `lag` late. */
function manualTime(lag: number): Timeline & { pass(until: number): void } {
  let now = 0;
  let waiting: { due: number; run: () => void }[] = [];
  return {
    now: () => now,
    at(due, run) {
      const entry = { due, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    clear() {
      waiting = [];
    },
    pass(until) {
      for (;;) {
        const next = waiting.toSorted((a, b) => a.due - b.due)[0];
        if (next === undefined || next.due + lag > until) break;
        waiting = waiting.filter((other) => other !== next);
        now = Math.max(now, next.due + lag);
        next.run();
      }
      now = until;
    },
  };
}

function pacedLine(baud: number, lag = 0) {
  const time = manualTime(lag);
  const written: { at: number; text: string }[] = [];
  const pty: PtyLine = {
    path: '',
    write: (data) => void written.push({ at: time.now(), text: Buffer.from(data).toString() }),
    close: () => undefined,
  };
  const line = createSerialLine(() => pty, baud, time);
  const text = () => written.map((one) => one.text).join('');
  return { time, written, line, text };
}

describe('a paced line', () => {
  it('is done with n octets after n times ten bits, never earlier', () => {
    const { time, written, line, text } = pacedLine(9600);
    const end = line.send(Buffer.from('x'.repeat(96)), 50);
    expect(end).toBeCloseTo(150, 6);
    time.pass(49);
    expect(text()).toBe('');
    time.pass(100);
    expect(text().length).toBeGreaterThan(40);
    expect(text().length).toBeLessThanOrEqual(49);
    time.pass(1000);
    expect(text()).toHaveLength(96);
    expect(written.at(-1)?.at).toBeCloseTo(150, 6);
  });

  it('keeps to its timeline however late it is woken', () => {
    const { time, written, line } = pacedLine(115200, 3);
    line.send(Buffer.from('x'.repeat(1000)), 0);
    expect(line.send(Buffer.from('y'), 0)).toBeCloseTo(86.89, 2);
    time.pass(200);
    expect(written.map(({ text }) => text).join('')).toBe(`${'x'.repeat(1000)}y`);
    expect(written.at(-1)?.at).toBeLessThan(86.89 + 3.01);
  });

  it('takes as long for what comes in, and chunks queue up', () => {
    const { line } = pacedLine(115200);
    expect(line.arrival(10)).toEqual({ start: 0, perOctet: 10_000 / 115_200 });
    expect(line.arrival(1).start).toBeCloseTo(0.868, 3);
  });

  it('is at once without a rate', () => {
    const { line, text } = pacedLine(0);
    expect(line.send(Buffer.from('OK'), 0)).toBe(0);
    expect(text()).toBe('OK');
    expect(line.arrival(100)).toEqual({ start: 0, perOctet: 0 });
  });
});

describe('the terminal', () => {
  it('serves one client after another', async () => {
    const simulator = await startSimulator();
    onTestFinished(() => simulator.close());
    for (let turn = 0; turn < 3; turn++) {
      const client = await openClient(simulator.path);
      expect(await client.say('AT+CSQ')).toContain('+CSQ: 20,99');
      await client.close();
    }
  });

  it('does not hear itself while nobody is there', async () => {
    const simulator = await startSimulator();
    onTestFinished(() => simulator.close());
    simulator.fault({ kind: 'urc', line: 'AT+CSQ\rAT+CSQ\r' });
    const client = await openClient(simulator.path);
    onTestFinished(() => client.close());
    await client.say('ATE0');
    expect(await client.say('AT')).toBe('\r\nOK\r\n');
    expect(client.rest).toBe('');
  });

  it('forgets what nobody read', async () => {
    const simulator = await startSimulator();
    onTestFinished(() => simulator.close());
    simulator.fault({ kind: 'urc', line: 'x'.repeat(500_000) });
    await delay(1200);
    const client = await openClient(simulator.path);
    onTestFinished(() => client.close());
    expect(await client.say('ATE0')).not.toContain('x');
    expect(await client.say('AT')).toBe('\r\nOK\r\n');
  });

  it.each([0, 115200])('works again for the next client when one was killed in mid-answer at %i baud', async (baud) => {
    const simulator = await startSimulator({ baud });
    onTestFinished(() => simulator.close());
    for (let index = 0; index < 200; index++) simulator.injectPdu(deliver, 'ME', { notify: false });
    const script = `
      const { openSync, writeSync, readSync } = require('node:fs');
      const { execFileSync } = require('node:child_process');
      execFileSync('stty', ['-F', process.argv[1], 'raw', '-echo']);
      const fd = openSync(process.argv[1], 'r+');
      writeSync(fd, 'ATE0\\rAT+CMGL=4\\r');
      readSync(fd, Buffer.alloc(1));
      process.stdout.write('reading');
      setInterval(() => 0, 1000);`;
    const victim = spawn(process.execPath, ['-e', script, simulator.path]);
    await once(victim.stdout, 'data');
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    const client = await openClient(simulator.path);
    onTestFinished(() => client.close());
    client.write('\x1b\rAT+CREG?\r');
    expect(await client.until(/\+CREG: 0,1\r\n\r\nOK\r\n/)).toContain('OK');
    expect(await client.say('AT+CPMS?')).toContain('"ME",200,255');
  });
});

it('ending while the port is away leaves nothing behind', async () => {
  const open = () => readdirSync('/proc/self/fd').filter((fd) => targetOf(fd).startsWith('/dev/pt')).length;
  const before = open();
  const simulator = await startSimulator();
  simulator.fault({ kind: 'drop', returnsAfter: 60_000 });
  await simulator.close();
  await expect.poll(open).toBe(before);
  const other = await startSimulator();
  await other.close();
  await expect.poll(open).toBe(before);
});

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
