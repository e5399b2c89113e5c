import { isSameSim, type LineIdentity } from './line-identity.ts';
import type { StartContext } from './start-context.ts';

type Context = Pick<StartContext, 'id' | 'number' | 'isBySim' | 'sims' | 'listener'>;

/**
 * The number of this SIM, in E.164. A configured one is that of the SIM which was in the modem when it was named, and goes where that SIM goes;
 * any other SIM has the one that was configured for it elsewhere, or what it tells itself (`told`, perhaps out of date), or none.
 */
export function numberOfSim(context: Context, sim: LineIdentity, told: string | null): string | null {
  return context.number === null ? unconfigured(context, sim, told) : configured(context, context.number, sim, told);
}

function unconfigured({ id, sims }: Context, sim: LineIdentity, told: string | null): string | null {
  const before = sims.simOf(id);
  // Taken out of the configuration. A SIM that went to another modem took its number along.
  const isStill = before !== null && isSameSim(before.line, sim);
  if (isStill && before.number !== null && sims.numberOf(before.line) === before.number)
    sims.keepNumber(before.line, null);
  if (before?.line !== sim.line || before.number !== null) sims.keepSim(id, { line: sim.line, number: null });
  return sims.numberOf(sim.line) ?? told;
}

function configured(context: Context, number: string, sim: LineIdentity, told: string | null): string | null {
  const { id, sims, listener, isBySim } = context;
  const { line } = sim;
  const before = sims.simOf(id);
  const isNew = before?.number !== number || (isBySim && before.line !== line);
  const known = sims.numberOf(line);
  if (isNew || isSameSim(before.line, sim) || known === number || told === number) {
    if (isNew || before.line !== line) sims.keepSim(id, { line, number });
    if (known !== number) sims.keepNumber(line, number);
    if (told !== null && told !== number && sims.doubt(line, number)) listener.alert(id, contradicted);
    return number;
  }
  const own = known ?? told;
  if (sims.doubt(line, number)) listener.alert(id, own === null ? unknown : another);
  return own;
}

const contradicted = {
  code: 'number_doubtful',
  message: 'the SIM names another number than the configured one, which is used',
  hint: 'Check `number` of this modem. What a SIM names itself may be out of date, as after its number was changed.',
};
const hint =
  'Set `number` of this modem to that of the SIM in it. If it is right as it is, take it out, start once without it, and set it again.';
const another = {
  code: 'sim_changed',
  message: 'another SIM is in the modem: it has its own number, not the configured one',
  hint,
};
const unknown = {
  code: 'sim_changed',
  message: 'another SIM is in the modem: whose number it has is not known, and the configured one is not used for it',
  hint,
};
