import type { AtCommand } from '../../src/at/command.ts';
import type { ModemIdentity } from '../../src/domain/modem-state.ts';
import {
  echoOff,
  imei,
  information,
  manufacturer,
  model,
  numericErrors,
  pduMode,
  revision,
} from '../../src/modem/commands/basic.ts';
import {
  allowedIndications,
  currentIndications,
  indicationCandidates,
  setIndications,
} from '../../src/modem/commands/indications.ts';
import { domains, reportRegistration } from '../../src/modem/commands/network.ts';
import { listAll, readMessage, selectStorage, storageNames, storageUse } from '../../src/modem/commands/storage.ts';
import { submit } from '../../src/modem/commands/submit.ts';
import { keeps } from '../../src/modem/indication-setup.ts';
import type { Profile } from '../../src/modem/profile.ts';
import { families } from '../../src/modem/profiles/families.ts';
import { genericProfile } from '../../src/modem/profiles/generic.ts';
import { encodeSubmit } from '../../src/sms/sms.ts';
import { transcriptCommand } from '../../test/modem/transcript-command.ts';
import type { Interview } from './interview.ts';
import type { Restoration } from './restoration.ts';

/** What the questions are asked with. */
export interface Plan {
  readonly interview: Interview;
  readonly restoration: Restoration;
  readonly profile: Profile;
}

type Questions = readonly (readonly [string, string])[];

/** Who it is; the settings that its words depend on are noted and made as the gateway wants them. */
export async function identify({ interview, restoration }: Omit<Plan, 'profile'>): Promise<ModemIdentity> {
  restoration.noteEcho(interview.taken);
  await interview.ask(echoOff, 'no echo');
  await restoration.note('AT+CMEE', 1);
  await interview.ask(numericErrors, 'errors as numbers');
  const everything = (await interview.ask(information, 'everything')).value;
  const asked = {
    manufacturer: (await interview.ask(manufacturer, 'maker')).value,
    model: (await interview.ask(model, 'model')).value,
    revision: (await interview.ask(revision, 'firmware')).value,
    imei: (await interview.ask(imei, 'IMEI')).value,
  };
  return {
    ...asked,
    manufacturer: asked.manufacturer ?? everything?.manufacturer ?? null,
    model: asked.model ?? everything?.model ?? null,
  };
}

/** The card, with every command that some family has for it where the modem's own family is not known. */
export async function askCard({ interview, profile }: Plan): Promise<void> {
  const asked = profile.id === 'generic' ? families : [profile];
  const counters = asked.flatMap(({ pinTries }) => pinTries.map(({ line }) => line));
  const numbers = asked.flatMap(({ iccid }) => iccid);
  await askAll(interview, [
    ['radio', 'AT+CFUN?'],
    ['the card', 'AT+CPIN?'],
    ...[...new Set(counters)].map((line) => ['tries left for the PIN', line] as const),
    ['IMSI', 'AT+CIMI'],
    ...[...new Set(numbers)].map((line) => ["the card's number", line] as const),
    ['own number', 'AT+CNUM'],
    ['service centre', 'AT+CSCA?'],
  ]);
}

/** Registration as it is told, then with place and technology. */
export async function askNetwork({ interview, restoration }: Plan): Promise<void> {
  for (const domain of domains) {
    const line = `AT+${domain}?`;
    const { reply } = await askLine(interview, line, 'registration');
    const level = reply.map((one) => /^\+C[EG]?REG:\s*([0-5])\s*,/i.exec(one)?.[1]).find(Boolean);
    if (level === undefined || level === '2') continue;
    restoration.add(`AT+${domain}=${level}`);
    await interview.ask(reportRegistration(domain, 2), 'with place and technology');
    await askLine(interview, line, 'registration, with place and technology');
  }
  await askAll(interview, [
    ['signal', 'AT+CSQ'],
    ['operator', 'AT+COPS?'],
    ['supply', 'AT+CBC'],
    ['the time', 'AT+CCLK?'],
    ['characters offered', 'AT+CSCS=?'],
    ['characters', 'AT+CSCS?'],
  ]);
}

