import type { AtCommand } from '../at/command.ts';
import type { AtSession } from '../at/session.ts';
import type { Clock, Ms } from '../clock.ts';
import { asGatewayError, type GatewayError } from '../errors.ts';

/** The modem said no, said nothing, or said what nobody understands: the session goes on. Anything else ends it. */
export function isRefusal(error: GatewayError): boolean {
  return /^at\.(?:error|cme|cms|unparsable|timeout)$/.test(error.code);
}

/** TS 27.007 9.2.2 and TS 27.005 3.2.5, with 532 of some makers: the SIM is still starting. */
export function isSimBusy(error: GatewayError): boolean {
  const { cme, cms } = error.details;
  return cme === 14 || cme === 515 || cms === 314 || cms === 515 || cms === 532;
}

/** The modem does not know the command, or not with these parameters; while it starts it may say so of what it knows. */
export function isUnknown({ code, details: { cme, cms } }: GatewayError): boolean {
  return code === 'at.error' || cme === 3 || cme === 4 || cme === 100 || cms === 303;
}

/** The reply, or null where the modem refuses. Throws what ends the session. */
export async function optional<T>(session: AtSession, command: AtCommand<T>): Promise<T | null> {
  try {
    return await session.run(command);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isRefusal(error)) throw error;
    return null;
  }
}

/** The same, asked again while the SIM is busy. */
export async function onceReady<T>(session: AtSession, command: AtCommand<T>, patience: Patience): Promise<T | null> {
  try {
    return await whileSimBusy(() => session.run(command), patience);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isRefusal(error)) throw error;
    return null;
  }
}

/** Whether the modem took it. */
export async function accepts(session: AtSession, command: AtCommand<void>): Promise<boolean> {
  return (await optional(session, { ...command, parse: () => true })) === true;
}

export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Waits between the tries. */
  readonly waits: readonly Ms[];
}

/** Asks again while the SIM is busy, or while what is thrown otherwise `mayPass`. Throws the last refusal. */
export async function whileSimBusy<T>(
  ask: () => Promise<T>,
  { clock, signal, waits }: Patience,
  mayPass: (refusal: GatewayError) => boolean = isSimBusy,
): Promise<T> {
  for (const wait of waits) {
    try {
      return await ask();
    } catch (thrown) {
      if (!mayPass(asGatewayError(thrown))) throw thrown;
      await clock.sleep(wait, signal);
    }
  }
  return ask();
}
