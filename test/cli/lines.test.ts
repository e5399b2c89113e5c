import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lines } from '../../src/cli/lines.ts';

async function* chunks(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

async function all(input: AsyncIterable<Uint8Array>): Promise<string[]> {
  const read: string[] = [];
  for await (const line of lines(input, new AbortController().signal)) read.push(line);
  return read;
}

it('any cutting of the input gives the same lines', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat()), fc.boolean(), async (texts, cuts, crlf) => {
      const bytes = new TextEncoder().encode(texts.map((text) => `${text}${crlf ? '\r\n' : '\n'}`).join(''));
      const read = await all(chunks(bytes, cuts));
      expect(read).toEqual(texts.map((text, index) => (index === 0 ? text.replace(/^\uFEFF/, '') : text)));
    }),
  );
});

it('a last line without an end is a line', async () => {
  const input = chunks(new TextEncoder().encode('a\nb'), [1]);
  expect(await all(input)).toEqual(['a', 'b']);
});
