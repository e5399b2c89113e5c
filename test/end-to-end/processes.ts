import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const launcher = new URL('../../scripts/sim2mqtt', import.meta.url).pathname;

/** Ends what a test or script started, in the opposite order. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}

export function newFolder(cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-e2e-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** As an operator starts it: the launcher becomes the daemon, so that the process is the daemon's own. */
function sim2mqtt(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(launcher, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
}

/** Polls until `found` gives something; throws after `patience` ms, saying what was waited for. */
export async function until<T>(
  what: string,
  found: () => T | undefined | false | Promise<T | undefined | false>,
  patience = 30_000,
): Promise<T> {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const value = await found();
    if (value !== undefined && value !== false) return value;
    await sleep(20);
  }
  throw new Error(`waited too long for ${what}`);
}

export interface Daemon {
  readonly pid: number;
  readonly httpUrl: string;
  /** Lines of its log so far. */
  readonly lines: readonly Record<string, unknown>[];
  /** SIGKILL: what a power cut or the kernel's killer does. */
  kill(): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

/** The real daemon in a process of its own; resolves once it says that it has started. */
export async function startDaemon(config: object, data: string, cleanup: Cleanup): Promise<Daemon> {
  const file = join(data, 'config.yaml');
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ log: { format: 'json', level: 'debug' }, http: { listen: '127.0.0.1:0' }, ...config }),
  );
  const child = sim2mqtt(['run', '--config', file, '--data', data]);
  const exited = once(child, 'exit');
  cleanup.add(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const lines: Record<string, unknown>[] = [];
  const noise: string[] = [];
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  createInterface({ input: child.stdout }).on('line', (line) =>
    lines.push(JSON.parse(line) as Record<string, unknown>),
  );
  createInterface({ input: child.stderr }).on('line', (line) => noise.push(line));
  const started = await until('the daemon to start', () => {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the daemon ended with ${child.exitCode ?? child.signalCode}: ${noise.join('\n')}`);
    }
    return lines.find(({ msg }) => msg === 'started');
  });
  return {
    pid: child.pid ?? 0,
    httpUrl: String(started.http),
    lines,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}

export interface Modems {
  /** The serial device of one of them: a link that follows its terminal. */
  port(index: number): string;
  /** One request of the control socket; gives its result. */
  ask(request: Record<string, unknown>): Promise<unknown>;
}

/** `sim2mqtt simulate` in a process of its own, so that it outlives the daemon. */
export async function startModems(count: number, cleanup: Cleanup, flags: readonly string[] = []): Promise<Modems> {
  const folder = newFolder(cleanup);
  const child = sim2mqtt(['simulate', '--modems', String(count), '--link', folder, ...flags]);
  const exited = once(child, 'exit');
  cleanup.add(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const noise: string[] = [];
  child.stderr?.on('data', (data) => noise.push(String(data)));
  const said: string[] = [];
  child.stdout?.on('data', (data) => said.push(String(data)));
  const socket = join(folder, 'control.sock');
  // Its socket is there before it answers; this line comes after every modem.
  await until('the simulator', () => {
    if (child.exitCode !== null) throw new Error(`the simulator ended: ${noise.join('')}`);
    return said.join('').includes(`control ${socket}\n`);
  });
  const client = connect(socket);
  await once(client, 'connect');
  const waiting: ((reply: Record<string, unknown>) => void)[] = [];
  createInterface({ input: client }).on('line', (line) =>
    waiting.shift()?.(JSON.parse(line) as Record<string, unknown>),
  );
  cleanup.add(() => client.destroy());
  return {
    port: (index) => join(folder, `modem${index}`),
    async ask(request) {
      const reply = await new Promise<Record<string, unknown>>((resolve) => {
        waiting.push(resolve);
        client.write(`${JSON.stringify(request)}\n`);
      });
      if (reply.ok !== true) throw new Error(`the simulator refused ${String(request.op)}: ${JSON.stringify(reply)}`);
      return reply.result;
    },
  };
}

/** Runs one command to its end. */
export async function command(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = sim2mqtt(args, env);
  const out: string[] = [];
  const err: string[] = [];
  child.stdout?.on('data', (data) => out.push(String(data)));
  child.stderr?.on('data', (data) => err.push(String(data)));
  await once(child, 'close');
  return { code: child.exitCode, stdout: out.join(''), stderr: err.join('') };
}
