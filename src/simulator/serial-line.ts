import type { Ms } from '../clock.ts';
import type { PtyLine } from './pty-line.ts';
import { type Timeline, tolerance } from './timeline.ts';

/** A line that carries octets no faster than its rate, in both directions. */
export interface SerialLine {
  /** Puts octets behind those already on their way, not before `notBefore`. Returns when the last of them is through. */
  send(data: Uint8Array, notBefore: Ms, options?: SendOptions): Ms;
  /** When a chunk a client wrote just now has come in: `start` and the time for each octet after it. */
  arrival(octets: number): { readonly start: Ms; readonly perOctet: Ms };
  /** Forgets what is still on its way out. */
  cut(): void;
}

export interface SendOptions {
  /** Handed to the client in pieces of so many octets at most, each on its own tick. */
  readonly pieces?: number;
}

interface Segment {
  readonly data: Uint8Array;
  readonly start: Ms;
  readonly perOctet: Ms;
  readonly pieces: number;
  sent: number;
}

/** In the middle of an answer octets go out this often; its end is always met exactly. */
const grain: Ms = 4;
/** Between two pieces of a split answer. */
const pieceGap: Ms = 1;

/** `baud` 0 means not paced. Ten bits an octet (8N1). */
export function createSerialLine(line: () => PtyLine | null, baud: number, timeline: Timeline): SerialLine {
  const octetTime: Ms = baud > 0 ? 10_000 / baud : 0;
  const queue: Segment[] = [];
  let freeOut: Ms = 0;
  let freeIn: Ms = 0;
  let cancelTick: (() => void) | null = null;

  const tick = (): void => {
    cancelTick = null;
    for (let segment = queue[0]; segment !== undefined; segment = queue[0]) {
      const now = timeline.now();
      const due = dueOctets(segment, now);
      if (due > segment.sent) {
        line()?.write(segment.data.subarray(segment.sent, due));
        segment.sent = due;
      }
      if (segment.sent < segment.data.length) {
        cancelTick = timeline.at(nextDue(segment, now), tick);
        return;
      }
      queue.shift();
    }
  };

  return {
    send(data, notBefore, options = {}) {
      const start = Math.max(notBefore, freeOut);
      const pieces = options.pieces ?? 0;
      const perOctet = pieces > 0 ? Math.max(octetTime, pieceGap) : octetTime;
      queue.push({ data, start, perOctet, pieces, sent: 0 });
      freeOut = start + data.length * perOctet;
      if (cancelTick === null) tick();
      return freeOut;
    },
    arrival(octets) {
      const start = Math.max(timeline.now(), freeIn);
      freeIn = start + octets * octetTime;
      return { start, perOctet: octetTime };
    },
    cut() {
      cancelTick?.();
      cancelTick = null;
      queue.length = 0;
      freeOut = 0;
    },
  };
}

function dueOctets(segment: Segment, now: Ms): number {
  const elapsed = now + tolerance - segment.start;
  if (elapsed < 0) return 0;
  const due = segment.perOctet === 0 ? segment.data.length : Math.floor(elapsed / segment.perOctet);
  const limit = segment.pieces > 0 ? Math.min(due, segment.sent + segment.pieces) : due;
  return Math.min(segment.data.length, limit);
}

function nextDue(segment: Segment, now: Ms): Ms {
  if (now + tolerance < segment.start) return segment.start;
  const end = segment.start + segment.data.length * segment.perOctet;
  return Math.min(end, now + (segment.pieces > 0 ? pieceGap : grain));
}
