import { isoTime } from '../clock.ts';
import type { GatewayView, ModemView } from '../domain/gateway-view.ts';
import type { ModemState } from '../domain/modem-state.ts';

/** The number of this page of payloads; a change that breaks a subscriber raises it. */
const schema = 1;

export function infoPayload(view: GatewayView): string {
  return JSON.stringify({
    version: view.version,
    schema,
    boot: view.boot,
    seq: view.lastSeq(),
    modems: view.modems().map((modem) => modem.id),
  });
}

/** A modem that cannot send or receive now is offline, whatever the reason. */
export function modemAvailability({ phase }: ModemState): 'online' | 'offline' {
  return phase === 'ready' ? 'online' : 'offline';
}

export function modemStatePayload({ state, queued }: ModemView): string {
  return JSON.stringify({
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
    port: state.port,
    manufacturer: state.identity.manufacturer,
    model: state.identity.model,
    revision: state.identity.revision,
    imei: state.identity.imei,
    since: isoTime(state.since),
  });
}
