import { join } from 'node:path';
import type { ModemConfig } from '../config/schema.ts';
import type { ModemState } from '../domain/modem-state.ts';
import { holdersOf } from '../modem/discovery/port-holders.ts';
import type { PortReport } from '../modem/discovery/survey.ts';
import type { Examination } from '../modem/examination.ts';
import { type Gathered, groupOf, siblingOf } from './gather.ts';
import type { ModemFacts } from './modem-facts.ts';
import { suspectOf } from './thieves.ts';

/** What the command `scan` of the daemon answers. */
export interface ScanResult {
  readonly ports: readonly PortReport[];
  readonly modems: readonly {
    readonly id: string;
    readonly state: ModemState;
    readonly examination: Examination | null;
  }[];
}

/** What the daemon said, as facts about the modems that it runs. */
export async function gatherFromDaemon(
  { ports, modems }: ScanResult,
  configured: readonly ModemConfig[],
  root: string,
): Promise<Gathered> {
  const facts: ModemFacts[] = [];
  for (const { id, state, examination } of modems) {
    const config = configured.find((modem) => modem.id === id);
    if (config === undefined || config.port === 'sim:') continue;
    const report = ports.find((port) => [port.path, port.byId, port.byPath].includes(state.port));
    const path = report?.path ?? (state.port.startsWith('/') ? state.port : null);
    const problem = problemOf(state);
    const process =
      path === null || state.phase === 'ready' ? null : ((await holdersOf([path], root)).get(path) ?? null);
    facts.push({
      ...{ id, address: config.port, path, examination, problem, process },
      suspect: problem === null || process !== null ? null : await suspectOf(report, root),
      sibling: siblingOf(report, ports),
      group: path === null ? null : await groupOf(join(root, path), root),
      number: config.number ?? null,
      hasServiceCentre: config.smsc !== undefined,
      isOffered: config.offer !== 'private',
      hasPin: config.pin !== undefined,
      ...{ isPinWrong: false, saysLowPower: false },
    });
  }
  return { ports, modems: facts };
}

/** Of a modem that is about to be ready nothing is wrong. */
function problemOf({ phase, problem }: ModemState): ModemFacts['problem'] {
  return phase === 'ready' || problem === null ? null : { code: problem.code, message: problem.message };
}
