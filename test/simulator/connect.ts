import { onTestFinished } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { type Client, openClient } from './client.ts';

/** A simulator with a client on it, echo off and +CMEE=1; both end with the test. */
export async function connect(options: SimulatorOptions = {}): Promise<{ simulator: Simulator; client: Client }> {
  const simulator = await startSimulator(options);
  const client = await openClient(simulator.path);
  onTestFinished(async () => {
    await client.close();
    await simulator.close();
  });
  await client.say('ATE0');
  await client.say('AT+CMEE=1');
  return { simulator, client };
}
