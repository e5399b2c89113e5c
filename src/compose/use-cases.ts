import { join } from 'node:path';
import { createAccounts } from '../accounts/accounts.ts';
import { isoTime } from '../clock.ts';
import type { ModemConfig } from '../config/schema.ts';
import type { CommandPort } from '../domain/command.ts';
import type { MessageId } from '../domain/message.ts';
import { createCommands } from '../gateway/commands.ts';
import { sendConfidential } from '../gateway/confidential.ts';
import { createCorrespondence } from '../gateway/correspondence.ts';
import { Dispatcher } from '../gateway/dispatcher.ts';
import type { Pace } from '../gateway/pace.ts';
import { createNumbers } from '../numbers/numbers.ts';
import { backupDatabase } from '../store/copies.ts';
import type { WaitingEntry } from '../store/outbox.ts';
import { openVault } from '../store/vault.ts';
import { createWebhooks } from '../webhooks/webhooks.ts';
import { type Core, type Ground, outboxChanged } from './core.ts';
import { lookAround } from './look-around.ts';

/** Builds what decides: nothing here has started yet. Throws `store.*`. */
export function createUseCases(ground: Ground): Core {
  const { config, folder, store, modems, clock, log } = ground;
  const vault = openVault(folder);
  const unwritten = new Map<MessageId, string>();
  const changed = () => outboxChanged(ground);
  const paces = new Map(config.modems.map(({ id, pace }) => [id, paceOf(pace)]));
  const dispatcher = new Dispatcher({ store, modems, clock, log, unwritten, paces, committed: changed });
  const queued = () => {
    // The modem first: what it is told to send is committed already.
    dispatcher.wake();
    changed();
  };
  const numbers = createNumbers({ store, clock });
  const offers = new Map(config.modems.map(({ id, offer }) => [id, offer]));
  const offerOf = (modem: string) => offers.get(modem) ?? 'private';
  const whyWaiting = (entry: Pick<WaitingEntry, 'modem' | 'nextTryAt'>) => dispatcher.whyWaiting(entry);
  const confidential = { store, modems, numbers, offerOf, clock, whyWaiting, unwritten, committed: queued };
  const accounts = createAccounts({
    store,
    vault,
    clock,
    policy: config.accounts,
    inPool: (e164) => numbers.inPool(e164),
    sendText: (message) => sendConfidential(confidential, message),
  });
  const webhooks = createWebhooks({ store, vault, clock, log, allowPrivate: config.webhooks.allow_private });
  const correspondence = createCorrespondence({ store, numbers, accounts, clock, whyWaiting, committed: queued });
  return { ...ground, dispatcher, numbers, accounts, webhooks, correspondence };
}

function paceOf({ per_minute, per_hour, per_day, burst }: ModemConfig['pace']): Pace {
  return {
    perMinute: per_minute ?? null,
    perHour: per_hour ?? null,
    perDay: per_day ?? null,
    burst: burst ?? null,
  };
}

/** The commands of MQTT and of the control socket. */
export function createCommandPort({
  store,
  modems,
  clock,
  log,
  folder,
  edges,
  dispatcher,
  discovery,
  ...core
}: Core): CommandPort {
  return createCommands({
    store,
    modems,
    clock,
    log,
    committed: () => {
      outboxChanged({ store, modems, clock, log, folder, edges, discovery, ...core });
      dispatcher.wake();
    },
    whyWaiting: (entry) => dispatcher.whyWaiting(entry),
    replay: (after, limit) => edges.pumps[0]?.replay(after, limit) ?? Promise.resolve({ count: 0, last: after }),
    scan: () => lookAround({ discovery, modems }),
    backup: async () => {
      const file = join(folder, 'backups', `${isoTime(clock.now()).replace(/[:.]/g, '-')}.db`);
      return { file, bytes: await backupDatabase(folder, file) };
    },
  });
}
