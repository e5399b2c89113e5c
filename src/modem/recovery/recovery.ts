import type { Clock } from '../../clock.ts';
import type { ModemId } from '../../domain/message.ts';
import type { ModemListener } from '../../domain/received.ts';
import { asGatewayError, type GatewayError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { runHook } from './hook.ts';
import { nextRung, type RecoveryMemory } from './ladder.ts';
import { type Ailment, type RungName, reopenings } from './rungs.ts';
import { isOnBus, type UsbDevicePlace } from './usb-device.ts';

/** What the operator has for it; null: nothing. */
export interface RecoveryHooks {
  /** The helper that may reset USB devices; the verb and the device's position are added. */
  readonly usb: readonly string[] | null;
  /** Cuts and restores the power of this modem. */
  readonly power: readonly string[] | null;
}

export interface RecoveryDeps {
  readonly modem: ModemId;
  readonly memory: RecoveryMemory;
  readonly hooks: RecoveryHooks;
  readonly listener: Pick<ModemListener, 'alert'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Stands for `/` (tests). */
  readonly root?: string;
}

/** What only whoever holds the port can do; absent where it cannot be done now. */
export interface RungActions {
  /** Nothing is waited for any more. */
  readonly signal: AbortSignal;
  readonly radio?: () => Promise<void>;
  readonly module_reset?: () => Promise<void>;
}

/** Brings one modem back, by the mildest means that have not failed yet. What needs a person is none of its business. */
export class Recovery {
  readonly #deps: RecoveryDeps;
  #usbDevice: UsbDevicePlace | null = null;
  #failures = 0;

  constructor(deps: RecoveryDeps) {
    this.#deps = deps;
  }

  /** Where it is while it answers: a device that hangs is found by that. Null: on no USB device, as far as anybody knows. */
  isAt(device: UsbDevicePlace | null): void {
    this.#usbDevice = device ?? this.#usbDevice;
  }

  /** It works: what failed before is over. */
  recovered(): void {
    this.#failures = 0;
  }

  /** A connection could not be made, or ended. Resolves once what was due is done; never rejects. */
  async failed(why: GatewayError, actions: RungActions): Promise<void> {
    if (!isMute(why)) return;
    this.#failures += 1;
    const { log, listener, modem } = this.#deps;
    if (this.#failures === 1 && why.code === 'at.timeout') {
      log.warn({ rung: 'reopen', reason: why.message }, 'recovery');
      listener.alert(modem, alertOf('reopen', why.message));
    }
    if (this.#failures > reopenings) await this.ails('mute', why.message, actions);
  }

  /** Whether anything could be done about it. */
  canHelp(ailment: 'gone'): boolean {
    const { usb, power } = this.#deps.hooks;
    return ailment === 'gone' && (power !== null || (usb !== null && this.#usbDevice !== null));
  }

  /** Takes the mildest rung that is due, if there is one. Never rejects. */
  async ails(ailment: Ailment, reason: string, actions: RungActions): Promise<void> {
    const { modem, memory, clock, log, listener } = this.#deps;
    try {
      const isHung = ailment === 'gone' && (await this.#isOnBus());
      // What was unplugged cannot be reset, and needs no word.
      const isInReach = (rung: RungName) => ailment !== 'gone' || isHung || rung === 'power_cycle';
      const possible = (rung: RungName) => isInReach(rung) && this.#work(rung, actions) !== null;
      const rung = nextRung(ailment, { modem, memory, clock, possible });
      if (rung === null) return;
      memory.take(modem, rung.name, clock.now(), reason);
      log.warn({ rung: rung.name, reason }, 'recovery');
      listener.alert(modem, alertOf(rung.name, reason));
      await this.#work(rung.name, actions)?.();
    } catch (thrown) {
      const { code, message, hint } = asGatewayError(thrown);
      log.warn({ code, reason: message, hint }, 'a step of recovery failed');
    }
  }

  async #isOnBus(): Promise<boolean> {
    return this.#usbDevice !== null && (await isOnBus(this.#usbDevice, this.#deps.root));
  }

  /** How a rung is taken; null where that is not possible. */
  #work(rung: RungName, actions: RungActions): (() => Promise<void>) | null {
    const { hooks, modem } = this.#deps;
    const device = this.#usbDevice?.position ?? null;
    const usb = hooks.usb;
    const power = hooks.power;
    const env = { SIM2MQTT_MODEM: modem, ...(device === null ? {} : { SIM2MQTT_USB_DEVICE: device }) };
    switch (rung) {
      case 'radio':
      case 'module_reset':
        return actions[rung] ?? null;
      case 'usb_reset':
        return usb === null || device === null ? null : () => runHook([...usb, 'reset', device], env, actions.signal);
      case 'power_cycle':
        return power === null ? null : () => runHook(power, env, actions.signal);
      default:
        return () => Promise.resolve();
    }
  }
}

/** Whether it is the modem's own fault, and none that a person must mend. */
function isMute({ code, transient }: GatewayError): boolean {
  return /^(?:at\.|port\.(?:failed|closed)$)/.test(code) || (code === 'sim.failed' && transient);
}

const meanings: Readonly<Record<RungName, string>> = {
  reopen: 'its port is opened again and it is set up from the beginning',
  radio: 'its radio is switched off and on',
  module_reset: 'the module is restarted',
  usb_reset: 'its USB device is reset',
  power_cycle: 'its power is switched off and on',
  alarm: 'nothing has helped; it is tried again from time to time',
};
const hints: Readonly<Partial<Record<RungName, string>>> = {
  alarm: 'Unplug the modem and plug it in again; look at its power supply and cable. `sim2mqtt doctor` says more.',
};

function alertOf(rung: RungName, reason: string) {
  const hint = hints[rung];
  const alert = { code: 'modem.recovery', message: `${reason}: ${meanings[rung]}`, rung, reason };
  return hint === undefined ? alert : { ...alert, hint };
}
