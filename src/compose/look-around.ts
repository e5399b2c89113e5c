import { examinationOf } from '../doctor/known-state.ts';
import { type PortReport, survey } from '../modem/discovery/survey.ts';
import type { LocalModem } from '../modem/local-modem.ts';
import type { PortAnswer } from '../modem/probe.ts';
import type { Ground } from './core.ts';

/** What the command `scan` tells: every port with what answers there, and each modem as it is. */
export function lookAround(ground: Pick<Ground, 'discovery' | 'modems'>) {
  return told(ground, true, examined);
}

/** The same from what is known already: no port is opened and no modem asked anything. */
export function recall(ground: Pick<Ground, 'discovery' | 'modems'>) {
  return told(ground, false, async ({ id, state }) => ({ id, state, examination: examinationOf(state) }));
}

async function told<T>(
  { discovery, modems }: Pick<Ground, 'discovery' | 'modems'>,
  asks: boolean,
  describe: (modem: LocalModem) => Promise<T>,
) {
  const found = await survey(discovery, { asks, identityOf: (id) => identityOf(modems.get(id)) });
  const known = new Set(found.flatMap(({ path, byId, byPath }) => [path, byId, byPath]));
  const others = [...modems.values()].filter(({ state }) => !known.has(state.port) && isAddress(state.port));
  return {
    ports: [...found, ...others.map(unlisted)],
    modems: await Promise.all([...modems.values()].map(describe)),
  };
}

/** A modem that is not ready says why in its state. */
async function examined(modem: LocalModem) {
  const { id, state } = modem;
  return { id, state, examination: state.phase === 'ready' ? await modem.examine().catch(() => null) : null };
}

/** Null while it does not answer. */
function identityOf(modem: Pick<LocalModem, 'state' | 'iccid'> | undefined): PortAnswer | null {
  if (modem === undefined) return null;
  const { phase, identity, problem } = modem.state;
  if (phase === 'absent' || phase === 'stopped' || problem?.code === 'at.timeout' || identity.imei === null)
    return null;
  return { model: identity.model, imei: identity.imei, iccid: modem.iccid };
}

function isAddress(port: string): boolean {
  return /^(?:\/|tcp:)/.test(port);
}

/** Not hardware of this machine: ser2net, pseudo-terminals. */
function unlisted(modem: LocalModem): PortReport {
  const { id, state } = modem;
  const nothing = { byId: null, byPath: null, usb: null, device: null, process: null, problem: null };
  const at = identityOf(modem);
  return { path: state.port, stablePath: state.port, ...nothing, accessible: true, modem: id, at };
}
