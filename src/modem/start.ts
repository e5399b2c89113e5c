import type { AtSession } from '../at/session.ts';
import type { ModemIdentity } from '../domain/modem-state.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { accepts, isUnknown, onceReady, optional, type Patience, whileSimBusy } from './asking.ts';
import {
  callerId,
  callType,
  echoOff,
  gsmCharacters,
  imei,
  information,
  manufacturer,
  model,
  numericErrors,
  pduMode,
  radioOn,
  readRadio,
  revision,
  wordResults,
} from './commands/basic.ts';
import { type Domain, domains, longOperatorNames, registration, reportRegistration } from './commands/network.ts';
import { plain } from './commands/reply.ts';
import { ownNumber, serviceCentre, setServiceCentre } from './commands/sim.ts';
import { type IndicationSetup, setUpIndications, storesReports } from './indication-setup.ts';
import { identifyLine, type LineIdentity } from './line-identity.ts';
import { numberOfSim } from './own-number.ts';
import type { Greeting, StartContext } from './start-context.ts';
import { type StorageSetup, setUpStorage, withReports } from './storage-setup.ts';
import { settlePin, unlockSim } from './unlock.ts';

/** A modem that is ready to receive and send. */
export interface Started extends IndicationSetup, LineIdentity {
  /** The line's own number, in E.164. */
  readonly number: string | null;
  readonly storage: StorageSetup;
  /** USSD is packed septets in hex, both ways. */
  readonly packedUssd: boolean;
  /** Those that the modem tells of, by itself or when asked. */
  readonly domains: readonly Domain[];
}

/** The first words with a modem: wakes it, and asks who it is. Throws `at.*`. */
export async function greetModem({ session, intervals }: Greeting): Promise<ModemIdentity> {
  await session.sync(intervals.greeting);
  for (const command of [echoOff, wordResults, numericErrors]) await accepts(session, command);
  return identify(session);
}

/** Everything that a modem needs to be told and asked once it was greeted, in the order that works. Tells `state` as it goes. Throws `sim.*`, `modem.no_sms`, `at.*`. */
export async function startModem(context: StartContext): Promise<Started> {
  const { session, profile, state } = context;
  const { line: lineBefore, smsc: smscBefore } = state.current;
  for (const line of profile.setUp) await accepts(session, plain(line, 3_000));
  const packedUssd = profile.plainUssd !== null && !(await accepts(session, plain(profile.plainUssd, 3_000)));
  const radio = await optional(session, readRadio);
  if (radio !== null && radio !== 1) await accepts(session, radioOn);
  await unlockSim(context);
  const patience: Patience = { clock: context.clock, signal: context.signal, waits: context.intervals.simBusy };
  const sim = await identifyLine(context, patience);
  const { line } = sim;
  settlePin(context, sim.card?.iccid ?? null);
  // Whose number another SIM has is known further on.
  state.update(lineBefore === null || lineBefore === line ? { line } : { line, number: null });
  await choosePduMode(context, patience);
  await accepts(session, gsmCharacters);
  const smsc = await findServiceCentre(context, { known: line === lineBefore ? smscBefore : null, patience });
  const number = numberOfSim(context, sim, await onceReady(session, ownNumber, patience));
  const received = await setUpStorage(session, profile.storages, patience);
  const indications = await setUpIndications(session, profile, { direct: context.direct, patience });
  const storage = storesReports(indications) ? await withReports(session, received, patience) : received;
  const reported = await reportDomains(context);
  for (const command of [callerId, callType, longOperatorNames]) await accepts(session, command);
  state.update({ smsc, number, storages: storage.swept });
  return { ...sim, number, storage, ...indications, packedUssd, domains: reported };
}

async function identify(session: AtSession): Promise<ModemIdentity> {
  const asked = {
    manufacturer: await optional(session, manufacturer),
    model: await optional(session, model),
    revision: await optional(session, revision),
    imei: await optional(session, imei),
  };
  if (asked.manufacturer !== null && asked.model !== null) return asked;
  const told = await optional(session, information);
  return {
    ...asked,
    manufacturer: asked.manufacturer ?? told?.manufacturer ?? null,
    model: asked.model ?? told?.model ?? null,
  };
}

/** Some modems forget it: one that this line is known to have had is set again. Null where there is none. */
async function findServiceCentre(
  { session }: StartContext,
  { known, patience }: { readonly known: string | null; readonly patience: Patience },
): Promise<string | null> {
  const found = await onceReady(session, serviceCentre, patience);
  if (found !== null || known === null) return found;
  return (await accepts(session, setServiceCentre(known))) ? known : null;
}

async function choosePduMode({ session }: StartContext, patience: Patience): Promise<void> {
  try {
    // Whatever it says while it starts may be over in a minute.
    await whileSimBusy(
      () => session.run(pduMode),
      patience,
      (error) => /^at\.(?:error|cme|cms)$/.test(error.code),
    );
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isUnknown(error)) throw error;
    throw new GatewayError('modem.no_sms', 'the modem refuses PDU mode', {
      hint: 'Some modules carry data only; check that this one can do SMS.',
      cause: error,
    });
  }
}

/** With location and technology where the modem can, else the change alone, else only when asked. 5G comes with LTE. */
async function reportDomains({ session }: StartContext): Promise<readonly Domain[]> {
  const known: Domain[] = [];
  for (const domain of domains) {
    if (domain === 'C5GREG' && !known.includes('CEREG')) continue;
    const isKnown =
      (await accepts(session, reportRegistration(domain, 2))) ||
      (await accepts(session, reportRegistration(domain, 1))) ||
      (await optional(session, registration(domain))) !== null;
    if (isKnown) known.push(domain);
  }
  return known;
}
