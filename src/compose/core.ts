import type { Accounts } from '../accounts/accounts.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import type { ModemId } from '../domain/message.ts';
import type { Correspondence } from '../gateway/correspondence.ts';
import type { Dispatcher } from '../gateway/dispatcher.ts';
import type { EventPump } from '../gateway/event-pump.ts';
import type { LiveEvents } from '../gateway/live-events.ts';
import type { Logger } from '../log.ts';
import type { Discovery } from '../modem/discovery/discovery.ts';
import type { LocalModem } from '../modem/local-modem.ts';
import type { MqttEdge } from '../mqtt/mqtt.ts';
import type { Numbers } from '../numbers/numbers.ts';
import type { OtpExtractor } from '../otp/otp.ts';
import type { Store } from '../store/store.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

/** What the long-lived objects are built from. */
export interface Ground {
  readonly config: Config;
  readonly folder: string;
  readonly log: Logger;
  readonly version: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly otp: OtpExtractor;
  readonly discovery: Discovery;
  readonly modems: Map<ModemId, LocalModem>;
  /** Filled by `startEdges`; what the use cases tell goes through it. */
  readonly edges: { mqtt?: MqttEdge; live?: LiveEvents; facts?: { wake(): void }; readonly pumps: EventPump[] };
}

/** The use cases, on their ground. */
export interface Core extends Ground {
  readonly dispatcher: Dispatcher;
  readonly numbers: Numbers;
  readonly accounts: Accounts;
  readonly webhooks: Webhooks;
  readonly correspondence: Correspondence;
}

/** What ends again in the opposite order, also when the start fails half-way. */
export type Undo = (() => Promise<void> | void)[];

/** There is something new in the log of facts. */
export function eventsAdded({ edges }: Ground): void {
  for (const pump of edges.pumps) pump.wake();
  edges.live?.wake();
  edges.facts?.wake();
}

/** A message was queued, sent or settled. */
export function outboxChanged(ground: Ground): void {
  eventsAdded(ground);
  for (const id of ground.modems.keys()) modemChanged(ground, id);
}

/** Its state is another, or the length of its queue. */
export function modemChanged({ edges }: Pick<Ground, 'edges'>, id: ModemId): void {
  edges.mqtt?.modemChanged(id);
  edges.live?.modemChanged(id);
}
