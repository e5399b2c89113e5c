import { type SerialPortEntry, scanPorts } from '../modem/port-scan.ts';
import type { CliContext } from './context.ts';
import type { PrintOptions } from './options.ts';

/** What an AT channel said when asked; null where nothing answered. */
export interface PortAnswer {
  readonly imei: string | null;
  readonly model: string | null;
}

export interface PortsParts {
  readonly scan?: () => Promise<readonly SerialPortEntry[]>;
  /** Asks one port; never rejects. Absent: the ports are listed unasked. */
  readonly probe?: (path: string, signal: AbortSignal) => Promise<PortAnswer | null>;
}

/** Lists the serial ports; one that may not be opened is not asked. */
export async function portsCommand(options: PrintOptions, context: CliContext, parts: PortsParts = {}): Promise<void> {
  const ports = await (parts.scan ?? scanPorts)();
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
