import type { EpochMs } from '../clock.ts';
import { channelOf, type EventBody, type EventType, type LoggedEvent } from '../domain/event.ts';
import type { MessageId, ModemId } from '../domain/message.ts';
import { createHistogram, type Histogram } from './histogram.ts';

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

/** What grows; fed by whoever commits or answers it, read at each scrape. */
export interface Counters {
  /** An event was committed. */
  event(type: EventType, modem: ModemId | null): void;
  /** The same, with what a message and its way can tell. */
  fact(event: LoggedEvent): void;
  /** The broker took an event for the first time, so many milliseconds after its commit. */
  published(lag: number): void;
  /** An HTTP request was answered; `route` is one of a few classes. */
  answered(route: string, status: number): void;
}

export interface Tally {
  readonly counters: Counters;
  readonly events: () => Sample[];
  readonly messages: () => Sample[];
  readonly codes: () => Sample[];
  readonly requests: () => Sample[];
  readonly histograms: readonly Histogram[];
}

/** Messages whose way is followed at one time; of more the oldest are not timed. */
const mostFollowed = 10_000;
const final = new Set<EventType>(['sent', 'delivered', 'failed', 'unknown', 'expired']);

/** Nothing in here is a phone number, a sender or a text: the labels are a handful of words and the modems' ids. */
export function createTally(): Tally {
  const [events, messages, codes, requests] = [counter(), counter(), counter(), counter()];
  const queue = createHistogram(
    'send_queue_seconds',
    'From queued to sending',
    [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
  );
  const send = createHistogram(
    'send_seconds',
    'From sending to sent, by the network',
    [0.5, 1, 2, 3, 5, 8, 13, 30, 60, 180],
  );
  const lag = createHistogram(
    'event_publish_lag_seconds',
    'From an event’s commit to its PUBACK',
    [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300, 3600],
  );
  const followed = new Map<MessageId, { readonly type: EventType; readonly time: EpochMs }>();

  function follow({ body, time, modem }: LoggedEvent): void {
    if (!('messageId' in body) || body.type === 'otp_received') return;
    const before = followed.get(body.messageId);
    followed.delete(body.messageId);
    const seconds = (time - (before?.time ?? time)) / 1000;
    if (before?.type === 'queued' && body.type === 'sending') queue.observe({ modem: modem ?? '' }, seconds);
    if (before?.type === 'sending' && body.type === 'sent') send.observe({ modem: modem ?? '' }, seconds);
    if (!final.has(body.type)) followed.set(body.messageId, { type: body.type, time });
    const [oldest] = followed.keys();
    if (followed.size > mostFollowed && oldest !== undefined) followed.delete(oldest);
  }

  const event = (type: EventType, modem: ModemId | null) => events.add({ type, modem: modem ?? '' });
  return {
    counters: {
      event,
      fact(fact) {
        const { body, modem } = fact;
        event(body.type, modem);
        const message = directionOf(body);
        if (message !== null) messages.add({ ...message, modem: modem ?? '' });
        if (body.type === 'otp_received') codes.add({ modem: modem ?? '' });
        follow(fact);
      },
      published: (milliseconds) => lag.observe({}, Math.max(0, milliseconds) / 1000),
      answered: (route, status) => requests.add({ route, status: String(status) }),
    },
    events: events.samples,
    messages: messages.samples,
    codes: codes.samples,
    requests: requests.samples,
    histograms: [queue, send, lag],
  };
}

/** Null for what is no message. */
function directionOf({ type }: EventBody): { readonly direction: string; readonly status: string } | null {
  if (channelOf(type) === 'sms') return { direction: 'in', status: type.replace(/^sms_/, '') };
  return channelOf(type) === 'status' ? { direction: 'out', status: type } : null;
}

function counter() {
  const counts = new Map<string, { readonly labels: Labels; count: number }>();
  return {
    add(labels: Labels) {
      const key = Object.values(labels).join('\n');
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { labels, count: 1 });
      else known.count += 1;
    },
    samples: (): Sample[] => [...counts.values()].map(({ labels, count }) => [labels, count]),
  };
}
