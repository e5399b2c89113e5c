import { GatewayError } from '../errors.ts';

/** Why a serial port did not open, as `port.missing`, `port.permission`, `port.busy` or `port.failed`. */
export function serialPortError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const said = error instanceof Error ? error.message : String(error);
  // The binding gives the system's words and no code.
  if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENXIO') || /No such (file|device)/.test(said)) {
    return new GatewayError('port.missing', 'there is no such serial port', {
      transient: true,
      hint: 'Check that the modem is plugged in; `sim2mqtt ports` lists what is there.',
      cause: error,
    });
  }
  if (hasCode(error, 'EACCES', 'EPERM') || /Permission denied|not permitted/.test(said)) {
    return new GatewayError('port.permission', 'the serial port may not be opened by this user', {
      hint: 'Add the user to the group that owns the port, `dialout` on most systems, and log in again.',
      cause: error,
    });
  }
  if (/busy|Cannot lock|temporarily unavailable/i.test(said)) {
    return new GatewayError('port.busy', 'another program has the serial port', {
      transient: true,
      hint: 'Stop what uses the port: ModemManager, a terminal program or a second copy of the gateway.',
      cause: error,
    });
  }
  return new GatewayError('port.failed', `the serial port cannot be used: ${said}`, { transient: true, cause: error });
}

/** Whether `error` is one of the system's, by its `code`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
