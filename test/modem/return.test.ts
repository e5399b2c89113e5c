import { expect, test } from 'vitest';
import { type ErrorCode, GatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { LocalModem } from '../../src/modem/local-modem.ts';
import { MemoryOfPins, Recorder, until } from './rig.ts';
import { JumpingClock, ScriptedModem } from './scripted-modem.ts';

const log = createLogger({ write: () => undefined });

test.each<[string, string, ErrorCode]>([
  ['a port behind a socket that nobody listens on', 'tcp://127.0.0.1:4001', 'port.missing'],
  ['a port that another program looks into', '/dev/modem', 'port.busy'],
])('%s is ready within 20 s of its return, however long it was away', async (_, port, code) => {
  for (const away of [82_000, 95_000, 111_000, 124_000, 150_000]) {
    const script = new ScriptedModem();
    const clock = new JumpingClock();
    const back = clock.now() + away;
    let openedAt = 0;
    const modem = new LocalModem(
      { id: 'm1', port, number: null, pin: null },
      {
        ...{ listener: new Recorder(), pins: new MemoryOfPins(), log, clock },
        openPort: async () => {
          if (clock.now() < back) throw new GatewayError(code, 'not there', { transient: true });
          openedAt ||= clock.now();
          return await script.openPort();
        },
      },
    );
    const life = new AbortController();
    const run = modem.run(life.signal);
    await until(() => modem.state.phase === 'ready');
    life.abort();
    await run;
    // Its start takes the rest.
    expect(openedAt - back).toBeLessThanOrEqual(10_000);
  }
});
