import type { ModemView } from '../domain/gateway-view.ts';
import { asGatewayError } from '../errors.ts';
import type { BrokerState, MetricsSource } from './metrics.ts';

export interface HealthCheck {
  /** `database`, `broker`, `modem/<id>` */
  readonly name: string;
  readonly ok: boolean;
  readonly problem?: string;
}

export interface Readiness {
  readonly status: 'ready' | 'not_ready';
  readonly checks: readonly HealthCheck[];
}

/** Ready: the database can be written, the broker is connected, and every modem is up. */
export function readiness({ view, broker }: MetricsSource): Readiness {
  const checks = [databaseCheck(() => view.checkStore()), brokerCheck(broker()), ...view.modems().map(modemCheck)];
  return { status: checks.every((check) => check.ok) ? 'ready' : 'not_ready', checks };
}

function databaseCheck(check: () => void): HealthCheck {
  try {
    check();
    return { name: 'database', ok: true };
  } catch (error) {
    return { name: 'database', ok: false, problem: `cannot be written: ${asGatewayError(error).code}` };
  }
}

function brokerCheck({ connected, problem }: BrokerState): HealthCheck {
  return connected ? { name: 'broker', ok: true } : { name: 'broker', ok: false, problem: problem ?? 'not connected' };
}

function modemCheck({ id, state }: ModemView): HealthCheck {
  const name = `modem/${id}`;
  return state.phase === 'ready'
    ? { name, ok: true }
    : { name, ok: false, problem: state.problem?.message ?? state.phase };
}
