import { configJsonSchema } from '../config/validate.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './options.ts';

/** Prints the JSON Schema that the configuration file is checked against. */
export function configSchemaCommand(_options: CommonOptions, context: CliContext): Promise<void> {
  context.stdout(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return Promise.resolve();
}
