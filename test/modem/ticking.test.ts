import { expect, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { LocalModem } from '../../src/modem/local-modem.ts';
import { ManualClock } from '../at/manual-clock.ts';
import { Recorder, startRig, until } from './rig.ts';

test('the life of a modem ticks with every command that ends, and owes nothing while its port is away', async () => {
  const rig = await startRig();
  await until(() => rig.modem.state.phase === 'ready', 'a ready modem');
  const first = rig.modem.tickedAt ?? 0;
  expect(first).toBeGreaterThan(0);
  await until(() => (rig.modem.tickedAt ?? 0) > first, 'the next command');
  await rig.simulator.close();
  await until(() => rig.modem.state.phase === 'absent', 'its absence');
  await until(() => rig.modem.tickedAt === null, 'nothing owed');
});

test('a port that never opens counts from when that began', async () => {
  const clock = new ManualClock();
  const modem = new LocalModem(
    { id: 'm1', port: '/dev/modem', number: null, pin: null },
    {
      listener: new Recorder(),
      pins: { wasTried: () => false, remember: () => {} },
      log: createLogger({ write: () => {} }),
      clock,
      openPort: () => new Promise(() => {}),
    },
  );
  expect(modem.tickedAt).toBeNull();
  void modem.run(new AbortController().signal);
  const began = clock.now();
  await clock.advance(400_000);
  expect(modem.tickedAt).toBe(began);
});
