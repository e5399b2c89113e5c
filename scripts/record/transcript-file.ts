import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AtCommand } from '../../src/at/command.ts';
import { asGatewayError } from '../../src/errors.ts';
import { information, manufacturer, model, revision } from '../../src/modem/commands/basic.ts';
import { anonymise } from './anonymiser.ts';
import type { Taken } from './interview.ts';
import { profileOf, type Recording } from './recording.ts';
import { replyOf } from './reply.ts';
import { type Transcribed, type TranscribedExchange, transcribe, transcribeUnasked } from './transcript.ts';

/** A recording as it may be shown to everybody. */
export interface Transcript {
  readonly text: string;
  /** As the file is called, without its ending. */
  readonly name: string;
  readonly exchanges: readonly Transcribed[];
  /** PDUs that nobody could decode and that are zeros. */
  readonly undecoded: number;
  readonly manufacturer: string | null;
  readonly model: string | null;
}

/** Nothing of the recording stays that tells of its owner. Throws `internal` where that cannot be. */
export async function transcriptOf(recording: Recording, family: string): Promise<Transcript> {
  const { exchanges: anonymous, undecoded } = anonymousOf(recording.taken);
  const exchanges: Transcribed[] = [];
  for (const exchange of anonymous) exchanges.push(await transcribe(exchange));
  const said = <T>(command: AtCommand<T>) => {
    const exchange = anonymous.find((one) => one.command === command.line);
    return exchange === undefined ? null : command.parse(replyOf(exchange));
  };
  const told = said(information);
  const who = {
    manufacturer: said(manufacturer) ?? told?.manufacturer ?? null,
    model: said(model) ?? told?.model ?? null,
  };
  const remarks = [
    `# Recorded by scripts/record-modem: ${[who.manufacturer, who.model, said(revision)].map((one) => one ?? '?').join(', ')}.`,
    '# Numbers, names, texts, times and places are invented; everything else is as it came.',
    ...(undecoded === 0 ? [] : [`# PDUs that could not be decoded and are zeros: ${undecoded}.`]),
    ...(recording.brokenOff === null ? [] : [`# BROKEN OFF: ${withoutNames(recording.brokenOff)}`]),
  ];
  const unasked = transcribeUnasked(
    exchanges.flatMap((one) => one.unasked),
    profileOf(family),
  );
  const text =
    [...remarks, '', ...exchanges.map((one) => one.text)].join('\n') + (unasked === '' ? '' : `\n${unasked}`);
  return { ...who, text, exchanges, undecoded, name: nameOf(who.model ?? who.manufacturer ?? '') };
}

function anonymousOf(taken: readonly Taken[]): {
  readonly exchanges: readonly TranscribedExchange[];
  readonly undecoded: number;
} {
  const parted = taken.map(({ lines }) =>
    lines.map(({ text }) => {
      // NULs vanish for the gateway too, and a number with one in it is a number.
      const [, body = '', end = ''] = /^([^\r\n]*)([\r\n]*)$/.exec(text.replaceAll('\0', '')) ?? [];
      return { body, end };
    }),
  );
  const { blocks, undecoded } = anonymise(
    taken.map(({ command }, at) => ({ command, lines: (parted[at] ?? []).map(({ body }) => body) })),
  );
  const exchanges = taken.map(({ title, command, lines }, at) => ({
    title,
    command,
    lines: lines.map(({ from, at: when }, line) => ({
      from,
      after: when - (lines[0]?.at ?? when),
      text: `${blocks[at]?.lines[line] ?? ''}${parted[at]?.[line]?.end ?? ''}`,
    })),
  }));
  return { exchanges, undecoded };
}

/** The name of a port may hold the serial number of the device. */
function withoutNames(message: string): string {
  return message.replaceAll(/\s+/g, ' ').replaceAll(/\/\S+|\d{7,}/g, '…');
}

function nameOf(model: string): string {
  const name = model
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  // Under `recorded…` lie those that the simulator has to answer like.
  return name === '' || /^(?:identity$|recorded)/.test(name) ? `modem${name === '' ? '' : `-${name}`}` : name;
}

/** Writes it into the folder of its family, under a name that is free; the path. Throws what the system throws. */
export async function writeTranscript({ name, text }: Transcript, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let number = 1; ; number += 1) {
    const path = join(folder, `${name}${number === 1 ? '' : `-${number}`}.txt`);
    try {
      await writeFile(path, text, { flag: 'wx' });
      return path;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw asGatewayError(error);
    }
  }
}
