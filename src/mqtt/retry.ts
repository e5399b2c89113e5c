import type { Ms } from '../clock.ts';

export type MqttVersion = 4 | 5;

/**
 * How a connection ended. `unreachable`: never got there. `silent`: closed before CONNACK. `refused`: CONNACK with an error.
 * `lost`: had been connected for `lived`. `reason` is that of CONNACK or DISCONNECT, where one came.
 * `singled`: the broker was still there for others when it closed ours without a word.
 */
export interface Ending {
  readonly is: 'unreachable' | 'silent' | 'refused' | 'lost';
  readonly reason: number | null;
  readonly problem: string;
  readonly lived: Ms;
  readonly singled?: boolean;
}

/** What past attempts taught. `flaps`: how often in a row the broker closed our young connection, and ours alone. */
export interface RetryState {
  readonly version: MqttVersion;
  readonly failures: number;
  readonly silent: number;
  readonly flaps: number;
}

export interface Retry {
  readonly state: RetryState;
  readonly delay: Ms;
  /** Another client seems to use our client id: MQTT 3.1.1 has no word for that, and not every MQTT 5 broker says it. */
  readonly flapping: boolean;
}

export const sessionTakenOver = 0x8e;
export const packetTooLarge = 0x95;

const versionRefused = new Set([0x01, 0x84]);
const shortestDelay: Ms = 1_000;
const longestDelay: Ms = 30_000;
const slowDelay: Ms = 300_000;
const young: Ms = 30_000;
const silentBeforeFallback = 3;
const flapsBeforeSlow = 3;

export function freshRetry(version: MqttVersion): RetryState {
  return { version, failures: 0, silent: 0, flaps: 0 };
}

/** When and how to try again. `preferred` is what each outage starts with, so that a broker that learns MQTT 5 is noticed. */
export function retryAfter(state: RetryState, ending: Ending, preferred: MqttVersion, random = Math.random): Retry {
  const failed = { ...state, failures: state.failures + 1 };
  const wait = (next: RetryState): Retry => ({ state: next, delay: backOff(next.failures, random()), flapping: false });
  switch (ending.is) {
    case 'refused':
      if (state.version === 5 && ending.reason !== null && versionRefused.has(ending.reason))
        return { state: { ...state, version: 4 }, delay: 0, flapping: false };
      return wait({ ...failed, silent: 0 });
    case 'silent': {
      const silent = state.silent + 1;
      if (silent < silentBeforeFallback) return wait({ ...failed, silent });
      return wait({ ...failed, silent: 0, version: state.version === preferred ? 4 : preferred });
    }
    case 'unreachable':
      return wait({ ...failed, flaps: 0, silent: 0 });
    case 'lost':
      return afterLoss(state, ending, preferred, random());
  }
}

function afterLoss(state: RetryState, ending: Ending, preferred: MqttVersion, random: number): Retry {
  const suspicious = ending.singled === true && ending.lived < young;
  const flaps = suspicious ? state.flaps + 1 : 0;
  const flapping = flaps >= flapsBeforeSlow;
  return {
    state: { version: preferred, failures: 1, silent: 0, flaps },
    delay: flapping ? slowDelay : backOff(1, random),
    flapping,
  };
}

/** Doubles from 1 s to 30 s, each up to a third longer so that many gateways do not return at once. */
function backOff(failures: number, random: number): Ms {
  const base = shortestDelay * 2 ** Math.min(Math.max(failures - 1, 0), 5);
  return Math.min(base * (1 + random / 3), longestDelay);
}
