import { type ConfigCheck, checkConfig, configInvalid } from '../config/load.ts';
import { asGatewayError } from '../errors.ts';
import { createExtractor, operatorRules } from '../otp/otp.ts';
import type { CliContext } from './context.ts';
import type { PrintOptions } from './options.ts';

/** Throws `config.invalid` with every fault; with `--json` they are on stdout as `{ok, faults}` too. */
export function configCheckCommand(options: PrintOptions, context: CliContext): Promise<void> {
  const check = withRules(checkConfig({ file: options.config, env: context.env }));
  if (options.json === true) {
    context.stdout(`${JSON.stringify({ ok: check.ok, faults: check.ok ? [] : check.faults })}\n`);
  }
  if (!check.ok) return Promise.reject(configInvalid(check.faults, options.config));
  const count = check.config.modems.length;
  if (options.json !== true) context.stdout(`fine: ${count} ${count === 1 ? 'modem' : 'modems'}\n`);
  return Promise.resolve();
}

/** An OTP rule whose own examples fail is a fault of the configuration. */
function withRules(check: ConfigCheck): ConfigCheck {
  if (!check.ok) return check;
  try {
    const { rules, folder } = check.config.otp;
    createExtractor({ rules: operatorRules(rules, folder) });
    return check;
  } catch (error) {
    const path = check.config.otp.folder === undefined ? 'otp.rules' : 'otp';
    return { ok: false, faults: [{ path, message: asGatewayError(error).message }] };
  }
}
