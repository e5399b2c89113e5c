import type { EpochMs } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { ModemId } from './message.ts';

/** A request as an edge received it; `body` is the parsed JSON, not yet checked. */
export interface CommandRequest {
  readonly name: string;
  /** Null: addressed to the gateway. */
  readonly modem: ModemId | null;
  readonly body: unknown;
  /** When the edge's own expiry ends it, if it has one. */
  readonly notAfter: EpochMs | null;
  /** How a transport that delivers at least once knows this delivery; one that is `repeated` has its effect once. */
  readonly delivery?: { readonly key: string; readonly repeated: boolean };
}

export interface CommandFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

export type CommandReply =
  | {
      readonly ok: true;
      readonly id: string | null;
      readonly result: Readonly<Record<string, unknown>>;
    }
  | {
      readonly ok: false;
      readonly id: string | null;
      readonly error: CommandFailure;
    };

/** `accepted` resolves once the request is committed or refused: only then may the edge acknowledge it. */
export interface CommandRun {
  readonly accepted: Promise<void>;
  readonly reply: Promise<CommandReply>;
}

/** The use cases an edge may call. Never throws and never rejects: a fault is a reply, unless the store itself is broken. */
export interface CommandPort {
  run(request: CommandRequest): CommandRun;
}
