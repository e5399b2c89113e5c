import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../src/log.ts';
import { createSystemdLink, watchdogInterval } from '../src/systemd.ts';

let folder: string;
let env: Record<string, string>;
const logged: string[] = [];
const log = createLogger({ write: (line) => void logged.push(line) });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-systemd-'));
  // Stands where systemd's own program does: writes down what it was told.
  program('#!/bin/sh\necho "$NOTIFY_SOCKET $*" >>"$(dirname "$0")/told"\n');
  env = { PATH: `${folder}:/usr/bin:/bin`, NOTIFY_SOCKET: '/run/notify' };
  logged.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(text: string): void {
  writeFileSync(join(folder, 'systemd-notify'), text);
  chmodSync(join(folder, 'systemd-notify'), 0o755);
}

function told(): string[] {
  try {
    return readFileSync(join(folder, 'told'), 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}

describe('the link to systemd', () => {
  it('says when we are ready, how we are, and that we stop', async () => {
    const link = createSystemdLink({ env, log, alive: () => true });
    await link.ready('2 modems');
    await link.status('1 modem\nready');
    await link.stopping();
    expect(told()).toEqual([
      '/run/notify READY=1 STATUS=2 modems',
      '/run/notify STATUS=1 modem ready',
      '/run/notify STOPPING=1 STATUS=stopping',
    ]);
  });

  it('starts nothing where systemd did not start us', async () => {
    const link = createSystemdLink({ env: { ...env, NOTIFY_SOCKET: '' }, log, alive: () => true });
    await link.ready('2 modems');
    await link.stopping();
    expect(told()).toEqual([]);
  });

  it('feeds the watchdog while there is progress, and no longer', async () => {
    let progress = true;
    const link = createSystemdLink({ env: { ...env, WATCHDOG_USEC: '20000' }, log, alive: () => progress });
    await link.ready('up');
    await vi.waitFor(() => expect(told().filter((line) => line.includes('WATCHDOG=1')).length).toBeGreaterThan(2));
    progress = false;
    await vi.waitFor(() => expect(logged.join()).toContain('the watchdog is not fed'));
    await settled();
    const before = told().length;
    const warnings = logged.length;
    await vi.waitFor(() => expect(logged.length).toBeGreaterThan(warnings + 3));
    expect(told()).toHaveLength(before);
    await link.stopping();
  });

  it('feeds the watchdog no more once we stop', async () => {
    const link = createSystemdLink({ env: { ...env, WATCHDOG_USEC: '20000' }, log, alive: () => true });
    await link.ready('up');
    await link.stopping();
    await settled();
    const before = told().length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(told()).toHaveLength(before);
  });

  it('goes on, and says so once, where systemd cannot be told', async () => {
    program('#!/bin/sh\nexit 1\n');
    const link = createSystemdLink({ env, log, alive: () => true });
    await link.ready('up');
    await link.status('still up');
    expect(logged.filter((line) => line.includes('systemd cannot be told'))).toHaveLength(1);
  });
});

/** Until those under way have written their line. */
async function settled(): Promise<void> {
  let before = -1;
  while (told().length !== before) {
    before = told().length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it.each([
  ['half of what systemd allows', { WATCHDOG_USEC: '60000000' }, 30_000],
  ['the same where it is meant for us', { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '42' }, 30_000],
  ['none where it is meant for another process', { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '43' }, null],
  ['none where there is no watchdog', {}, null],
  ['none where the time is no number', { WATCHDOG_USEC: 'soon' }, null],
  ['none where there is no socket', { WATCHDOG_USEC: '60000000', NOTIFY_SOCKET: '' }, null],
])('the time between two feedings is %s', (_name, given, expected) => {
  expect(watchdogInterval({ NOTIFY_SOCKET: '/run/notify', ...given }, 42)).toBe(expected);
});

describe('the unit', () => {
  const unit = readFileSync(new URL('../systemd/sim2mqtt.service', import.meta.url), 'utf8');
  const settings = unit.split('\n').filter((line) => /^[A-Z]\w+=/.test(line));

  it('has nothing but sections, settings and comments', () => {
    const odd = unit.split('\n').filter((line) => !/^(#.*|\[(Unit|Service|Install)\]|[A-Z]\w+=.*|)$/.test(line));
    expect(odd).toEqual([]);
    expect(unit.match(/^\[\w+\]$/gm)).toEqual(['[Unit]', '[Service]', '[Install]']);
  });

  it.each([
    'Type=notify',
    'NotifyAccess=all',
    'WatchdogSec=60',
    'Restart=always',
    'RestartPreventExitStatus=78',
    'User=sim2mqtt',
    'StateDirectory=sim2mqtt',
    'StateDirectoryMode=0700',
    'SupplementaryGroups=dialout',
    'DevicePolicy=closed',
    'DeviceAllow=char-ttyUSB rw',
    'DeviceAllow=char-ttyACM rw',
    'DeviceAllow=char-ttyAMA rw',
    'DeviceAllow=char-ttyS rw',
    'DeviceAllow=char-pts rw',
    'RuntimeDirectory=sim2mqtt',
    'SystemCallFilter=~@privileged @resources',
    'Environment=UV_THREADPOOL_SIZE=32',
  ])('says %s', (setting) => {
    expect(settings).toContain(setting);
  });

  it('hides no serial port and forbids no compiler', () => {
    expect(settings.filter((line) => /^(PrivateDevices|MemoryDenyWriteExecute)=/.test(line))).toEqual([]);
  });

  it('starts the daemon itself, with the bounds on its memory that the launcher sets, and no shell before it', () => {
    const launcher = readFileSync(new URL('../scripts/sim2mqtt', import.meta.url), 'utf8');
    const flags = (text: string) =>
      [...text.matchAll(/ (--(?:optimize|max|v8|disable)[\w=-]+)/g)].map(([, flag]) => flag);
    const [start = ''] = settings.filter((line) => line.startsWith('ExecStart='));
    expect(start).toMatch(/^ExecStart=\/usr\/lib\/sim2mqtt\/bin\/node --/);
    expect(flags(start)).toEqual(flags(launcher));
    expect(flags(start)).toHaveLength(4);
  });

  it('gives the daemon more than the 10 s it may take to stop', () => {
    expect(settings).toContain('TimeoutStopSec=20');
  });
});
