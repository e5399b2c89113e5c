import { type Command, InvalidArgumentError, Option } from 'commander';
import { isE164 } from '../domain/phone.ts';

/** What every command takes. */
export function common(command: Command): Command {
  return command
    .addOption(new Option('--config <file>', 'configuration file (YAML)').env('SIM2MQTT_CONFIG'))
    .option('--data <folder>', 'data folder; default $STATE_DIRECTORY, else ~/.local/state/sim2mqtt')
    .allowExcessArguments(false);
}

/** What every command takes that prints data. */
export function printing(command: Command): Command {
  return common(command).option('--json', 'print JSON');
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

export function phoneNumber(text: string): string {
  if (isE164(text)) return text;
  throw new InvalidArgumentError('Expected a phone number in E.164: + and the country code, without spaces.');
}

export function shortText(most: number): (text: string) => string {
  return (text) => {
    const trimmed = text.trim();
    if (trimmed !== '' && trimmed.length <= most) return trimmed;
    throw new InvalidArgumentError(`Expected a text of 1 to ${most} characters.`);
  };
}
