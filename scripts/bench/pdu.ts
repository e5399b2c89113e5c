import { readFileSync } from 'node:fs';
import { decodePdu, encodeSubmit, type PduContext, type SubmitMessage } from '../../src/sms/sms.ts';

export interface PduRates {
  readonly decodePerSecond: number;
  readonly encodePerSecond: number;
}

const secondsEach = 1;

/** PDUs decoded and encoded in a second on one core, over the fixture vectors; every PDU they hold, long and short. */
export function benchPdu(): PduRates {
  const received = load<{ hex: string; direction: PduContext['direction']; smscPresent: boolean; tolerance?: string }>(
    'decode',
  )
    .filter(({ tolerance }) => tolerance !== 'lenient')
    .map(({ hex, direction, smscPresent }) => ({ hex, context: { direction, smsc: smscPresent } }));
  const messages = load<{ params: SubmitMessage & { alphabet: 'gsm7' | 'ucs2' } }>('encode').map(({ params }) => ({
    to: params.to,
    text: params.text,
    smsc: params.smsc ?? null,
    encoding: params.alphabet,
  }));
  return {
    decodePerSecond: rate(() => {
      for (const { hex, context } of received) decodePdu(hex, context);
      return received.length;
    }),
    encodePerSecond: rate(() => {
      let parts = 0;
      for (const message of messages) parts += encodeSubmit(message).parts.length;
      return parts;
    }),
  };
}

function load<T>(name: string): readonly T[] {
  const file = new URL(`../../test/fixtures/pdu/pdu-${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).vectors;
}

/** What `round` counts, a second, once it is warm. */
function rate(round: () => number): number {
  for (let i = 0; i < 200; i++) round();
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < secondsEach * 1000) {
    count += round();
    elapsed = performance.now() - start;
  }
  return Math.round((count / elapsed) * 1000);
}
