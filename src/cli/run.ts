import { flushCompileCache } from 'node:module';
import about from '../../package.json' with { type: 'json' };
import { type Daemon, startDaemon } from '../compose.ts';
import { dataFolder } from '../config/data-folder.ts';
import { loadConfig } from '../config/load.ts';
import { asGatewayError } from '../errors.ts';
import { createLogger, type Logger } from '../log.ts';
import { createSystemdLink } from '../systemd.ts';
import type { CliContext } from './context.ts';
import type { RunOptions } from './options.ts';

/** The daemon until it is told to stop. Throws what keeps it from starting. */
export async function runCommand(options: RunOptions, context: CliContext): Promise<void> {
  const config = loadConfig({ file: options.config, env: context.env });
  const folder = dataFolder(options.data, context.env);
  const journald = context.env.JOURNAL_STREAM !== undefined;
  const log = createLogger({ ...config.log, journald, write: context.stdout });
  const daemon = await startDaemon(config, folder, { log, version: about.version });
  log.info(
    { version: about.version, mqtt: daemon.mqttUrl, http: daemon.httpUrl, modems: config.modems.length },
    'started',
  );
  const systemd = createSystemdLink({ env: context.env, log, alive: () => isAlive(daemon) });
  await systemd.ready(`${config.modems.length} modems, ${daemon.mqttUrl}`);
  // Written at exit otherwise, which kill -9 and a power cut never reach.
  flushCompileCache();
  const reload = () => reloadRules(daemon, options, context, log);
  process.on('SIGHUP', reload);
  await aborted(context.signal);
  process.off('SIGHUP', reload);
  log.info('stopping');
  await systemd.stopping();
  await daemon.stop();
  log.info('stopped');
}

/** Of a configuration that is wrong now nothing is taken over. */
function reloadRules(daemon: Daemon, options: RunOptions, context: CliContext, log: Logger): void {
  try {
    daemon.reloadRules(loadConfig({ file: options.config, env: context.env }).otp);
    log.info('the rules for one-time codes were read again');
  } catch (error) {
    log.error({ err: error }, 'the rules for one-time codes stay as they were');
  }
}

/** That this runs shows that timers do; a write, that the rest can go on. A full disk is no reason for a new start: that would not get further. */
function isAlive(daemon: Daemon): boolean {
  try {
    daemon.checkAlive();
    return true;
  } catch (error) {
    return asGatewayError(error).transient;
  }
}

/** Resolves once the signal is aborted. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
