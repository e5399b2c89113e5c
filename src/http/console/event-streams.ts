import type { FastifyReply } from 'fastify';
import type { Ms } from '../../clock.ts';
import type { LoggedEvent } from '../../domain/event.ts';
import type { ModemView } from '../../domain/gateway-view.ts';
import { GatewayError } from '../../errors.ts';
import type { LiveEvent, LiveEvents } from '../../gateway/live-events.ts';
import type { Who } from './ui-route.ts';
import { provedBy, type Visitor, type VisitorDeps } from './visitor.ts';
import { wireModem } from './wire.ts';

export interface EventStreamsDeps {
  readonly live: LiveEvents;
  readonly visitors: VisitorDeps;
  modems(): readonly ModemView[];
}

interface Stream {
  readonly visitor: Visitor;
  readonly reply: FastifyReply;
  stop(): void;
}

/** A browser has six connections to one server: four pages leave it two to ask with. */
const mostOfSession = 4;
const most: Readonly<Record<Who, number>> = { operator: 16, account: 64 };
/** A client that leaves so much unread is cut; it comes back and goes on from where it was. */
const mostUnread = 64 * 1024;
const beat: Ms = 15_000;

/** Server-sent events of what has just happened: one stream for each page that is open. */
export class EventStreams {
  readonly #deps: EventStreamsDeps;
  readonly #streams = new Set<Stream>();
  #beating: NodeJS.Timeout | undefined;

  constructor(deps: EventStreamsDeps) {
    this.#deps = deps;
  }

  /** `after`: the last event it had; null: from now on. Throws `limit.exceeded`. */
  open(visitor: Visitor, reply: FastifyReply, after: number | null): void {
    this.#checkRoom(visitor);
    const { live } = this.#deps;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.raw.setHeader('content-type', 'text/event-stream; charset=utf-8');
    // A proxy that collects what passes would hold events back.
    reply.raw.setHeader('x-accel-buffering', 'no');
    const stream: Stream = {
      visitor,
      reply,
      stop: () => {
        unwatch();
        this.#streams.delete(stream);
        if (this.#streams.size === 0) clearInterval(this.#beating);
        reply.raw.end();
      },
    };
    if (this.#streams.size === 0) this.#beating = setInterval(() => this.#beat(), beat);
    this.#streams.add(stream);
    reply.raw.once('close', () => stream.stop());
    this.#write(stream, frame('hello', {}, after ?? live.lastSeq()));
    const unwatch = live.watch(
      {
        events: (batch) => this.#tell(stream, batch),
        modem: (id) => this.#tellModem(stream, id),
        missed: (seq) => this.#write(stream, frame('missed', {}, seq)),
      },
      after,
    );
  }

  /** Ends the streams of a session that is over. */
  closeOf(session: string): void {
    for (const stream of [...this.#streams]) if (stream.visitor.session.id === session) stream.stop();
  }

  close(): void {
    for (const stream of [...this.#streams]) stream.stop();
  }

  #checkRoom({ who, session }: Visitor): void {
    const all = [...this.#streams].filter(({ visitor }) => visitor.who === who);
    const own = all.filter(({ visitor }) => visitor.session.id === session.id);
    if (own.length < mostOfSession && all.length < most[who]) return;
    throw new GatewayError('limit.exceeded', 'too many pages of the console are open', {
      transient: true,
      details: { retry_after: 30 },
      hint: 'close one of them',
    });
  }

  #tell(stream: Stream, batch: readonly LiveEvent[]): void {
    if (!this.#holds(stream)) return;
    const { visitor } = stream;
    const own =
      visitor.who === 'operator' ? batch : batch.filter(({ readers }) => readers.includes(visitor.session.account.id));
    const frames = own.map(({ event, message }) =>
      frame(message === null ? 'gateway' : 'message', dataOf(event, message), event.seq),
    );
    if (frames.length > 0) this.#write(stream, frames.join(''));
  }

  #tellModem(stream: Stream, id: string): void {
    const modem = this.#deps.modems().find((each) => each.id === id);
    if (stream.visitor.who !== 'operator' || modem === undefined || !this.#holds(stream)) return;
    this.#write(stream, frame('modem', wireModem(modem)));
  }

  #beat(): void {
    for (const stream of [...this.#streams]) if (this.#holds(stream)) this.#write(stream, ': still here\n\n');
  }

  /** Whether its session is not over by now; a stream whose session is ends here. */
  #holds(stream: Stream): boolean {
    const { who, secret } = stream.visitor;
    if (provedBy(this.#deps.visitors, who, secret) !== undefined) return true;
    this.#write(stream, frame('signed-out', {}));
    stream.stop();
    return false;
  }

  #write({ reply: { raw } }: Stream, text: string): void {
    if (raw.writableLength > mostUnread) raw.destroy();
    else raw.write(text);
  }
}

/** Enough to say it and to know what to read again; the text is read like any other. */
function dataOf({ modem, body }: LoggedEvent, message: string | null): object {
  const peer = 'from' in body ? body.from : 'to' in body ? body.to : null;
  const words = body.type === 'alert' ? { text: body.message, hint: body.hint ?? null } : {};
  const ussd = body.type === 'ussd' ? { text: body.text } : {};
  const subject = 'subject' in body ? { subject: body.subject } : {};
  return { type: body.type, message, modem, peer, ...words, ...ussd, ...subject };
}

function frame(event: string, data: object, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
