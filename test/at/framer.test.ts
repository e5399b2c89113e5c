import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer } from '../../src/at/framer.ts';

type Heard = string | { prompt: true } | { dropped: number };

interface Asked {
  readonly awaitsPrompt?: boolean;
  readonly isTextOpen?: boolean;
  readonly limit?: number;
}

function frame(chunks: readonly (string | Uint8Array)[], asked: Asked = {}): Heard[] {
  const { awaitsPrompt = false, isTextOpen = false, limit } = asked;
  const heard: Heard[] = [];
  const sink = {
    line: (line: string) => void heard.push(line),
    prompt: () => void heard.push({ prompt: true }),
    dropped: (bytes: number) => void heard.push({ dropped: bytes }),
    awaitsPrompt: () => awaitsPrompt,
    isTextOpen: () => isTextOpen,
  };
  const framer = new Framer(sink, limit);
  for (const chunk of chunks) framer.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  return heard;
}

describe('the framer', () => {
  it.each([
    ['\r\n+CSQ: 17,99\r\n\r\nOK\r\n'],
    ['+CSQ: 17,99\rOK\r'],
    ['+CSQ: 17,99\nOK\n'],
    ['\r\r\n+CSQ: 17,99\r\r\nOK\r\r\n'],
    ['\0\0\r\n+CSQ:\0 17,99\r\n\r\n \r\nOK\r\n\0'],
  ])('finds the same two lines in %j', (bytes) => {
    expect(frame([bytes])).toEqual(['+CSQ: 17,99', 'OK']);
  });

  it('keeps a line back until its end has come', () => {
    expect(frame(['\r\n+CMTI: "M'])).toEqual([]);
    expect(frame(['\r\n+CMTI: "M', 'E",7\r'])).toEqual(['+CMTI: "ME",7']);
  });

  it.each([['\r\n> '], ['\r\n>'], ['> '], ['\0\0> '], ['AT+CMGS=18\r\r\n> '], ['\r\n > ']])(
    'tells the prompt in %j without waiting for a line end',
    (bytes) => {
      expect(frame([bytes], { awaitsPrompt: true }).at(-1)).toEqual({ prompt: true });
    },
  );

  it('takes > for text where no prompt is awaited or the line has begun', () => {
    expect(frame(['\r\n> hello\r\n'])).toEqual(['> hello']);
    expect(frame(['a > b\r\n'], { awaitsPrompt: true })).toEqual(['a > b']);
  });

  it('reads bytes above 7F as latin1', () => {
    expect(frame([Uint8Array.of(0xe9, 0x80, 0xff, 0x0d)])).toEqual(['\xe9\x80\xff']);
  });

  it.each([
    ['+CUSD: 0,"info\0example.org",15', '+CUSD: 0,"info\0example.org",15'],
    ['\0+CUSD:\0 0,"info\0example.org",\x0015\0', '+CUSD: 0,"info\0example.org",15'],
    ['+CUSD: 0,"Ask "info\0example.org" now\0",15', '+CUSD: 0,"Ask "info\0example.org" now\0",15'],
    ['\0+CUSD: 0,"Ask info\0example.org', '+CUSD: 0,"Ask info\0example.org'],
  ])('keeps a NUL within quotation marks alone: %j', (bytes, line) => {
    expect(frame([`${bytes}\r\n`])).toEqual([line]);
  });

  it.each([
    ['or info\0example.org', 'or info\0example.org'],
    ['\0example.org",\x0015\0', '\0example.org",15'],
  ])('keeps it where a text is open that began in an earlier line: %j', (bytes, line) => {
    expect(frame([`${bytes}\r\n\0\0\r\n`], { isTextOpen: true })).toEqual([line]);
    expect(frame([`${bytes}\r\n`])).not.toEqual([line]);
  });

  it('drops a line without end, says so once, and reads on', () => {
    expect(frame(['x'.repeat(60), 'x'.repeat(60), '\r\nOK\r\n'], { limit: 100 })).toEqual([{ dropped: 120 }, 'OK']);
    expect(frame(['x'.repeat(100), '\r\nOK\r\n'], { limit: 100 })).toEqual(['x'.repeat(100), 'OK']);
  });

  it('gives the same lines for any chunking', () => {
    const byte = fc.constantFrom(0x0d, 0x0a, 0x00, 0x3e, 0x20, 0x41, 0x2b, 0x22, 0xff);
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 200 }),
        fc.array(fc.nat(200)),
        fc.boolean(),
        fc.boolean(),
        (bytes, cuts, awaitsPrompt, isTextOpen) => {
          const whole = Uint8Array.from(bytes);
          const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
          const chunks = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
          const asked = { awaitsPrompt, isTextOpen, limit: 20 };
          expect(frame(chunks, asked)).toEqual(frame([whole], asked));
        },
      ),
    );
  });
});
