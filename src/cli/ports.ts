import { join } from 'node:path';
import { dataFolder } from '../config/data-folder.ts';
import { loadConfig } from '../config/load.ts';
import { isAnswered } from '../http/control.ts';
import { createLogger } from '../log.ts';
import { Discovery } from '../modem/discovery/discovery.ts';
import { expectModem } from '../modem/discovery/finder.ts';
import { type PortReport, survey } from '../modem/discovery/survey.ts';
import { openPort } from '../modem/open-port.ts';
import { probe } from '../modem/probe.ts';
import type { CliContext } from './context.ts';
import { callDaemon } from './control-client.ts';
import type { PrintOptions } from './options.ts';

export interface PortsParts {
  /** Stands for `/` (tests). */
  readonly root?: string;
}

/** Lists the serial ports with what answers there, asked by the daemon where one runs; and devices that have none, with what to do. */
export async function portsCommand(options: PrintOptions, context: CliContext, parts: PortsParts = {}): Promise<void> {
  const reports = (await askDaemon(options, context)) ?? (await askHere(options, context, parts));
  if (options.json === true) context.stdout(`${JSON.stringify(reports)}\n`);
  else if (reports.length === 0) context.stdout('no serial port found\n');
  else context.stdout(reports.map(asText).join(''));
}

/** It holds ports that nobody else may open. Null where none runs. */
async function askDaemon(options: PrintOptions, context: CliContext): Promise<readonly PortReport[] | null> {
  const socket = join(dataFolder(options.data, context.env), 'control.sock');
  if (!(await isAnswered(socket))) return null;
  const reply = await callDaemon(socket, { name: 'scan', body: {} }, context.signal);
  return reply.ok && Array.isArray(reply.result.ports) ? reply.result.ports : null;
}

async function askHere(options: PrintOptions, context: CliContext, parts: PortsParts): Promise<readonly PortReport[]> {
  const log = createLogger({ level: 'error', write: context.stderr });
  const discovery = new Discovery({ log, ...parts });
  const modems = options.config === undefined ? [] : loadConfig({ file: options.config, env: context.env }).modems;
  for (const modem of modems) expectModem(discovery, modem);
  const found = await survey(discovery);
  const known = new Set(found.flatMap(({ path, byId, byPath }) => [path, byId, byPath]));
  const more: PortReport[] = [];
  for (const { id, port, baud: baudRate } of modems) {
    // ser2net, pseudo-terminals, links of one's own.
    if (!/^(?:\/|tcp:)/.test(port) || known.has(port) || context.signal.aborted) continue;
    const probed = await probe({ open: () => openPort(port, { baudRate }), log });
    more.push(plainReport(port, id, probed.is === 'answered' ? probed.answer : null));
  }
  return [...found, ...more];
}

function plainReport(path: string, modem: string, at: NonNullable<PortReport['at']> | null): PortReport {
  const nothing = { byId: null, byPath: null, usb: null, device: null, process: null, problem: null };
  return { path, stablePath: path, ...nothing, accessible: true, modem, at };
}

function asText(report: PortReport): string {
  const { usb, at, problem } = report;
  const facts = [
    usb === null ? null : usbText(usb),
    usb === null ? null : [usb.manufacturer, usb.product].filter((part) => part !== null).join(' '),
    report.device === null ? null : `known as ${report.device}`,
    report.stablePath === report.path ? null : report.stablePath,
    report.modem === null ? null : `modem ${report.modem} of this gateway`,
    report.process === null ? null : `used by ${report.process.name} (process ${report.process.pid})`,
    at === undefined ? null : answerText(at, report.heard),
    problem === null ? null : `${problemTexts[problem.code]}: ${problem.remedy}`,
  ];
  return `${report.path ?? 'no serial port'}\n${facts.map((fact) => (fact ? `  ${fact}\n` : '')).join('')}`;
}

function usbText({ vendorId, productId, interface: number, position }: NonNullable<PortReport['usb']>): string {
  return `usb ${vendorId}:${productId}${number === null ? '' : ` if${number}`} at ${position}`;
}

const problemTexts: Readonly<Record<NonNullable<PortReport['problem']>['code'], string>> = {
  permission: 'not accessible to this user',
  in_use: 'in use',
  hangs: 'does not open',
  no_driver: 'no driver',
  network_only: 'network only',
  disc: 'not switched yet',
  left_alone: 'left alone',
  baud: 'at another rate',
};

function answerText(at: (PortReport['at'] & object) | null, heard: PortReport['heard']): string {
  if (at === null)
    return `does not answer to AT${heard === undefined || heard === 'nothing' ? '' : `, but ${heardTexts[heard]}`}`;
  const card = at.iccid === null ? '' : `, ICCID ${at.iccid}`;
  return `answers to AT: ${at.model ?? 'unknown model'}, IMEI ${at.imei ?? '?'}${card}`;
}

const heardTexts = {
  echo: 'sends back what it is sent',
  positions: 'tells positions: it belongs to a GPS receiver',
  noise: 'says something else',
} as const;
