import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Ms } from './clock.ts';
import type { Logger } from './log.ts';

export interface SystemdOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  /** Whether the daemon makes progress. While it says no, the watchdog is not fed, and systemd starts us anew. */
  alive(): boolean;
}

/** Tells systemd how we are (sd_notify(3)). Does nothing where systemd did not start us; never rejects. */
export interface SystemdLink {
  /** Start-up is over; from now on the watchdog is fed. */
  ready(status: string): Promise<void>;
  /** One line for `systemctl status`; nothing secret. */
  status(text: string): Promise<void>;
  /** We are stopping: the watchdog is no longer fed. */
  stopping(): Promise<void>;
}

const run = promisify(execFile);
const notifyTimeout: Ms = 5_000;

/**
 * Node has no datagram sockets for unix paths, and a native module would need a compiler: so systemd's own
 * `systemd-notify` speaks for us. It is a child of ours, so the unit has to say `NotifyAccess=all`.
 */
export function createSystemdLink({ env, log, alive }: SystemdOptions): SystemdLink {
  let watchdog: NodeJS.Timeout | undefined;
  let failed = false;

  async function notify(...assignments: string[]): Promise<void> {
    if (!env.NOTIFY_SOCKET) return;
    try {
      await run('systemd-notify', assignments, { env, timeout: notifyTimeout });
      failed = false;
    } catch (error) {
      if (!failed) log.warn({ err: error }, 'systemd cannot be told how we are');
      failed = true;
    }
  }

  function feed(): void {
    if (alive()) void notify('WATCHDOG=1');
    else log.warn('no progress: the watchdog is not fed');
  }

  return {
    async ready(status) {
      const interval = watchdogInterval(env);
      if (interval !== null && watchdog === undefined) watchdog = setInterval(feed, interval).unref();
      await notify('READY=1', statusLine(status));
    },
    status: (text) => notify(statusLine(text)),
    async stopping() {
      clearInterval(watchdog);
      await notify('STOPPING=1', statusLine('stopping'));
    },
  };
}

/** Half of what systemd allows (sd_watchdog_enabled(3)); null where it watches nobody, or somebody else. */
export function watchdogInterval(env: SystemdOptions['env'], pid = process.pid): Ms | null {
  const allowed = Number(env.WATCHDOG_USEC);
  if (!env.NOTIFY_SOCKET || !(allowed > 0)) return null;
  return env.WATCHDOG_PID && Number(env.WATCHDOG_PID) !== pid ? null : Math.max(1, Math.floor(allowed / 2000));
}

function statusLine(text: string): string {
  return `STATUS=${text.replaceAll(/\s+/g, ' ')}`;
}
