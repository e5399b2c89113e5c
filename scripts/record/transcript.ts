import { finalResult } from '../../src/at/results.ts';
import { openSession } from '../../src/at/session.ts';
import { asGatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { type Profile, unsolicitedShapes } from '../../src/modem/profile.ts';
import { allFamilies } from '../../src/modem/profiles/families.ts';
import { genericProfile } from '../../src/modem/profiles/generic.ts';
import { noticeOf } from '../../src/modem/unsolicited.ts';
import { JumpingClock, ScriptedModem } from '../../test/modem/scripted-modem.ts';
import { transcriptCommand } from '../../test/modem/transcript-command.ts';
import { framed, replyIn, type SaidLine } from './reply.ts';

/** A line of the recording with its place in time, in milliseconds since what it belongs to began. */
export interface TimedLine extends SaidLine {
  readonly after: number;
}

export interface TranscribedExchange {
  readonly title: string;
  readonly command: string | null;
  readonly lines: readonly TimedLine[];
}

/** The text of one exchange, and the lines that came by themselves meanwhile, each with what belongs to it. */
export interface Transcribed {
  readonly command: string | null;
  readonly text: string;
  /** What the gateway makes of it, as the file says it; null where the test does not know the command. */
  readonly means: string | null;
  readonly unasked: readonly (readonly string[])[];
  /** Of them those that no profile lists. */
  readonly unlisted: readonly string[];
}

/**
 * What test/modem/transcripts.test.ts reads: the bytes as they came, as remarks, then the exchange and what the gateway makes of it today,
 * found out as the test does it. A command that the test does not know stays in the remarks.
 */
export async function transcribe({ title, command, lines }: TranscribedExchange): Promise<Transcribed> {
  const remarks = lines.map(
    ({ after, from, text }) => `#${String(after).padStart(7)} ms ${from === 'us' ? '>' : '<'} ${shown(text)}`,
  );
  const reply = command === null ? null : replyIn(command, lines);
  const heard = reply?.lines ?? [];
  const replayed = await replay(command, heard, reply?.isWhole ?? true);
  const idle = await heardIdle(
    reply?.rest ?? framed(lines),
    command === null && lines.some(({ from }) => from === 'us'),
  );
  const unasked = [...replayed.unasked, ...idle.listed, ...idle.unlisted.map((line) => [line])];
  const { unlisted } = idle;
  if (reply === null || replayed.means === null) {
    const own = /^AT([+^*#$%]\w+)/.exec(command ?? '')?.[1];
    const others = unasked.filter(([first = '']) => own === undefined || !first.startsWith(`${own}:`));
    return { command, text: [...remarks, ''].join('\n'), means: null, unasked: others, unlisted };
  }
  const said = heard.at(-1)?.trim() === 'OK' ? heard.slice(0, -1) : heard;
  const text = [
    ...remarks,
    `# ${title}`,
    `> ${command}`,
    ...said.map((line) => `< ${line}`),
    ...(reply.isWhole ? [] : ['~']),
    replayed.means,
    '',
  ].join('\n');
  return { command, text, means: replayed.means, unasked, unlisted };
}

/** Lines that nobody asked for. What is behind a time-out, while both find back into step, may be a late answer. */
async function heardIdle(lines: readonly string[], mayBeLate: boolean) {
  const { unasked: listed } = await replay(null, lines, true);
  const known = new Set(listed.flat());
  const isOurs = (line: string) => finalResult(line, '') !== undefined || line.trim() === 'AT';
  return { listed, unlisted: mayBeLate ? [] : lines.filter((line) => !known.has(line) && !isOurs(line)) };
}

/** Each line that came by itself once, and what it means to the gateway. */
export function transcribeUnasked(unasked: readonly (readonly string[])[], profile: Profile): string {
  const once = new Map(unasked.map((lines) => [lines.join('\n'), lines]));
  return [...once.values()]
    .map((lines) => {
      const means = `= ${JSON.stringify(noticeOf(lines, profile))}`;
      return [`# came by itself`, ...lines.map((line) => `* ${line}`), means, ''].join('\n');
    })
    .join('');
}

/** Control characters by their names, so that a line stays a line. */
function shown(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '\r': '<CR>',
    '\n': '<LF>',
    '\x1a': '<SUB>',
    '\x1b': '<ESC>',
    '\0': '<NUL>',
  };
  return text.replace(/[\0-\x1f\x7f]/g, (one) => names[one] ?? `<${one.charCodeAt(0).toString(16).padStart(2, '0')}>`);
}

interface Replayed {
  /** Null where the test does not know the command. */
  readonly means: string | null;
  readonly unasked: readonly (readonly string[])[];
}

/** The lines once more through a session of the gateway. */
async function replay(command: string | null, lines: readonly string[], isWhole: boolean): Promise<Replayed> {
  const unasked: (readonly string[])[] = [];
  const asked = command === null ? null : transcriptCommand(command, genericProfile);
  const answer = answerOf(lines, isWhole);
  const modem = new ScriptedModem((line) => {
    if (line !== asked?.line) return line === `${asked?.payload}\x1a` ? answer : ['OK'];
    return asked.payload === undefined ? answer : ['> '];
  });
  const session = openSession(await modem.openPort(), {
    unsolicited: unsolicitedShapes(allFamilies),
    onUnsolicited: (came) => unasked.push(came),
    clock: new JumpingClock(),
    log: createLogger({ write: () => undefined }),
  });
  try {
    if (asked === null) {
      modem.say(lines.map((line) => `\r\n${line}\r\n`).join(''));
      await new Promise(setImmediate);
      return { means: null, unasked };
    }
    return { means: `= ${JSON.stringify((await session.run(asked)) ?? null)}`, unasked };
  } catch (thrown) {
    const { code, details } = asGatewayError(thrown);
    const number = details.cms ?? details.cme;
    return { means: number === undefined ? `! ${code}` : `! ${code} ${number}`, unasked };
  } finally {
    await session.close();
  }
}

/** As the test has it: without any line nothing is answered. */
function answerOf(lines: readonly string[], isWhole: boolean): readonly string[] | null {
  if (!isWhole) return lines.length === 0 ? null : lines;
  return finalResult(lines.at(-1) ?? '', '') === undefined ? [...lines, 'OK'] : lines;
}
