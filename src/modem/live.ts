import type { ConnectionDeps } from './connection-deps.ts';
import { Inbox } from './inbox.ts';
import type { ObservedSession } from './observed-session.ts';
import type { Ailment } from './recovery/rungs.ts';
import { Sender } from './sender.ts';
import type { Started } from './start.ts';
import type { Warnings } from './warnings.ts';
import { Watch } from './watch.ts';

/** What runs once the modem is started. */
export interface Live {
  readonly started: Started;
  readonly inbox: Inbox;
  readonly watch: Watch;
  readonly sender: Sender;
}

export interface LiveDeps extends Omit<ConnectionDeps, 'ended'> {
  readonly session: ObservedSession;
  readonly warnings: Warnings;
  /** Something is wrong that may be mended from here. */
  ails(ailment: Ailment, reason: string): void;
}

/** Puts them together: each knows of the others only what it has to. Nothing runs yet. */
export function createLive(started: Started, deps: LiveDeps): Live {
  const { id, clock, intervals, log, delivery, state, phase, smsc, session, warnings, ails } = deps;
  const sender = new Sender({
    ...{ session, clock },
    idle: () => {
      inbox.wake();
      watch.wake();
    },
    failed: () => inbox.hurry(),
    serviceCentre: () => state.current.smsc ?? smsc,
    unheard: () => ails('unheard', 'the network refused several messages in a row'),
  });
  const sending = () => sender.isBusy;
  const inbox = new Inbox({
    ...{ modem: id, line: started.line, number: started.number, storage: started.storage },
    ...{ session, delivery, intervals, clock, log, sending },
    used: (storages) => {
      state.update({ storages });
      warnings.used(storages);
    },
  });
  const watch = new Watch({
    ...{ session, started, state, intervals, clock, phase, sending },
    moved: () => inbox.hurry(),
    lowPower: () => warnings.power('low_power'),
    troubled: (trouble) => {
      if (state.current.phase === 'ready') state.update({ problem: trouble });
      warnings.troubled(trouble);
    },
    deaf: () => ails('deaf', 'the modem has a signal and no network'),
  });
  return { started, inbox, watch, sender };
}
