import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import about from '../../package.json' with { type: 'json' };
import { systemClock } from '../clock.ts';
import { type Daemon, startDaemon } from '../compose.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Api } from '../domain/account.ts';
import { asGatewayError } from '../errors.ts';
import { createLogger, type Logger } from '../log.ts';
import { type Observer, observe } from '../mqtt/observer.ts';
import type { CliContext } from './context.ts';
import messages from './demo-messages.json' with { type: 'json' };
import type { DemoOptions } from './options.ts';

const settings = {
  SIM2MQTT__GATEWAY: 'demo',
  SIM2MQTT__MODEMS__0__ID: 'sim1',
  SIM2MQTT__MODEMS__0__PORT: 'sim:',
  SIM2MQTT__MODEMS__0__NUMBER: '+14165551234',
  SIM2MQTT__MODEMS__0__OFFER: 'lease',
  SIM2MQTT__MODEMS__1__ID: 'sim2',
  SIM2MQTT__MODEMS__1__PORT: 'sim:',
  SIM2MQTT__MODEMS__1__NUMBER: '+16175550199',
  SIM2MQTT__MODEMS__1__OFFER: 'lease',
} as const;

/** Of the account that the demo's keys belong to. */
const demoPhone = '+14155550100';
const pause = 4000;

/** Two simulated SIMs, a broker of its own and a scratch data folder, until told to stop. Throws what the daemon throws. */
export async function demoCommand(options: DemoOptions, context: CliContext): Promise<void> {
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'sim2mqtt-demo-'));
  const config = loadConfig({ file: options.config, env: { ...settings, ...context.env } });
  const log = createLogger({ level: 'warn', write: context.stderr });
  let daemon: Daemon | undefined;
  let observer: Observer | undefined;
  try {
    daemon = await startOnFreePorts(config, folder, log);
    observer = await observe(daemon.mqttUrl, [`${config.mqtt.root}/#`], (topic, text) =>
      show(options, context, topic, text),
    );
    const keys = createKeys(daemon);
    if (options.json === true) context.stdout(`${JSON.stringify({ http: daemon.httpUrl, ...keys })}\n`);
    else context.stdout(greeting(config, daemon, { folder, ...keys }));
    await play(config, daemon, observer, context.signal);
  } finally {
    await observer?.close();
    await daemon?.stop();
    if (options.data === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The usual ports where they are free: a broker or another gateway may run on this machine. */
async function startOnFreePorts(config: Config, folder: string, log: Logger): Promise<Daemon> {
  try {
    return await startDaemon(config, folder, { log, version: about.version });
  } catch (error) {
    if (!['mqtt.refused', 'listen.failed'].includes(asGatewayError(error).code)) throw error;
    const anyPort = {
      mqtt: { ...config.mqtt, listen: '127.0.0.1:0' },
      http: { ...config.http, listen: '127.0.0.1:0' },
    };
    return await startDaemon({ ...config, ...anyPort }, folder, { log, version: about.version });
  }
}

interface Keys {
  /** Of the OP API, for a number leased to the demo's account; null where the configuration offers none. */
  readonly op: string | null;
  /** Of the Agent OTP API: it rents what is left. */
  readonly agentOtp: string;
}

/** An account of the demo's own, with a key for each API. */
function createKeys({ accounts, numbers }: Daemon): Keys {
  const actor = { account: null, via: 'cli' };
  const account = accounts.list().find(({ phone }) => phone === demoPhone) ?? accounts.add(demoPhone, 'paid', actor);
  const [free] = numbers.available();
  const held = numbers.mine(account.id)[0];
  const mailbox = held ?? (free?.offer === 'lease' ? numbers.lease(account, free.id, actor) : undefined);
  const key = (api: Api, box: number | null) =>
    accounts.createKey(account.id, { api, name: 'demo', mailbox: box }, actor).secret;
  return { op: mailbox === undefined ? null : key('op', mailbox.n), agentOtp: key('agent-otp', null) };
}

function greeting(
  config: Config,
  { mqttUrl, httpUrl }: Daemon,
  { folder, op, agentOtp }: Keys & { folder: string },
): string {
  const send = `${config.mqtt.root}/${config.gateway}/cmd/send`;
  const port = new URL(mqttUrl).port;
  return [
    'sim2mqtt demo: two simulated SIMs, nothing leaves this machine. Ctrl-C ends it.',
    `  MQTT   ${mqttUrl}   topics ${config.mqtt.root}/${config.gateway}/#`,
    `  HTTP   ${httpUrl}/docs  ${httpUrl}/readyz  ${httpUrl}/metrics`,
    `  data   ${folder}`,
    `  watch  mosquitto_sub -p ${port} -t '${config.mqtt.root}/#' -v`,
    `  send   mosquitto_pub -p ${port} -q 1 -t ${send} -m '{"to":"+14155550123","text":"hello"}'`,
    ...(op === null ? [] : [`  OP     curl ${httpUrl}/v1/messages -H 'Authorization: Bearer ${op}'`]),
    `  OTP    curl -X POST ${httpUrl}/api/v1/numbers/rent -H 'X-API-Key: ${agentOtp}' -H 'Content-Type: application/json' -d '{}'`,
    '',
    '',
  ].join('\n');
}

function show(options: DemoOptions, context: CliContext, topic: string, text: string): void {
  if (options.json === true) context.stdout(`${JSON.stringify({ topic, payload: parsed(text) })}\n`);
  else context.stdout(`${topic}\n    ${text}\n`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Messages arrive, over and over; after the second, one is sent by an MQTT command. */
async function play(config: Config, daemon: Daemon, observer: Observer, signal: AbortSignal): Promise<void> {
  const wait = () => systemClock.sleep(pause, signal).catch(() => {});
  const cmd = `${config.mqtt.root}/${config.gateway}/modem/sim2/cmd/send`;
  for (let turn = 0; !signal.aborted; turn++) {
    const message = messages[turn % messages.length];
    if (message !== undefined) daemon.simulators.get(message.modem)?.injectText(message);
    await wait();
    if (turn !== 1 || signal.aborted) continue;
    await observer.publish(
      cmd,
      JSON.stringify({ id: 'demo-1', to: '+14155550123', text: 'No hurry, I am here already.' }),
    );
    await wait();
  }
}
