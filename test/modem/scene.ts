import { createLogger } from '../../src/log.ts';
import { LocalModem, type LocalModemOptions } from '../../src/modem/local-modem.ts';
import { forgetfulSims } from '../../src/modem/sim-memory.ts';
import { MemoryOfPins, Recorder, until } from './rig.ts';
import { JumpingClock, type Reply, ScriptedModem } from './scripted-modem.ts';

const log = createLogger({ write: () => undefined });

export interface Scene {
  readonly script: ScriptedModem;
  readonly modem: LocalModem;
  readonly listener: Recorder;
  readonly clock: JumpingClock;
  stop(): Promise<void>;
}

/** A `LocalModem` on a scripted modem, in a time that jumps. */
export function play(
  answers: Readonly<Record<string, Reply>> | ((line: string) => Reply | undefined),
  options: Partial<LocalModemOptions> = {},
  pins = new MemoryOfPins(),
  sims = forgetfulSims(),
): Scene {
  const script = new ScriptedModem(answers);
  const listener = new Recorder();
  const clock = new JumpingClock();
  const modem = new LocalModem(
    { id: 'm1', port: '/dev/modem', number: null, pin: null, ...options },
    { listener, pins, sims, log, clock, openPort: script.openPort },
  );
  const life = new AbortController();
  const run = modem.run(life.signal);
  return {
    ...{ script, modem, listener, clock },
    async stop() {
      life.abort();
      await run;
    },
  };
}

export async function settled({ modem }: Scene): Promise<string> {
  await until(() => ['ready', 'failed'].includes(modem.state.phase), 'ready or failed');
  return modem.state.phase;
}
