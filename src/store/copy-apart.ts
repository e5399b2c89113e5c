import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, GatewayError } from '../errors.ts';

/** What the process is told. */
export interface CopyOrder {
  readonly source: string;
  readonly target: string;
}

/** What it answers. */
export type CopyAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };

const program = fileURLToPath(new URL('copy-process.ts', import.meta.url));
/** It is small, and gone soon. */
const flags = ['--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'];

/**
 * `copyChecked` in a process of its own: of hundreds of megabytes it takes seconds, in which this one goes on, and it can be ended at any
 * moment. Throws what `copyChecked` throws, or the reason of `signal` once that process is gone.
 */
export async function copyApart(order: CopyOrder, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const child = fork(program, [], { execArgv: flags, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const end = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', end, { once: true });
  try {
    const answer = await answerOf(child, order);
    signal?.throwIfAborted();
    if (answer.ok) return;
    const { code, message, hint } = answer;
    throw new GatewayError(code, message, hint === undefined ? {} : { hint });
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** Once the process is gone: then nobody writes to the copy any more. */
function answerOf(child: ChildProcess, order: CopyOrder): Promise<CopyAnswer> {
  return new Promise((resolve, reject) => {
    let answer: CopyAnswer | undefined;
    child.once('message', (message) => {
      answer = message as CopyAnswer;
    });
    // One that cannot be started says so more than once, and an error that nobody hears would end this process.
    child.on('error', (cause) => reject(notStarted(cause)));
    child.once('exit', (code, signal) => {
      const message = `the process that copies the database ended with ${signal ?? code}`;
      resolve(answer ?? { ok: false, code: 'internal', message, hint: undefined });
    });
    // Without a process it has no way to be sent anything, whatever its type says.
    if (child.connected) child.send(order, (error) => error !== null && child.kill('SIGKILL'));
  });
}

function notStarted(cause: Error): GatewayError {
  const message = `the process that copies the database cannot be started (${cause.message})`;
  const hint =
    'restart sim2mqtt if it or its Node.js was upgraded; else look at the limits on processes and open files';
  return new GatewayError('internal', message, { transient: true, hint, cause });
}
