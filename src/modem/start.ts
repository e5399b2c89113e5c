import type { LineId } from '../domain/message.ts';
import type { ModemIdentity } from '../domain/modem-state.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { accepts, isRefusal, optional, type Patience, whileSimBusy } from './asking.ts';
import { type Card, readCard } from './card.ts';
import {
  callerId,
  callType,
  echoOff,
  gsmCharacters,
  imei,
  manufacturer,
  model,
  numericErrors,
  pduMode,
  plainMessageService,
  radioOn,
  readRadio,
  revision,
  wordResults,
} from './commands/basic.ts';
import type { Indications } from './commands/indications.ts';
import { type Domain, domains, longOperatorNames, reportRegistration } from './commands/network.ts';
import { plain } from './commands/reply.ts';
import { imsi, ownNumber, serviceCentre } from './commands/sim.ts';
import { setUpIndications } from './indication-setup.ts';
import type { StartContext } from './start-context.ts';
import { type StorageSetup, setUpStorage } from './storage-setup.ts';
import { unlockSim } from './unlock.ts';

/** A modem that is ready to receive and send. */
export interface Started {
  readonly line: LineId;
  /** The line's own number, in E.164. */
  readonly number: string | null;
  /** Null where no command tells the ICCID. */
  readonly card: Card | null;
  readonly storage: StorageSetup;
  readonly indications: Indications | null;
  /** Those that the modem reports changes of. */
  readonly domains: readonly Domain[];
}

/** Everything that a modem needs to be told and asked, in the order that works. Tells `state` as it goes. Throws `sim.*`, `modem.no_sms`, `at.*`. */
export async function startModem(context: StartContext): Promise<Started> {
  const { session, profile, state } = context;
  await session.sync(context.intervals.greeting);
  for (const command of [echoOff, wordResults, numericErrors]) await accepts(session, command);
  state.update({ identity: await identify(context) });
  for (const line of profile.setUp) await accepts(session, plain(line, 3_000));
  const radio = await optional(session, readRadio);
  if (radio !== null && radio !== 1) await accepts(session, radioOn);
  await unlockSim(context);
  const { line, card } = await identifyLine(context);
  state.update({ line });
  const patience: Patience = { clock: context.clock, signal: context.signal, waits: context.intervals.simBusy };
  await choosePduMode(context, patience);
  for (const command of [gsmCharacters, plainMessageService]) await accepts(session, command);
  const smsc = await optional(session, serviceCentre);
  const number = context.number ?? (await optional(session, ownNumber));
  const storage = await setUpStorage(session, profile.storages, patience);
  const indications = await setUpIndications(session, profile.indications, patience);
  const reported = await reportDomains(context);
  for (const command of [callerId, callType, longOperatorNames]) await accepts(session, command);
  state.update({ smsc, number, storages: storage.swept });
  return { line, number, card, storage, indications, domains: reported };
}

async function identify({ session }: StartContext): Promise<ModemIdentity> {
  return {
    manufacturer: await optional(session, manufacturer),
    model: await optional(session, model),
    revision: await optional(session, revision),
    imei: await optional(session, imei),
  };
}

async function identifyLine(context: StartContext): Promise<Pick<Started, 'line' | 'card'>> {
  const card = await readCard(context);
  if (card !== null) return { line: card.iccid, card };
  const subscriber = await optional(context.session, imsi);
  return { line: subscriber === null ? `modem:${context.id}` : `imsi:${subscriber}`, card };
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
