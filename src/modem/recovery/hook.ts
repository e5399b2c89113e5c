import { execFile } from 'node:child_process';
import type { Ms } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';

const longest: Ms = 60_000;

/**
 * Runs a command of the operator's without a shell. At the abort it is waited for no more, and goes on: it may have cut the power.
 * Throws `modem.recovery` where it cannot be run, fails, or takes longer than a minute.
 */
export function runHook(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const [file = '', ...args] = command;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const options = { timeout: longest, env: { PATH: process.env.PATH, ...env } } as const;
  if (signal.aborted) return Promise.resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  execFile(file, args, options, (error) => {
    if (error === null) resolve();
    else reject(failure(file, error));
  });
  return promise;
}

function failure(file: string, error: Error & { readonly code?: unknown }): GatewayError {
  const ended =
    typeof error.code === 'number' ? `ended with ${error.code}` : `could not be run (${String(error.code)})`;
  return new GatewayError('modem.recovery', `${file} ${ended}`, {
    transient: true,
    hint: 'Run the command by hand as the user of the gateway and see what it says.',
    cause: error,
  });
}
