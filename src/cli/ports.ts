import { loadConfig } from '../config/load.ts';
import { type SerialPortEntry, scanPorts } from '../modem/port-scan.ts';
import type { PortAnswer } from '../modem/probe.ts';
import type { CliContext } from './context.ts';
import type { PrintOptions } from './options.ts';

export interface PortsParts {
  readonly scan?: () => Promise<readonly SerialPortEntry[]>;
  /** Asks one port; never rejects. Absent: the ports are listed unasked. */
  readonly probe?: (path: string, signal: AbortSignal) => Promise<PortAnswer | null>;
}

/** Lists the serial ports, and with a configuration those it names beside them; one that may not be opened is not asked. */
export async function portsCommand(options: PrintOptions, context: CliContext, parts: PortsParts = {}): Promise<void> {
  const ports = [...(await (parts.scan ?? scanPorts)())];
  if (options.config !== undefined) ports.push(...configuredPorts(options.config, context, ports));
  const asked: (SerialPortEntry & { at?: PortAnswer | null })[] = [];
  // One after the other: ports of one modem disturb each other.
  for (const port of ports) {
    const { probe } = parts;
    const ask = probe !== undefined && port.accessible && !context.signal.aborted;
    asked.push(ask ? { ...port, at: await probe(port.path, context.signal) } : port);
  }
  if (options.json === true) context.stdout(`${JSON.stringify(asked)}\n`);
  else if (asked.length === 0) context.stdout('no serial port found\n');
  else context.stdout(asked.map(asText).join(''));
}

/** Those of the configuration that are no hardware of this machine: ser2net, pseudo-terminals, links of one's own. */
function configuredPorts(file: string, context: CliContext, found: readonly SerialPortEntry[]): SerialPortEntry[] {
  const known = new Set(found.flatMap(({ path, byId, byPath }) => [path, byId, byPath]));
  return loadConfig({ file, env: context.env })
    .modems.map(({ port }) => port)
    .filter((port) => port !== 'sim:' && !known.has(port))
    .map((path) => ({ path, stablePath: path, byId: null, byPath: null, usb: null, accessible: true }));
}

function asText(port: SerialPortEntry & { at?: PortAnswer | null }): string {
  const { usb, at } = port;
  const facts = [
    usb === null ? null : `usb ${usb.vendorId}:${usb.productId} if${usb.interface ?? '?'} at ${usb.position}`,
    usb === null ? null : [usb.manufacturer, usb.product].filter((part) => part !== null).join(' '),
    port.stablePath === port.path ? null : port.stablePath,
    port.accessible ? null : 'not accessible to this user (group dialout?)',
    at === undefined ? null : answerText(at),
  ];
  return `${port.path}\n${facts.map((fact) => (fact ? `  ${fact}\n` : '')).join('')}`;
}

function answerText(at: PortAnswer | null): string {
  return at === null
    ? 'does not answer to AT'
    : `answers to AT: ${at.model ?? 'unknown model'}, IMEI ${at.imei ?? '?'}`;
}