/** The storages and what is in them. Nothing is deleted; what was unread counts as read from now on, as with every reading. */
export async function readStorages(plan: Plan): Promise<void> {
  const { interview, restoration, profile } = plan;
  await restoration.note('AT+CMGF', 0);
  const isPduMode = await interview.ask({ ...pduMode, parse: () => true }, 'messages as PDUs');
  const offered = (await interview.ask(storageNames, 'storages offered')).value?.[0] ?? [];
  const before = (await interview.ask(storageUse, 'storages in use')).value;
  await askLine(interview, 'AT+CMGD=?', 'what can be deleted');
  if (isPduMode.value !== true) return;
  if (before === null) {
    await readStorage(interview, 0);
    return;
  }
  restoration.add(`AT+CPMS=${before.map(({ name }) => `"${name}"`).join(',')}`);
  const wanted = profile.storages.filter((name) => offered.length === 0 || offered.includes(name));
  for (const name of wanted.length > 0 ? wanted : new Set(before.map((one) => one.name))) {
    const total = await choose(interview, name);
    if (total !== null) await readStorage(interview, total);
  }
}

/** With as many names as it takes; how many messages the storage holds at most, null where it cannot be chosen. */
async function choose(interview: Interview, name: string): Promise<number | null> {
  for (const names of [3, 2, 1]) {
    const command = selectStorage(Array.from({ length: names }, () => name));
    const { value } = await interview.ask({ ...command, parse: (info) => ({ use: command.parse(info) }) }, 'a storage');
    if (value !== null) return value.use?.total ?? 0;
  }
  return null;
}

async function readStorage(interview: Interview, total: number): Promise<void> {
  const { value } = await interview.ask(listAll, 'all messages');
  const used = (value?.entries ?? []).map(({ index }) => index);
  const [first] = used;
  if (first !== undefined) await interview.ask(readMessage(first), 'one message');
  const free = Math.max(0, ...used) + 1;
  if (value !== null && free < total) await interview.ask(readMessage(free), 'an empty slot');
}

/** Tries settings until the modem keeps one, as the gateway does; only those that store messages. */
export async function negotiateIndications({ interview, restoration, profile }: Plan): Promise<void> {
  const allowed = (await interview.ask(allowedIndications, 'indications offered')).value ?? [];
  const before = (await interview.ask(currentIndications, 'indications')).value;
  await askLine(interview, 'AT+CSMS?', 'message service');
  // What cannot be read cannot be put back.
  if (before === null) return;
  restoration.add(`AT+CNMI=${before.join(',')}`);
  for (const values of [...profile.indications, ...indicationCandidates(allowed, profile.reports)]) {
    const taken = await interview.ask({ ...setIndications(values), parse: () => true }, 'indications wanted');
    if (taken.value === null) continue;
    const kept = (await interview.ask(currentIndications, 'indications kept')).value;
    if (kept === null || keeps(kept, values)) return;
  }
}

/** What goes before a long message; and one message, where a number to send it to was given. */
export async function prepareSending({ interview, restoration }: Plan, to: string | undefined): Promise<void> {
  await askLine(interview, 'AT+CGSMS?', 'bearer');
  await askLine(interview, 'AT+CSMP?', 'parameters of text mode');
  if (await restoration.note('AT+CMMS', 2)) await askLine(interview, 'AT+CMMS=2', 'link kept open');
  if (to === undefined) return;
  for (const part of encodeSubmit({ to, text: 'sim2mqtt', statusReport: true }).parts) {
    await interview.ask(submit(part), 'a message sent');
  }
}

/** Reads what a `+CMTI` told of. */
export async function readArrived(interview: Interview, storage: string | null, index: number): Promise<void> {
  const total = storage === null ? 0 : await choose(interview, storage);
  if (total !== null) await interview.ask(readMessage(index), 'the message that came');
}

async function askAll(interview: Interview, questions: Questions): Promise<void> {
  for (const [title, line] of questions) await askLine(interview, line, title);
}

/** By the very command that the gateway has for it; any other question is answered by whatever comes. */
function askLine(interview: Interview, line: string, title: string) {
  const command: AtCommand<unknown> = transcriptCommand(line, genericProfile) ?? {
    line,
    owns: 'bare',
    timeout: 5_000,
    parse: (info) => info,
  };
  return interview.ask(command, title);
}
