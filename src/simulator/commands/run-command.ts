import type { Call } from '../command-line.ts';
import type { ModemState } from '../modem-state.ts';
import type { Outcome } from '../outcome.ts';
import type { SimulatorProfile } from '../profile.ts';
import { basicCommands } from './basic.ts';
import { cardCommands } from './card.ts';
import type { CommandTable } from './command.ts';
import { messageCommands } from './messages.ts';
import { radioCommands } from './radio.ts';
import { sendingCommands } from './sending.ts';

/** Every command a modem of this profile knows. */
export function commandTable(profile: SimulatorProfile): CommandTable {
  const all = {
    ...basicCommands,
    ...cardCommands(profile),
    ...radioCommands,
    ...messageCommands,
    ...sendingCommands,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !profile.unknown.includes(name)));
}

/** Carries out one command, the profile's own answers first. */
export function runCommand(table: CommandTable, modem: ModemState, call: Call): Outcome {
  const literal = Object.hasOwn(modem.profile.literal, call.text) ? modem.profile.literal[call.text] : undefined;
  if (literal !== undefined) return { lines: literal, result: 'OK' };
  const refusal = Object.hasOwn(modem.profile.refused, call.text) ? modem.profile.refused[call.text] : undefined;
  if (refusal !== undefined) return refusal === 'silence' ? refusal : { lines: [], result: refusal };
  const command = Object.hasOwn(table, call.name) ? table[call.name] : undefined;
  return command === undefined ? { lines: [], result: modem.profile.unknownCommand } : command(modem, call);
}
