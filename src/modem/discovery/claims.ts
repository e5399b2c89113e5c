import type { ModemId } from '../../domain/message.ts';
import { GatewayError } from '../../errors.ts';
import type { UnitKey } from './unit.ts';

export interface Claim {
  readonly modem: ModemId;
  readonly path: string;
  /** It is known to be the right modem. */
  readonly isSettled: boolean;
}

/** Which modem of ours holds which device: one each, and nobody else talks to it. */
export class Claims {
  readonly #held = new Map<UnitKey, Claim>();

  /** Throws `port.busy` where another modem has it, and `port.failed` where one is about to find out whether it has. */
  take(modem: ModemId, unit: UnitKey, path: string): { settle(): void; release(): void } {
    const before = this.#held.get(unit);
    if (before?.isSettled === false) {
      const said = `modem ${before.modem} of this gateway is trying the same device`;
      throw new GatewayError('port.failed', said, { transient: true, details: { other: before.modem } });
    }
    if (before !== undefined) {
      throw new GatewayError('port.busy', `modem ${before.modem} of this gateway uses the same device`, {
        transient: true,
        hint: 'Two entries of the configuration mean one modem: take one of them out.',
        details: { other: before.modem },
      });
    }
    const claim = { modem, path, isSettled: false };
    this.#held.set(unit, claim);
    return {
      settle() {
        claim.isSettled = true;
      },
      release: () => {
        if (this.#held.get(unit) === claim) this.#held.delete(unit);
      },
    };
  }

  /** Whether it is on some device, and that is the right one. */
  holds(modem: ModemId): boolean {
    return [...this.#held.values()].some((claim) => claim.modem === modem && claim.isSettled);
  }

  /** Whether another modem has it, and rightly. */
  isTakenFrom(modem: ModemId, unit: UnitKey): boolean {
    const holder = this.#held.get(unit);
    return holder !== undefined && holder.modem !== modem && holder.isSettled;
  }

  holder(unit: UnitKey): Claim | null {
    return this.#held.get(unit) ?? null;
  }
}
