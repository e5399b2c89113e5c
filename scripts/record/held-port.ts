import { realpath } from 'node:fs/promises';
import { GatewayError } from '../../src/errors.ts';
import { holdersOf } from '../../src/modem/discovery/port-holders.ts';

/** Throws `port.busy` where another process has the port: two that talk to one modem understand neither. */
export async function refuseHeldPort(port: string): Promise<void> {
  if (!port.startsWith('/')) return;
  const target = await realpath(port).catch(() => port);
  // The program behind a pseudo-terminal has it open itself; our lock is left to tell.
  if (target.startsWith('/dev/pts/')) return;
  const holder = (await holdersOf([port])).get(port);
  if (holder === undefined) return;
  throw new GatewayError('port.busy', `${holder.name} (process ${holder.pid}) has the port`, {
    hint: 'Stop it for as long as this takes, the gateway too: `systemctl stop sim2mqtt`.',
  });
}
