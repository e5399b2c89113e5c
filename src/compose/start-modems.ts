import { join } from 'node:path';
import type { Config, ModemConfig } from '../config/schema.ts';
import type { ModemId } from '../domain/message.ts';
import { createModemListener } from '../gateway/listener.ts';
import { createFinder } from '../modem/discovery/finder.ts';
import { LocalModem } from '../modem/local-modem.ts';
import { familyNamed } from '../modem/profiles/families.ts';
import type { RecoveryHooks } from '../modem/recovery/recovery.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type Core, eventsAdded, modemChanged, type Undo } from './core.ts';

/** Every configured modem, each on its own from here on. Returns the simulated ones. */
export async function startModems(core: Core, undo: Undo): Promise<Map<ModemId, Simulator>> {
  const { config, folder, log, clock, store, otp, numbers, modems, dispatcher, discovery } = core;
  const simulators = new Map<ModemId, Simulator>();
  const listener = createModemListener({
    store,
    otp,
    numbers,
    clock,
    modems,
    committed: () => eventsAdded(core),
    stateChanged: (id) => {
      offerNumbers(core);
      modemChanged(core, id);
      dispatcher.wake();
    },
  });
  const ended = new AbortController();
  const lives: Promise<void>[] = [];
  undo.push(async () => {
    ended.abort();
    await Promise.all(lives);
    for (const simulator of simulators.values()) await simulator.close();
  });
  for (const { id, baud } of config.modems) discovery.rates.configure(id, baud);
  const finders = new Map(config.modems.map(({ id, port }) => [id, createFinder(discovery, id, port)]));
  for (const modem of config.modems) {
    const port = modem.port === 'sim:' ? await simulatedPort(modem, folder, simulators) : modem.port;
    const { id, number = null, pin = null, direct, calls, smsc = null, balance_ussd: balanceUssd = null } = modem;
    const family = modem.profile === undefined ? {} : { profile: familyNamed(modem.profile) };
    const local = new LocalModem(
      { id, port, number, pin, direct, calls, smsc, balanceUssd, ...family },
      {
        ...{ listener, pins: store.pins, sims: store.sims, memory: store.recovery, hooks: hooksOf(config, modem) },
        ...{ log: log.child({ modem: id }), clock, finder: finders.get(id) ?? null },
      },
    );
    modems.set(id, local);
    lives.push(local.run(ended.signal));
  }
  for (const id of modems.keys()) modemChanged(core, id);
  return simulators;
}

/** An empty command is none. */
function hooksOf({ recovery }: Config, { power_command }: ModemConfig): RecoveryHooks {
  const given = (command: readonly string[]) => (command.length === 0 ? null : command);
  return { usb: given(recovery.usb_command), power: given(power_command) };
}

/** A line whose number is not configured is offered once its SIM has told it; one whose SIM was changed for another, under that one's number. */
export function offerNumbers({
  config,
  modems,
  numbers,
  log,
}: Pick<Core, 'config' | 'modems' | 'numbers' | 'log'>): void {
  const numberOf = ({ id, number }: ModemConfig) => {
    const modem = modems.get(id);
    return modem === undefined ? (number ?? null) : modem.state.number;
  };
  const isForeign = (modem: ModemConfig) => modem.number !== undefined && numberOf(modem) === null;
  try {
    const lines = config.modems.filter((modem) => !isForeign(modem));
    numbers.sync(lines.map((modem) => ({ modem: modem.id, number: numberOf(modem), offer: modem.offer })));
  } catch (error) {
    log.error({ err: error }, 'the numbers on offer cannot be stored; they stay as they were');
  }
}

/** The link stays the same when the simulator's terminal does not. */
async function simulatedPort(
  { id, number, profile = 'generic' }: ModemConfig,
  folder: string,
  simulators: Map<ModemId, Simulator>,
): Promise<string> {
  // Loaded only where it is wanted: a gateway with real modems needs no pseudo-terminals.
  const [{ startSimulator }, { simulatedFamily }] = await Promise.all([
    import('../simulator/simulator.ts'),
    import('../simulator/profiles/families.ts'),
  ]);
  const link = join(folder, `${id}.tty`);
  simulators.set(
    id,
    await startSimulator({ link, profile: simulatedFamily(profile), ...(number === undefined ? {} : { number }) }),
  );
  return link;
}
