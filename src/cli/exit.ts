import { asGatewayError, type ErrorCode } from '../errors.ts';
import type { CliContext } from './context.ts';

const exitCodes: { readonly [code in ErrorCode]?: number } = { usage: 2, 'config.invalid': 78, 'otp.bad_rule': 78 };

/** 2 bad usage, 78 bad configuration (EX_CONFIG of sysexits.h), 1 anything else. */
export function exitCodeOf(thrown: unknown): number {
  return exitCodes[asGatewayError(thrown).code] ?? 1;
}

/** One line: code, message, hint. A bad configuration has one more for each fault; SIM2MQTT_DEBUG adds the stacks. */
export function report(thrown: unknown, context: Pick<CliContext, 'stderr' | 'env'>): void {
  const error = asGatewayError(thrown);
  const message = exitCodes[error.code] === 78 ? error.message : error.message.replaceAll(/\s*\n\s*/g, ' ');
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  context.stderr(`sim2mqtt: ${error.code}: ${message}${hint}\n`);
  if (!context.env.SIM2MQTT_DEBUG) return;
  for (let at: unknown = error; at instanceof Error; at = at.cause) context.stderr(`${at.stack}\n`);
}
