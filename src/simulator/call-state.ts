import type { Ms } from '../clock.ts';
import type { Settings } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** One call that rings, as far as a gateway for messages cares. */
export interface CallState {
  readonly ringing: boolean;
  /** Rings every `interval` until it is rejected or `rings` are through. */
  ring(from: string, rings: number, interval: Ms): void;
  /** Ends it from either side. */
  end(announce: boolean): void;
}

export interface CallLine {
  readonly settings: Settings;
  unsolicited(...lines: readonly string[]): void;
}

export function createCallState(line: CallLine, timeline: Timeline): CallState {
  let cancel: (() => void) | null = null;
  const end = (announce: boolean): void => {
    if (cancel === null) return;
    cancel();
    cancel = null;
    if (announce) line.unsolicited('NO CARRIER');
  };
  return {
    get ringing() {
      return cancel !== null;
    },
    ring(from, rings, interval) {
      end(false);
      let left = rings;
      const once = (): void => {
        if (left-- <= 0) {
          end(true);
          return;
        }
        line.unsolicited(line.settings.crc === 1 ? '+CRING: VOICE' : 'RING');
        if (line.settings.clip === 1) line.unsolicited(`+CLIP: "${from}",${from.startsWith('+') ? 145 : 129},"",,"",0`);
        cancel = timeline.at(timeline.now() + interval, once);
      };
      cancel = () => undefined;
      once();
    },
    end,
  };
}
