import type { Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { LocalModem } from '../modem/local-modem.ts';
import type { Ground } from './core.ts';

/** More than the longest that one command may take: sending has 180 s. */
const patience: Ms = 300_000;

interface Watched extends Pick<Ground, 'clock'> {
  readonly store: Pick<Ground['store'], 'check'>;
  readonly modems: ReadonlyMap<string, Pick<LocalModem, 'id' | 'tickedAt'>>;
}

/** Throws `store.*` when the database takes no write, `modem.stalled` when a modem's life stands still; an absent modem's does not. */
export function checkProgress({ store, modems, clock }: Watched): void {
  store.check();
  const now = clock.now();
  for (const { id, tickedAt } of modems.values()) {
    if (tickedAt === null || now - tickedAt <= patience) continue;
    throw new GatewayError('modem.stalled', `modem ${id} does not get on`, { details: { modem: id } });
  }
}
