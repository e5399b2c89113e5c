import { connect } from 'node:net';
import type { Ms } from '../clock.ts';

const timeout: Ms = 1_000;
const ports: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };

/** Whether somebody listens where a broker URL points. Opens a TCP connection and closes it; never rejects. */
export function acceptsConnections(url: string, signal: AbortSignal): Promise<boolean> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const socket = connect({ host, port: Number(port) || (ports[protocol] ?? 0) });
    const end = (accepted: boolean) => {
      signal.removeEventListener('abort', fail);
      socket.destroy();
      resolve(accepted);
    };
    const fail = () => end(false);
    socket.once('connect', () => end(true));
    socket.once('error', fail);
    socket.setTimeout(timeout, fail);
    signal.addEventListener('abort', fail, { once: true });
  });
}
