import type { Call } from '../command-line.ts';
import type { ModemState } from '../modem-state.ts';
import { answer, cme, type Outcome, ok } from '../outcome.ts';

/** Carries out one command. */
export type Command = (modem: ModemState, call: Call) => Outcome;
export type CommandTable = Readonly<Record<string, Command>>;

/** A whole number; null where it is none. */
export function numberOf(arg: string | undefined): number | null {
  return arg !== undefined && /^\d{1,6}$/.test(arg) ? Number(arg) : null;
}

/** A setting with a range: `=?` prints `test`, `?` prints the value, `=n` sets it or is +CME ERROR 50. */
export function setting(
  name: string,
  allowed: readonly number[],
  read: (modem: ModemState) => number,
  write: (modem: ModemState, value: number) => void,
): Command {
  return (modem, call) => {
    if (call.form === 'test') return answer(`${name}: (${allowed.join(',')})`);
    if (call.form === 'read') return answer(`${name}: ${read(modem)}`);
    const value = call.form === 'execute' ? 0 : numberOf(call.args[0]);
    if (value === null || !allowed.includes(value)) return cme(50);
    write(modem, value);
    return ok;
  };
}
