import { request } from 'node:http';
import type { CommandReply } from '../domain/command.ts';
import { GatewayError } from '../errors.ts';

export interface DaemonRequest {
  readonly name: string;
  /** Null or absent: the gateway itself. */
  readonly modem?: string | null;
  readonly body: unknown;
}

const maxReply = 16 * 1024 * 1024;

/** One command through the control socket of the running daemon. Throws `daemon.unreachable`. */
export function callDaemon(socketPath: string, command: DaemonRequest, signal?: AbortSignal): Promise<CommandReply> {
  const body = JSON.stringify({ name: command.name, modem: command.modem ?? null, body: command.body });
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(unreachable(socketPath, cause));
    const call = request(
      {
        socketPath,
        path: '/command',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        ...(signal === undefined ? {} : { signal }),
      },
      async (response) => {
        try {
          const chunks: Buffer[] = [];
          let size = 0;
          for await (const chunk of response as AsyncIterable<Buffer>) {
            size += chunk.length;
            if (size > maxReply) throw new Error('the reply is too long');
            chunks.push(chunk);
          }
          resolve(asReply(Buffer.concat(chunks).toString('utf8')));
        } catch (error) {
          fail(error);
        }
      },
    );
    call.on('error', fail);
    call.end(body);
  });
}

function asReply(text: string): CommandReply {
  const value = JSON.parse(text) as Partial<CommandReply> | null;
  if (typeof value?.ok !== 'boolean') throw new Error('the reply is not one of this daemon');
  return value as CommandReply;
}

function unreachable(socketPath: string, cause: unknown): GatewayError {
  const code = (cause as NodeJS.ErrnoException).code;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'no daemon runs on this data folder',
    ECONNREFUSED: 'no daemon runs on this data folder any more',
    EACCES: 'this user may not talk to the daemon',
    ABORT_ERR: 'stopped before the daemon answered',
  };
  const reason = reasons[code ?? ''] ?? 'the daemon went away before it answered';
  return new GatewayError('daemon.unreachable', `${reason}: ${socketPath}`, {
    transient: true,
    cause,
    hint: 'start it with "sim2mqtt run", and give the same --data and the same user here',
  });
}
