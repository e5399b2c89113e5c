import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simulatedFamily } from '../../src/simulator/profiles/families.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { openClient } from '../simulator/client.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Recorded {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The script as a user runs it; `meanwhile` is told what it says. */
export async function recordModem(
  args: readonly string[],
  meanwhile: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Recorded> {
  const child = spawn(join(root, 'scripts/record-modem'), args, {
    cwd: '/',
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    meanwhile(text, (signal) => child.kill(signal));
  });
  const status = await new Promise<number | null>((done) => child.once('close', done));
  return { status, stdout, stderr };
}

/** Files below a folder, by their path in it. */
export function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** What is nobody's business. */
export const secrets = {
  imei: '356938035643809',
  imsi: '234157700900123',
  iccid: '8944110068256270054',
  number: '+447700900456',
  smsc: '+447785016005',
  senders: ['+4915112345678', '+33698765432'],
  texts: ['Your code is 84736251', 'Привет, Мария', 'pin 92746183'],
};

const { imei, imsi, iccid, number, smsc } = secrets;

/** A simulated modem that holds messages, its settings unlike those of a start. */
export async function ownedModem(family: string) {
  const simulator = await startSimulator({ profile: simulatedFamily(family), imei, imsi, iccid, number, smsc });
  const [code, hello, pin] = secrets.texts as [string, string, string];
  const [first, second] = secrets.senders as [string, string];
  simulator.injectText({ from: first, text: code });
  simulator.injectText({ from: second, text: hello });
  simulator.injectText({ from: 'Lloyds', text: `Dear Mr Smith, ${pin}. ${'Call us. '.repeat(20)}` });
  const client = await openClient(simulator.path);
  for (const line of ['ATE0', 'AT+CMEE=2', 'AT+CREG=1', 'AT+CNMI=1,1,0,0,0', 'ATE1']) await client.say(line);
  await client.close();
  return simulator;
}

export type OwnedModem = Awaited<ReturnType<typeof ownedModem>>;

/** Whatever can be read of how it is set. */
export async function settingsOf(simulator: OwnedModem): Promise<readonly string[]> {
  const client = await openClient(simulator.path);
  const names = [
    'CMEE',
    'CNMI',
    'CPMS',
    'CREG',
    'CGREG',
    'CEREG',
    'CMMS',
    'CSMS',
    'CGSMS',
    'CMGF',
    'CSCS',
    'CLIP',
    'CRC',
    'CFUN',
  ];
  const said: string[] = [];
  for (const name of names) said.push(await client.say(`AT+${name}?`));
  await client.close();
  return said;
}
