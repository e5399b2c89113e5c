import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BytePort } from '../../at/port.ts';
import type { Clock, EpochMs, Ms } from '../../clock.ts';
import type { ModemId } from '../../domain/message.ts';
import { asGatewayError, GatewayError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import type { SerialPortOptions } from '../serial-port.ts';
import type { Changes } from './changes.ts';
import type { Claims } from './claims.ts';
import type { Identity } from './identity.ts';
import { Quarantine } from './quarantine.ts';
import { appearanceOf, type UnitKey, unitOf } from './unit.ts';

export interface OpenerDeps {
  readonly root: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly changes: Changes;
  readonly claims: Claims;
  openPort(path: string, options: SerialPortOptions): Promise<BytePort>;
  /** In baud. */
  rateOf(port: SerialPortEntry): number;
  /** Resolves when nobody asks this device who it is any more. */
  idle(unit: UnitKey): Promise<void> | undefined;
  answered(port: SerialPortEntry, who: Answered): void;
  mute(port: SerialPortEntry): void;
}

/** `iccid` is absent where the card was not asked. */
export type Answered = Pick<Identity, 'imei'> & Partial<Identity>;

export interface TakenPort {
  readonly port: BytePort;
  /** Somebody answered. Closed without, the port is known to be mute. */
  answered(who: Answered): void;
  /** The modem is the right one: it stays. */
  settle(): void;
}

/** How long a device may be in doubt. */
const contestFor: Ms = 15_000;
/** udev hands a new node to its group a moment after the kernel made it. */
const youth: Ms = 5_000;
const permissionRetry: Ms = 500;

/** Opens ports of this machine; one whose driver hangs is left alone for a while. */
export class PortOpener {
  readonly #deps: OpenerDeps;
  readonly #quarantine: Quarantine;

  constructor(deps: OpenerDeps) {
    this.#deps = deps;
    this.#quarantine = new Quarantine(deps.clock);
  }

  /** Until when a port is left alone; null where it may be opened. */
  quarantined(port: SerialPortEntry): EpochMs | null {
    return this.#quarantine.until(unitOf(port), appearanceOf(port), port.path);
  }

  /** Throws `port.*`. */
  async open(port: SerialPortEntry, baudRate?: number): Promise<BytePort> {
    const { root, log, openPort, rateOf } = this.#deps;
    const unit = unitOf(port);
    if (this.quarantined(port) !== null) {
      throw new GatewayError('port.failed', 'the driver of the port hangs; it is left alone for a while', {
        transient: true,
        hint: 'Unplug the modem and plug it in again.',
      });
    }
    const abandoned = (back: Promise<void>) => {
      log.warn({ port: port.path }, 'the driver did not open the port in time; it is left alone for a while');
      this.#quarantine.strike(unit, appearanceOf(port), port.path, back);
    };
    const opened = await openPort(join(root, port.path), { abandoned, baudRate: baudRate ?? rateOf(port) });
    this.#quarantine.clear(unit);
    return opened;
  }

  /** Opens a port for a modem of ours; it has the device until the port is closed. Throws `port.*`. */
  async take(modem: ModemId, port: SerialPortEntry, signal: AbortSignal): Promise<TakenPort> {
    const { claims, changes } = this.#deps;
    const unit = unitOf(port);
    await this.#deps.idle(unit);
    await this.#contest(unit, signal);
    const claim = claims.take(modem, unit, port.path);
    let isMute = true;
    const release = () => {
      claim.release();
      changes.tell();
    };
    const closed = () => {
      if (isMute) this.#deps.mute(port);
      release();
    };
    const answered = (who: Answered) => {
      isMute = false;
      this.#deps.answered(port, who);
    };
    try {
      return { port: withRelease(await this.#openSoon(port, signal), closed), answered, settle: claim.settle };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Another modem of ours may be about to find out that it is in the wrong place. */
  async #contest(unit: UnitKey, signal: AbortSignal): Promise<void> {
    const { clock, claims, changes } = this.#deps;
    const end = clock.now() + contestFor;
    for (let left = contestFor; left > 0 && !signal.aborted; left = end - clock.now()) {
      const { version } = changes;
      const holder = claims.holder(unit);
      if (holder === null || holder.isSettled) return;
      await changes.after(version, { clock, limit: left, signal });
    }
  }

  async #openSoon(port: SerialPortEntry, signal: AbortSignal): Promise<BytePort> {
    for (;;) {
      try {
        return await this.open(port);
      } catch (thrown) {
        const error = asGatewayError(thrown);
        if (error.code !== 'port.permission' || signal.aborted || !(await this.#isYoung(port))) throw error;
        await this.#deps.clock.sleep(permissionRetry, signal);
      }
    }
  }

  async #isYoung({ path }: SerialPortEntry): Promise<boolean> {
    const node = await stat(join(this.#deps.root, path)).catch(() => null);
    return node !== null && this.#deps.clock.now() - node.ctimeMs < youth;
  }
}

function withRelease(port: BytePort, closed: () => void): BytePort {
  let closing: Promise<void> | undefined;
  return {
    bytes: port.bytes,
    write: (data) => port.write(data),
    close() {
      closing ??= port.close().finally(closed);
      return closing;
    },
  };
}
