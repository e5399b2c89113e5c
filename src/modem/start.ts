import type { AtSession } from '../at/session.ts';
import type { LineId } from '../domain/message.ts';
import type { ModemIdentity } from '../domain/modem-state.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { accepts, isRefusal, onceReady, optional, type Patience, whileSimBusy } from './asking.ts';
import { type Card, readCard } from './card.ts';
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
import { type Domain, domains, longOperatorNames, reportRegistration } from './commands/network.ts';
import { plain } from './commands/reply.ts';
import { imsi, ownNumber, serviceCentre, setServiceCentre } from './commands/sim.ts';
import { type IndicationSetup, setUpIndications } from './indication-setup.ts';
import type { Greeting, StartContext } from './start-context.ts';
import { type StorageSetup, setUpStorage } from './storage-setup.ts';
import { unlockSim } from './unlock.ts';

/** A modem that is ready to receive and send. */
export interface Started extends IndicationSetup {
  readonly line: LineId;
  /** The line's own number, in E.164. */
  readonly number: string | null;
  /** Null where no command tells the ICCID. */
  readonly card: Card | null;
  readonly storage: StorageSetup;
  /** USSD is packed septets in hex, both ways. */
  readonly packedUssd: boolean;
  /** Those that the modem reports changes of. */
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
  const { line, card } = await identifyLine(context, patience);
  state.update({ line });
  await choosePduMode(context, patience);
  await accepts(session, gsmCharacters);
  const smsc = await findServiceCentre(context, { known: line === lineBefore ? smscBefore : null, patience });
  const number = context.number ?? (await onceReady(session, ownNumber, patience));
  const storage = await setUpStorage(session, profile.storages, patience);
  const indications = await setUpIndications(session, profile, { direct: context.direct, patience });
  const reported = await reportDomains(context);
  for (const command of [callerId, callType, longOperatorNames]) await accepts(session, command);
  state.update({ smsc, number, storages: storage.swept });
  return { line, number, card, storage, ...indications, packedUssd, domains: reported };
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

async function identifyLine(context: StartContext, patience: Patience): Promise<Pick<Started, 'line' | 'card'>> {
  const card = await readCard(context, patience);
  if (card !== null) return { line: card.iccid, card };
  const subscriber = await onceReady(context.session, imsi, patience);
  return { line: subscriber === null ? `modem:${context.id}` : `imsi:${subscriber}`, card };
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
    await whileSimBusy(() => session.run(pduMode), patience);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isRefusal(error) || error.code === 'at.timeout') throw error;
    throw new GatewayError('modem.no_sms', 'the modem refuses PDU mode', {
      hint: 'Some modules carry data only; check that this one can do SMS.',
      cause: error,
    });
  }
}

/** With location and technology where the modem can, else the change alone. */
async function reportDomains({ session }: StartContext): Promise<readonly Domain[]> {
  const reported: Domain[] = [];
  for (const domain of domains) {
    const taken =
      (await accepts(session, reportRegistration(domain, 2))) ||
      (await accepts(session, reportRegistration(domain, 1)));
    if (taken) reported.push(domain);
  }
  return reported;
}
