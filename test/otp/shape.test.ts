import { expect, test } from 'vitest';
import { buildShapeReader, builtInShapes, checkShapes, type Shape } from '../../src/otp/shape.ts';

const read = buildShapeReader(builtInShapes);

test.each(builtInShapes.map((shape) => [shape.id, shape] as const))('the shape %s proves itself', (id, shape) => {
  const whole = (text: string) =>
    read(text).some((piece) => piece.shape.id === id && piece.end - piece.from === text.length);
  for (const text of shape.examples.match) expect(whole(text), text).toBe(true);
  for (const text of shape.examples.no_match) expect(whole(text), text).toBe(false);
  expect(shape.examples.match.length).toBeGreaterThan(0);
  expect(shape.examples.no_match.length).toBeGreaterThan(0);
});

test.each(builtInShapes.map((shape) => [shape.id, shape.pattern] as const))(
  'the shape %s repeats nothing without a bound',
  (_, pattern) => {
    expect(pattern).not.toMatch(/(?<!\\)[*+](?![^[]*\])|\{\d+,\}/);
  },
);

test.each([
  ['482913', '482913'],
  ['482-913', '482913'],
  ['482 913', '482913'],
  ['4829 1304', '48291304'],
  ['48-29-13', '482913'],
  ['4 8 2 9 1 3', '482913'],
  ['4.8.2.9.1.3', '482913'],
  ['G-482913', '482913'],
  ['SW9-58G', 'SW9-58G'],
  ['D1E322', 'D1E322'],
  ['8H3K-22QX-71LM', '8H3K-22QX-71LM'],
  ['482-913-07', '48291307'],
  ['48 29 13 07', '48291307'],
  ['4829-13', '482913'],
  ['48291 30471', '4829130471'],
  ['K7P 29Q', 'K7P29Q'],
])('%s reads as %s', (text, code) => {
  expect(read(`code ${text}.`).map((piece) => piece.code)).toEqual([code]);
});

test.each([
  '1 250,00 EUR',
  '2 310.42',
  '12 043',
  '$1,250.00',
  'Rp1.250.000',
  '12/03/2024',
  '2024-11-09',
  '14:35',
  '10h15',
  '+44 20 7946 0958',
  '1-800-555-0199',
  '0345 602 1997',
  '03-1234-5678',
  'XX4417',
  '*4417',
  '****2210',
  '...0912',
  'https://help.contoso.example/a/845512',
  'v.whatsapp.com/424917',
  'ravi1987@okaxis',
  '127.0.0.1',
  '1Z999AA10123456784',
  '*121#',
  '80%',
])('%s holds no code', (text) => {
  expect(read(`see ${text} now`).filter((piece) => piece.code !== undefined)).toEqual([]);
});

test('a code before a full stop and a word without a space is still a code', () => {
  expect(read('OTP is 482913.Do not share').map((piece) => piece.code)).toEqual(['482913']);
});

test('a shape whose example fails is refused by name', () => {
  const bad: Shape = { id: 'bad', kind: 'format', pattern: '\\d{4}', examples: { match: ['482913'], no_match: ['1'] } };
  expect(() => checkShapes([bad])).toThrowError(
    expect.objectContaining({ code: 'otp.bad_rule', details: { rule: 'bad', list: 'match', index: 0 } }),
  );
});

test('a shape that takes what it must leave alone is refused by name', () => {
  const loose: Shape = {
    id: 'loose',
    kind: 'format',
    pattern: '\\d{4}',
    examples: { match: ['4829'], no_match: ['1304'] },
  };
  expect(() => checkShapes([loose])).toThrowError(
    expect.objectContaining({ code: 'otp.bad_rule', details: { rule: 'loose', list: 'no_match', index: 0 } }),
  );
});

test('of a text full of numbers only so many are looked at', () => {
  expect(read('4829 x '.repeat(300)).length).toBe(64);
});
