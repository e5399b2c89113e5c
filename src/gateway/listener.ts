import type { Clock } from '../clock.ts';
import type { EventBody } from '../domain/event.ts';
import { newEventId } from '../domain/ids.ts';
import type { ModemId } from '../domain/message.ts';
import type { ModemListener, ReceivedPdu } from '../domain/received.ts';
import type { Modem } from '../modem/modem.ts';
import { Backlog } from './backlog.ts';
import { type ReceiveDeps, receive } from './receive.ts';

export interface ListenerDeps extends ReceiveDeps {
  readonly clock: Clock;
  readonly modems: ReadonlyMap<ModemId, Modem>;
  /** A modem's state is another than before: it may be able to send now. */
  readonly stateChanged: (modem: ModemId) => void;
}

/** Turns what modems tell into committed facts. Only `received` fails where the store does: the modem keeps the rest for nobody. */
export function createModemListener(deps: ListenerDeps): ModemListener {
  const present = new Set<ModemId>();
  const backlog = new Backlog(deps.committed);
  const append = (modem: ModemId | null, body: EventBody) => {
    const event = { id: newEventId(), modem, time: deps.clock.now(), body };
    backlog.add(() => deps.store.db.commit(() => deps.store.events.append(event)));
  };
  const commit = (batch: readonly ReceivedPdu[]) => {
    // A slot that is empty by now must not be forgotten after it was filled again.
    backlog.flush();
    receive(deps, batch);
  };
  const number = (modem: ModemId) => deps.modems.get(modem)?.state.number ?? null;
  return {
    // async: a store that refuses must reject, not throw into the modem.
    received: async (batch) => commit(batch),
    deleted: (line, slots) => backlog.add(() => deps.store.slots.release(line, slots)),
    stateChanged(modem) {
      const phase = deps.modems.get(modem)?.state.phase;
      if (phase === 'ready' && !present.has(modem)) {
        present.add(modem);
        append(null, { type: 'modem_added', subject: modem });
      } else if (phase === 'absent' && present.delete(modem)) {
        append(null, { type: 'modem_removed', subject: modem });
      }
      deps.stateChanged(modem);
    },
    called: (modem, { ended, from }) =>
      append(modem, { type: ended ? 'call_ended' : 'call_ringing', to: number(modem), from }),
    ussd: (modem, answer) => append(modem, { type: 'ussd', ...answer }),
    alert: (modem, alert) => append(null, { type: 'alert', subject: modem, ...alert }),
  };
}
