import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { dataFolder } from '../config/data-folder.ts';
import { checkConfig } from '../config/load.ts';
import type { ScanResult } from '../doctor/ask-daemon.ts';
import { freeBytes } from '../doctor/check-machine.ts';
import { type DoctorOptions, examineGateway } from '../doctor/doctor.ts';
import type { Finding } from '../doctor/finding.ts';
import { GatewayError } from '../errors.ts';
import { isAnswered } from '../http/control.ts';
import { createLogger } from '../log.ts';
import type { CliContext } from './context.ts';
import { callDaemon } from './control-client.ts';
import type { PrintOptions } from './options.ts';

export type DoctorParts = Partial<Pick<DoctorOptions, 'root' | 'now' | 'freeBytes' | 'intervals' | 'openPort'>>;

/** Every port of a big hub takes its time. */
const patience = 120_000;

/** Says what is wrong and how to mend it. Throws `doctor.findings` where anything is; advice is not wrong. */
export async function doctorCommand(
  options: PrintOptions,
  context: CliContext,
  parts: DoctorParts = {},
): Promise<void> {
  const folder = dataFolder(options.data, context.env);
  const findings = await examineGateway({
    check: checkConfig({ file: options.config, env: context.env }),
    folder,
    root: '/',
    now: systemClock.now(),
    freeBytes,
    log: createLogger({ level: 'error', write: context.stderr }),
    askDaemon: () => askDaemon(folder, context),
    ...parts,
  });
  const faults = findings.filter(({ severity }) => severity !== 'advice');
  if (options.json === true) context.stdout(`${JSON.stringify({ ok: faults.length === 0, findings })}\n`);
  else context.stdout(`${findings.map(asText).join('')}${faults.length === 0 ? 'nothing is wrong\n' : ''}`);
  if (faults.length === 0) return;
  throw new GatewayError('doctor.findings', faults.length === 1 ? '1 fault found' : `${faults.length} faults found`);
}

async function askDaemon(folder: string, context: CliContext): Promise<ScanResult | null> {
  const socket = join(folder, 'control.sock');
  if (!(await isAnswered(socket))) return null;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patience)]);
  const reply = await callDaemon(socket, { name: 'scan', body: {} }, signal);
  if (!reply.ok) throw new GatewayError(reply.error.code, reply.error.message);
  const { ports, modems } = reply.result as Partial<ScanResult>;
  return { ports: ports ?? [], modems: modems ?? [] };
}

function asText({ code, severity, subject, message, remedy }: Finding): string {
  return `${severity} ${code}  ${subject}: ${message}\n  → ${remedy}\n`;
}
