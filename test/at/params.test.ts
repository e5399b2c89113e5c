import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterPrefix, numberAt, numbersOf, parseParams, textAt, textsOf } from '../../src/at/params.ts';
import { GatewayError } from '../../src/errors.ts';

const text = (value: string) => ({ is: 'text', text: value, quoted: true });
const bare = (value: string) => ({ is: 'text', text: value, quoted: false });
const empty = { is: 'empty' };

describe('parameter lists', () => {
  it('keeps commas in quotation marks and empty places', () => {
    expect(parseParams('1,"REC UNREAD","+639470000000","","26/08/24,20:47:42+32"')).toEqual([
      bare('1'),
      text('REC UNREAD'),
      text('+639470000000'),
      text(''),
      text('26/08/24,20:47:42+32'),
    ]);
    expect(parseParams('1,,147')).toEqual([bare('1'), empty, bare('147')]);
    expect(parseParams('')).toEqual([empty]);
    expect(parseParams('2,,')).toEqual([bare('2'), empty, empty]);
  });

  it('keeps quotation marks that do not end the text', () => {
    expect(parseParams('0,"say "hello" now",15')).toEqual([bare('0'), text('say "hello" now'), bare('15')]);
  });

  it('reads a PDU that stands in the line of its header', () => {
    expect(parseParams('1,,147 07914306073011F0')).toEqual([bare('1'), empty, bare('147 07914306073011F0')]);
  });

  it.each([
    [
      '(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)',
      [
        [0, 1, 2],
        [0, 1, 2, 3],
        [0, 2],
        [0, 1, 2],
        [0, 1],
      ],
    ],
    ['(0-3),(0,1),(0,2,3),(0,2),(1)', [[0, 1, 2, 3], [0, 1], [0, 2, 3], [0, 2], [1]]],
    [
      '(0-1,4-7),(0-1)',
      [
        [0, 1, 4, 5, 6, 7],
        [0, 1],
      ],
    ],
    ['(),(),()', [[], [], []]],
    ['(0 - 2)(1)', [[0, 1, 2], [1]]],
    ['3', [[3]]],
  ])('reads the numbers of %s', (line, numbers) => {
    expect(parseParams(line).map(numbersOf)).toEqual(numbers);
  });

  it.each([
    [
      '("ME","MT","SM","SR"),("ME","MT","SM","SR"),("ME","SM")',
      [
        ['ME', 'MT', 'SM', 'SR'],
        ['ME', 'MT', 'SM', 'SR'],
        ['ME', 'SM'],
      ],
    ],
    ['(("SM","BM","SR"),("SM"))', [['SM', 'BM', 'SR', 'SM']]],
    ['"ME","MT","SM"', [['ME'], ['MT'], ['SM']]],
    ['(),(),()', [[], [], []]],
  ])('reads the names of %s', (line, names) => {
    expect(parseParams(line).map(textsOf)).toEqual(names);
  });

  it('reads networks in brackets', () => {
    const [network, , modes] = parseParams('(2,"RADIOLINJA","RL","24405"),,(0-4)');
    expect(textsOf(network)).toEqual(['2', 'RADIOLINJA', 'RL', '24405']);
    expect(numbersOf(modes)).toEqual([0, 1, 2, 3, 4]);
  });

  it('gives single values by their place', () => {
    const params = parseParams('"ME","7",-1,, 12 ');
    expect(textAt(params, 0)).toBe('ME');
    expect(numberAt(params, 1)).toBe(7);
    expect(numberAt(params, 2)).toBe(-1);
    expect(numberAt(params, 3)).toBeUndefined();
    expect(numberAt(params, 4)).toBe(12);
    expect(textAt(params, 9)).toBeUndefined();
    expect(() => numberAt(params, 0)).toThrow(expect.objectContaining({ code: 'at.unparsable' }));
    expect(() => textAt(parseParams('(0,1)'), 0)).toThrow(expect.objectContaining({ code: 'at.unparsable' }));
  });

  it('finds what follows a prefix, with or without a blank, in any case', () => {
    expect(afterPrefix('+CSQ: 17,99', '+CSQ')).toBe('17,99');
    expect(afterPrefix('+CSQ:17,99 ', '+CSQ')).toBe('17,99');
    expect(afterPrefix('+csq: 17,99', '+CSQ')).toBe('17,99');
    expect(afterPrefix('+CSQN: 17,99', '+CSQ')).toBeUndefined();
    expect(afterPrefix('+CSQ', '+CSQ')).toBeUndefined();
  });

  it.each(['"open', '(1,2', '1,(', '(0-2', ')'.padStart(20, '(')])('refuses %s', (line) => {
    expect(() => parseParams(line)).toThrow(expect.objectContaining({ code: 'at.unparsable' }));
  });

  it('throws nothing but at.unparsable, whatever it is given', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('(', ')', ',', '"', ' ', '-', '1', '9', 'A') }),
    );
    fc.assert(
      fc.property(line, (given) => {
        try {
          for (const param of parseParams(given)) {
            numbersOf(param);
            textsOf(param);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
          expect(error).toMatchObject({ code: 'at.unparsable' });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('does not unfold a range that would fill the memory', () => {
    expect(() => numbersOf(parseParams('(0-999999999)')[0])).toThrow(
      expect.objectContaining({ code: 'at.unparsable' }),
    );
  });
});
