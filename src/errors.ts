/** Every code a `GatewayError` can carry. Callers, replies and logs branch on these; texts may change. */
export type ErrorCode =
  | 'internal'
  | 'port.missing'
  | 'port.unsupported'
  | 'port.permission'
  | 'port.busy'
  | 'port.baud'
  | 'port.failed'
  | 'port.closed'
  | 'at.timeout'
  | 'at.error'
  | 'at.cme'
  | 'at.cms'
  | 'at.no_prompt'
  | 'at.unparsable'
  | 'at.closed'
  | 'sms.bad_pdu'
  | 'sms.bad_address'
  | 'sms.unencodable'
  | 'sms.too_long'
  | 'sim.absent'
  | 'sim.pin_required'
  | 'sim.pin_wrong'
  | 'sim.puk_required'
  | 'sim.network_locked'
  | 'sim.failed'
  | 'sim.no_service_centre'
  | 'network.denied'
  | 'network.emergency_only'
  | 'network.no_coverage'
  | 'network.not_found'
  | 'modem.unknown'
  | 'modem.offline'
  | 'modem.no_sms'
  | 'modem.busy'
  | 'modem.recovery'
  | 'modem.stalled'
  | 'message.unknown'
  | 'message.not_cancellable'
  | 'message.cancelled'
  | 'message.expired'
  | 'message.outcome_unknown'
  | 'message.text_gone'
  | 'command.unknown'
  | 'command.invalid'
  | 'command.retained'
  | 'command.response_topic'
  | 'command.id_reused'
  | 'command.interrupted'
  | 'command.expired'
  | 'store.newer'
  | 'store.locked'
  | 'store.corrupt'
  | 'store.full'
  | 'store.unwritable'
  | 'config.invalid'
  | 'otp.bad_rule'
  | 'mqtt.refused'
  | 'mqtt.taken_over'
  | 'listen.failed'
  | 'daemon.unreachable'
  | 'doctor.findings'
  | 'account.unauthenticated'
  | 'account.signup_not_allowed'
  | 'account.paid_required'
  | 'account.unknown'
  | 'account.exists'
  | 'verification.unknown'
  | 'verification.invalid'
  | 'verification.expired'
  | 'verification.not_sent'
  | 'phone.invalid'
  | 'phone.in_pool'
  | 'key.unknown'
  | 'token.unknown'
  | 'limit.exceeded'
  | 'quota.exceeded'
  | 'number.unknown'
  | 'number.unavailable'
  | 'number.none_in_country'
  | 'number.all_taken'
  | 'rental.unknown'
  | 'message.too_long'
  | 'message.to_self'
  | 'message.to_pool'
  | 'webhook.unknown'
  | 'webhook.exists'
  | 'webhook.bad_events'
  | 'webhook.bad_url'
  | 'webhook.unreachable'
  | 'delivery.unknown'
  | 'usage';

export interface GatewayErrorOptions {
  /** The same call may succeed later with nothing changed. Default false. */
  readonly transient?: boolean;
  /** Machine-readable facts; never a text, number, code or secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** One sentence that tells the operator what to do. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The only error class we throw. Callers branch on `code`, never on the message. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly transient: boolean;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.transient = options.transient ?? false;
    this.details = options.details ?? {};
    this.hint = options.hint;
  }
}

/** Whatever was thrown, as a `GatewayError`: ours unchanged, anything else as `internal` with its cause. */
export function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
