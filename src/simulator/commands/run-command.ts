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
  return {
    ...basicCommands,
    ...cardCommands(profile.iccidCommand),
    ...radioCommands,
    ...messageCommands,
    ...sendingCommands,
  };
}

/** Carries out one command, the profile's own answers first. */
export function runCommand(table: CommandTable, modem: ModemState, call: Call): Outcome {
  const literal = Object.hasOwn(modem.profile.literal, call.text) ? modem.profile.literal[call.text] : undefined;
  if (literal !== undefined) return { lines: literal, result: 'OK' };
  const command = Object.hasOwn(table, call.name) ? table[call.name] : undefined;
  return command === undefined ? { lines: [], result: modem.profile.unknownCommand } : command(modem, call);
}
