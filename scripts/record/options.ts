import { parseArgs } from 'node:util';
import { asGatewayError, GatewayError } from '../../src/errors.ts';

export const help = `Records what a modem answers, made anonymous, as a transcript for the tests.

Usage: scripts/record-modem --port PORT [options]

  --port PORT       /dev/ttyUSB2, /dev/serial/by-id/… or tcp://host:port; \`scripts/sim2mqtt ports\` lists those that answer
  --family NAME     the family it is of, as sim800; a new name for one that nobody knows yet. Default: what it says of itself
  --out DIR         folder that the transcript goes to, in a folder of its family. Default: recordings
  --baud N          rate of a real UART. Default: 115200
  --listen SECONDS  how long to wait for lines that come by themselves, 0 to 3600. Default: 20
  --send-to NUMBER  also send one message, "sim2mqtt", to this number (+ and digits). It costs what a message costs
  --help

It asks what the gateway asks. It gives no PIN, deletes nothing, sends nothing without --send-to, and puts settings back as it
found them. Stored messages count as read afterwards. Nothing leaves this machine: the transcript is a file, and it is shown.

Exit status: 0 recorded, 1 not or not to the end, 2 wrong usage.
`;

export interface RecordOptions {
  readonly port: string;
  readonly family: string | undefined;
  readonly out: string;
  readonly baudRate: number;
  /** Seconds. */
  readonly listen: number;
  readonly sendTo: string | undefined;
}

/** Null: help is wanted. Throws `usage`. */
export function readOptions(args: readonly string[]): RecordOptions | null {
  const { values } = parsed(args);
  if (values.help === true) return null;
  const { port = '', family, out, 'send-to': sendTo } = values;
  if (!/^(?:\/|tcp:\/\/)/.test(port)) throw usage('--port takes a path as /dev/ttyUSB2, or tcp://host:port');
  if (family !== undefined && !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(family)) {
    throw usage('--family takes small letters and digits, with hyphens between');
  }
  if (sendTo !== undefined && !/^\+[1-9]\d{6,14}$/.test(sendTo)) throw usage('--send-to takes + and 7 to 15 digits');
  return {
    ...{ port, family, out, sendTo },
    baudRate: numberOf('--baud', values.baud, [300, 4_000_000]),
    listen: numberOf('--listen', values.listen, [0, 3600]),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        family: { type: 'string' },
        out: { type: 'string', default: 'recordings' },
        baud: { type: 'string', default: '115200' },
        listen: { type: 'string', default: '20' },
        'send-to': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usage(asGatewayError(error).message);
  }
}

function numberOf(name: string, text: string, [least, most]: readonly [number, number]): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) throw usage(`${name} takes a number from ${least} to ${most}`);
  return number;
}

function usage(message: string): GatewayError {
  return new GatewayError('usage', message, { hint: 'scripts/record-modem --help' });
}
