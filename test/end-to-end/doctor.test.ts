import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Cleanup, command, newFolder, startDaemon, startModems, until } from './processes.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

test('doctor and ports ask the running daemon, which holds the ports', async () => {
  const modems = await startModems(2, cleanup);
  const data = newFolder(cleanup);
  const config = {
    mqtt: { listen: '127.0.0.1:0' },
    modems: [
      { id: 'm1', port: modems.port(0) },
      { id: 'm2', port: modems.port(1) },
    ],
  };
  const daemon = await startDaemon(config, data, cleanup);
  await until('both modems', () => daemon.lines.filter(({ msg }) => msg === 'modem ready').length === 2);
  const flags = ['--json', '--data', data, '--config', join(data, 'config.yaml')];
  const doctor = async () => {
    const { code, stdout } = await command(['doctor', ...flags]);
    return {
      code,
      findings: JSON.parse(stdout).findings.map(({ code, subject }: Record<string, string>) => `${code} ${subject}`),
    };
  };
  expect(await doctor()).toEqual({ code: 0, findings: [] });
  const { stdout } = await command(['ports', ...flags]);
  const own = JSON.parse(stdout).filter(({ modem }: { modem: string | null }) => modem !== null);
  expect(own.map(({ modem, at }: { modem: string; at: { model: string } }) => `${modem} ${at.model}`)).toEqual([
    'm1 SIMULATOR',
    'm2 SIMULATOR',
  ]);
  await modems.ask({ op: 'fault', modem: 1, fault: { kind: 'registration', stat: 3 } });
  await modems.ask({ op: 'fault', modem: 0, fault: { kind: 'sim_removed' } });
  await until('the SIM to be missed', () => daemon.lines.some(({ code }) => code === 'sim.absent'));
  expect(await doctor()).toEqual({ code: 1, findings: ['sim.absent modem m1', 'network.denied modem m2'] });
  await daemon.stop();
}, 60_000);
