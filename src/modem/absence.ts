import type { Clock, EpochMs, Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Recovery } from './recovery/recovery.ts';

export interface AbsenceDeps {
  readonly recovery: Recovery;
  readonly clock: Clock;
  /** How long a modem may be away before something is done about it. */
  readonly gone: Ms;
}

/** The time during which the port of one modem is not there, however often it is looked for meanwhile. */
export class Absence {
  readonly #deps: AbsenceDeps;
  #since: EpochMs | null = null;

  constructor(deps: AbsenceDeps) {
    this.#deps = deps;
  }

  /** Something answers at its port, or hangs there. */
  end(): void {
    this.#since = null;
  }

  /**
   * Resolves once `appearance` says that another try is worth it, or at the abort. What left by itself (`isLost`) and stays away may have
   * hung: something is done about it where that is possible.
   */
  async wait(
    appearance: (signal: AbortSignal) => Promise<void>,
    { isLost, signal }: { readonly isLost: boolean; readonly signal: AbortSignal },
  ): Promise<void> {
    const { recovery, clock, gone } = this.#deps;
    const mayHelp = isLost && recovery.canHelp('gone');
    this.#since ??= clock.now();
    while (!signal.aborted) {
      const over = new AbortController();
      const both = AbortSignal.any([signal, over.signal]);
      const left = Math.max(0, this.#since + gone - clock.now());
      const there = appearance(both).then(() => true);
      const late = mayHelp ? clock.sleep(left, both).then(() => false) : there;
      const isThere = await Promise.race([there, late]).catch(() => true);
      over.abort(new GatewayError('at.closed', 'waited enough'));
      late.catch(() => undefined);
      await there;
      if (isThere) return;
      this.#since = clock.now();
      await recovery.ails('gone', 'its port has not come back', { signal });
    }
  }
}
