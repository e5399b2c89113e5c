import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { finalResult } from '../../src/at/results.ts';
import { openSession } from '../../src/at/session.ts';
import { asGatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { type Profile, unsolicitedShapes } from '../../src/modem/profile.ts';
import { allFamilies, families, familyOf } from '../../src/modem/profiles/families.ts';
import { noticeOf } from '../../src/modem/unsolicited.ts';
import { JumpingClock, ScriptedModem } from './scripted-modem.ts';
import { transcriptCommand } from './transcript-command.ts';
import { type Exchange, exchangesOf, transcripts } from './transcript-file.ts';

/** What comes of it through a session, as the file writes it. */
async function outcomeOf({ command, reply, ends }: Exchange, profile: Profile): Promise<string> {
  const asked = transcriptCommand(command, profile);
  if (asked === null) throw new Error(`nobody sends ${command}`);
  const last = reply.at(-1) ?? '';
  const isWhole = !ends || finalResult(last, '') !== undefined;
  const answer = isWhole ? (reply.length === 0 ? null : reply) : [...reply, 'OK'];
  const modem = new ScriptedModem((line) => {
    if (line !== command && line !== `${asked.payload}\x1a`) return ['OK'];
    return line === command && asked.payload !== undefined ? ['> '] : answer;
  });
  const session = openSession(await modem.openPort(), {
    unsolicited: unsolicitedShapes(allFamilies),
    onUnsolicited: () => undefined,
    clock: new JumpingClock(),
    log: createLogger({ write: () => undefined }),
  });
  try {
    return `= ${JSON.stringify((await session.run(asked)) ?? null)}`;
  } catch (thrown) {
    const { code, details } = asGatewayError(thrown);
    const number = details.cms ?? details.cme;
    return number === undefined ? `! ${code}` : `! ${code} ${number}`;
  } finally {
    await session.close();
  }
}

const files = transcripts();
const familyAt = (file: string) => families.find(({ id }) => id === dirname(file));

test('every family has its transcripts, and every folder its family', () => {
  expect([...new Set(files.map((file) => dirname(file)))].sort()).toEqual(families.map(({ id }) => id).sort());
});

describe.each(files)('%s', (file) => {
  const profile = familyAt(file) ?? allFamilies;
  test.each(exchangesOf(file))('$command$unasked: $title', async (exchange) => {
    const { means, unasked } = exchange;
    const expected = means.startsWith('=') ? `= ${JSON.stringify(JSON.parse(means.slice(2)))}` : means;
    if (unasked.length > 0) expect(`= ${JSON.stringify(noticeOf(unasked, profile))}`).toBe(expected);
    else expect(await outcomeOf(exchange, profile)).toBe(expected);
  });
});

const names = ['ATI', 'AT+CGMI', 'AT+CGMM'];
const named = files.filter(
  (file) => file !== 'generic/identity.txt' && exchangesOf(file).some(({ command }) => names.includes(command)),
);

test.each(named)('what %s says of itself shows its family', (file) => {
  const exchanges = exchangesOf(file);
  const told = (command: string) => {
    const means = exchanges.find((one) => one.command === command)?.means.slice(2);
    return means === undefined || !means.startsWith('"') ? null : String(JSON.parse(means));
  };
  const information = exchanges.find(({ command }) => command === 'ATI')?.means.slice(2) ?? '{}';
  const { manufacturer = null, model = null } = JSON.parse(information);
  const identity = {
    manufacturer: told('AT+CGMI') ?? manufacturer,
    model: told('AT+CGMM') ?? model,
    revision: told('AT+CGMR'),
    imei: null,
  };
  expect(familyOf(identity).id).toBe(dirname(file));
});
