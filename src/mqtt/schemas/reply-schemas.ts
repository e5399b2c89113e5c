import type { CommandName } from '../../domain/command-body.ts';
import { commandResults } from '../../domain/command-result.ts';
import { failureSchema } from './event-schemas.ts';

const id = { type: ['string', 'null'], description: 'As the request gave it; null where it gave none.' } as const;

/** A request that was refused or failed: the same for every command. */
export const refusalSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['ok', 'id', 'error'],
  properties: { ok: { type: 'boolean', const: false }, id, error: failureSchema },
} as const;

/** A request that had its effect. */
export function successSchema(command: CommandName) {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['ok', 'id', 'result'],
    properties: { ok: { type: 'boolean', const: true }, id, result: commandResults[command] },
  } as const;
}
