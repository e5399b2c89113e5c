import { connect, type MqttClient } from 'mqtt';
import type { Ms } from '../clock.ts';
import type { TlsFiles } from './link.ts';

export interface BrokerTrial {
  readonly url: string;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: TlsFiles | undefined;
}

/** `refused`: it answered and does not want us, with the reason code of CONNACK. */
export type TrialOutcome =
  | { readonly is: 'accepted' }
  | { readonly is: 'refused'; readonly reason: number; readonly isCredentials: boolean }
  | { readonly is: 'unreachable'; readonly problem: string };

const limit: Ms = 5_000;
/** MQTT 3.1.1 3.2.2.3 and MQTT 5.0 3.2.2.2: bad user name or password, not authorized. */
const credentials = new Set([0x04, 0x05, 0x86, 0x87]);

/** Connects once, with a clean session, and leaves at once. Never rejects. */
export function tryBroker({ url, tls, ...who }: BrokerTrial): Promise<TrialOutcome> {
  return new Promise((resolve) => {
    let client: MqttClient;
    try {
      client = connect(url, { ...options(who), ...tls });
    } catch (error) {
      return resolve({ is: 'unreachable', problem: textOf(error) });
    }
    const end = (outcome: TrialOutcome) => {
      clearTimeout(timer);
      client.end(true);
      resolve(outcome);
    };
    const timer = setTimeout(() => end({ is: 'unreachable', problem: 'it does not answer' }), limit);
    client.once('connect', () => end({ is: 'accepted' }));
    client.on('error', (error) => {
      const reason = 'code' in error && typeof error.code === 'number' ? error.code : null;
      if (reason === null) end({ is: 'unreachable', problem: textOf(error) });
      else end({ is: 'refused', reason, isCredentials: credentials.has(reason) });
    });
    client.once('close', () => end({ is: 'unreachable', problem: 'it closed the connection' }));
  });
}

function options({ clientId, username, password }: Omit<BrokerTrial, 'url' | 'tls'>) {
  return {
    clientId,
    clean: true,
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: limit,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  } as const;
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
