import type { Ms } from '../clock.ts';
import { freeBytes } from '../doctor/check-machine.ts';
import { type DoctorOptions, examineGateway } from '../doctor/doctor.ts';
import type { Finding } from '../doctor/finding.ts';
import { remembered } from '../doctor/remembered.ts';
import { newestNightly } from '../gateway/nightly-backup.ts';
import type { Core } from './core.ts';
import { recall } from './look-around.ts';

/** Whoever looks again sooner sees the same: a look reads every process of the machine. */
const lifetime: Ms = 2000;

/** What the doctor finds in the gateway that runs: no port is opened and no modem asked for it, and nothing is done until somebody asks. */
export function createFindings(
  core: Pick<Core, 'config' | 'folder' | 'clock' | 'log' | 'store' | 'discovery' | 'modems'>,
  broker: NonNullable<DoctorOptions['inside']>['broker'],
): () => Promise<readonly Finding[]> {
  const { config, folder, clock, log, store, discovery } = core;
  const look = () =>
    examineGateway({
      ...{ check: { ok: true, config }, folder, root: discovery.root, now: clock.now(), log, freeBytes },
      askDaemon: () => recall(core),
      inside: {
        broker,
        checkStore: () => store.check(),
        newestBackup: () => (config.backup.keep === 0 ? null : newestNightly(folder)),
      },
    });
  return remembered(look, clock, lifetime);
}
