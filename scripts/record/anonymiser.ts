import { randomInt } from 'node:crypto';
import { GatewayError } from '../../src/errors.ts';
import { survivorsIn } from './digits.ts';
import { type Block, LineDisguise, learn } from './line-disguise.ts';
import type { Invention } from './pdu-disguise.ts';
import { Substitutes } from './substitutes.ts';

export type { Block } from './line-disguise.ts';

export interface Anonymous {
  /** As many as there were, of as many lines. */
  readonly blocks: readonly Block[];
  /** PDUs that nobody can decode and that are zeros now. */
  readonly undecoded: number;
}

const day = 86_400;
/** By chance a new number may have seven digits of an old one: then all are made anew. */
const attempts = 20;

/**
 * The same lines of somebody else: numbers, names, texts, times and places are invented, the same always for the same.
 * Throws `internal` where digits of before would stay.
 */
export function anonymise(blocks: readonly Block[]): Anonymous {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { made, secrets, undecoded } = disguise(blocks);
    const text = made.map(({ lines }) => lines.join('\n')).join('\n');
    if (survivorsIn(text, secrets).length === 0) return { blocks: made, undecoded };
  }
  throw new GatewayError('internal', 'the recording cannot be made anonymous: nothing of it was written', {
    hint: 'Please report the model of the modem.',
  });
}

function disguise(blocks: readonly Block[]) {
  const invention: Invention = {
    substitutes: new Substitutes(),
    pdus: new Map(),
    cells: new Map(),
    timeShift: -randomInt(30 * day, 1000 * day),
  };
  for (const block of blocks) learn(block, invention.substitutes);
  const secrets: string[] = [];
  let undecoded = 0;
  const made = blocks.map(({ command, lines }) => {
    const lineDisguise = new LineDisguise(invention, command);
    const rewritten = lines.map((line) => lineDisguise.rewrite(line));
    secrets.push(...lineDisguise.secrets);
    undecoded += lineDisguise.undecoded;
    return { command, lines: rewritten };
  });
  return { made, secrets, undecoded };
}
