import { isoTime } from '../clock.ts';
import type { GatewayView, ModemView } from '../domain/gateway-view.ts';
import type { ModemState } from '../domain/modem-state.ts';
import type { Availability, InfoPayload, ModemStatePayload } from './schemas/state-schemas.ts';

/** The number of this page of payloads; a change that breaks a subscriber raises it. */
const schema = 1;

export function infoPayload(view: GatewayView): string {
  const info: InfoPayload = {
    version: view.version,
    schema,
    boot: view.boot,
    seq: view.lastSeq(),
    modems: view.modems().map((modem) => modem.id),
  };
  return JSON.stringify(info);
}

/** A modem that cannot send or receive now is offline, whatever the reason. */
export function modemAvailability({ phase }: ModemState): Availability {
  return phase === 'ready' ? 'online' : 'offline';
}

export function modemStatePayload({ state, queued, waiting = null }: ModemView): string {
  const payload: ModemStatePayload = {
    phase: state.phase,
    problem: state.problem,
    registration: state.registration,
    operator: state.operator,
    technology: state.technology,
    signal_dbm: state.signalDbm,
    sim: state.sim,
    number: state.number,
    smsc: state.smsc,
    storage: state.storages.map(({ name, used, total }) => ({ name, used, total })),
    queue: queued,
    queued_reason: waiting?.reason ?? null,
    retry_at: waiting === null || waiting.retryAt === null ? null : isoTime(waiting.retryAt),
    balance: state.balance === undefined ? null : { text: state.balance.text, at: isoTime(state.balance.at) },
    roaming: state.registration === 'roaming',
    port: state.port,
    manufacturer: state.identity.manufacturer,
    model: state.identity.model,
    revision: state.identity.revision,
    imei: state.identity.imei,
    since: isoTime(state.since),
  };
  return JSON.stringify(payload);
}
