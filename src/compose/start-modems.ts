import { join } from 'node:path';
import type { ModemConfig } from '../config/schema.ts';
import type { ModemId } from '../domain/message.ts';
import { createModemListener } from '../gateway/listener.ts';
import { LocalModem } from '../modem/local-modem.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type Core, eventsAdded, type Undo } from './core.ts';

/** Every configured modem, each on its own from here on. Returns the simulated ones. */
export async function startModems(core: Core, undo: Undo): Promise<Map<ModemId, Simulator>> {
  const { config, folder, log, clock, store, otp, numbers, modems, edges, dispatcher } = core;
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
      edges.mqtt?.modemChanged(id);
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
  for (const modem of config.modems) {
    const port = modem.port === 'sim:' ? await simulatedPort(modem, folder, simulators) : modem.port;
    const { id, number = null, pin = null } = modem;
    const local = new LocalModem(
      { id, port, number, pin },
      { listener, pins: store.pins, log: log.child({ modem: id }), clock },
    );
    modems.set(id, local);
    lives.push(local.run(ended.signal));
  }
  for (const id of modems.keys()) edges.mqtt?.modemChanged(id);
  return simulators;
}

/** A line whose number is not configured is offered once its SIM has told it. */
export function offerNumbers({ config, modems, numbers, log }: Core): void {
  const numberOf = ({ id, number }: ModemConfig) => number ?? modems.get(id)?.state.number ?? null;
  try {
    numbers.sync(config.modems.map((modem) => ({ modem: modem.id, number: numberOf(modem), offer: modem.offer })));
  } catch (error) {
    log.error({ err: error }, 'the numbers on offer cannot be stored; they stay as they were');
  }
}

/** The link stays the same when the simulator's terminal does not. */
async function simulatedPort(
  { id, number }: ModemConfig,
  folder: string,
  simulators: Map<ModemId, Simulator>,
): Promise<string> {
  // Loaded only where it is wanted: a gateway with real modems needs no pseudo-terminals.
  const { startSimulator } = await import('../simulator/simulator.ts');
  const link = join(folder, `${id}.tty`);
  simulators.set(id, await startSimulator({ link, ...(number === undefined ? {} : { number }) }));
  return link;
}
