import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitPackets } from '../../src/mqtt/packet-limit.ts';

// PINGREQ; PUBLISH with 3 octets; PUBLISH with 128 octets.
const harmless = `c000 3003616263 308001${'00'.repeat(128)}`.replaceAll(' ', '');
const tooLarge = '308101';

function exceeded(chunks: readonly Buffer[]): boolean {
  const stream = new PassThrough();
  let called = false;
  limitPackets(stream, 128, () => {
    called = true;
  });
  for (const chunk of chunks) stream.emit('data', chunk);
  return called;
}

const anyCut = (hex: string) =>
  fc.array(fc.nat({ max: hex.length / 2 }), { maxLength: 20 }).map((cuts) => {
    const whole = Buffer.from(hex, 'hex');
    const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
    return at.slice(1).map((end, i) => whole.subarray(at[i], end));
  });

test('packets up to the limit pass, however the octets arrive', () => {
  fc.assert(fc.property(anyCut(harmless.repeat(3)), (chunks) => !exceeded(chunks)));
});

test('a larger one is noticed by its header, however the octets arrive', () => {
  fc.assert(fc.property(anyCut(harmless.repeat(2) + tooLarge), (chunks) => exceeded(chunks)));
});

test('a length that never ends is noticed too', () => {
  expect(exceeded([Buffer.from('30ffffffffffffffffff', 'hex')])).toBe(true);
});
