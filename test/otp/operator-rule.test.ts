import { describe, expect, test } from 'vitest';
import { createExtractor, type OperatorRule } from '../../src/otp/otp.ts';

const rule: OperatorRule = {
  id: 'contoso-vpn',
  sender: '^(CONTOSO|48291)$',
  pattern: 'gate word (?P<code>[a-z]{5})',
  service: 'Contoso VPN',
  examples: {
    match: [
      { text: 'Your gate word apple for today', from: 'CONTOSO', code: 'apple' },
      { text: 'gate word grape', code: 'grape' },
    ],
    no_match: [{ text: 'gate word apple', from: 'OTHER' }],
  },
};

const badRule = (details: Record<string, unknown>) =>
  expect.objectContaining({ code: 'otp.bad_rule', details: expect.objectContaining(details) });

test('an operator rule finds what no built-in rule would, and names the service', () => {
  const extractor = createExtractor({ rules: [rule] });
  const finding = { code: 'apple', rule: 'contoso-vpn', confidence: 1, service: 'Contoso VPN' };
  expect(extractor.extract({ from: 'CONTOSO', text: 'gate word apple' })).toEqual(finding);
  expect(extractor.extract({ from: 'OTHER', text: 'gate word apple' })).toBeNull();
});

test('operator rules go before the built-in ones and see the normalised text', () => {
  const own: OperatorRule = {
    id: 'own',
    pattern: 'token (?<code>\\d{3})\\b',
    examples: {
      match: [
        { text: 'token 123, code 482913', code: '123' },
        { text: 'token １２３', code: '123' },
      ],
      no_match: [{ text: 'token 1234' }],
    },
  };
  expect(createExtractor({ rules: [own] }).extract({ from: '', text: 'OTP 482913, token ٤٧١' })?.code).toBe('471');
});

test('a negative rule goes first and says that there is no code', () => {
  const negative: OperatorRule = {
    id: 'no-bingo',
    pattern: '(?i)bingo code (?P<code>\\d+)',
    negative: true,
    examples: {
      match: [
        { text: 'Bingo code 4829', code: '4829' },
        { text: 'bingo code 1', code: '1' },
      ],
      no_match: [{ text: 'code 4829' }],
    },
  };
  const extractor = createExtractor({ rules: [rule, negative] });
  expect(extractor.extract({ from: '', text: 'Your bingo code 4829' })).toBeNull();
  expect(extractor.extract({ from: '', text: 'Your code 4829' })?.code).toBe('4829');
});

test.each([
  ['^(a+)+(?P<code>\\d{4})$', 'aaa4829', '4829', 'a1304', '1304'],
  ['(x+x+)+y(?P<code>\\d+)', 'xxy4829', '4829', 'xxxxy1', '1'],
  ['(?P<code>(?:\\d|\\d\\d|\\d{3})+)z', '4829z', '4829', '1z', '1'],
  ['(.*)(.*)(.*)(.*)!(?P<code>\\d)', 'ab!4', '4', '!1', '1'],
])('a pattern on which a backtracking engine hangs is taken, and ends: %s', (pattern, ...found) => {
  const [one = '', oneCode = '', two = '', twoCode = ''] = found;
  const match = [
    { text: one, code: oneCode },
    { text: two, code: twoCode },
  ];
  const extractor = createExtractor({
    rules: [{ id: 'slow', pattern, examples: { match, no_match: [{ text: '?' }] } }],
  });
  expect(extractor.extract({ from: '', text: one })?.rule).toBe('slow');
  for (const unit of ['a', 'x', '1', '.']) {
    expect(extractor.extract({ from: '', text: `${unit.repeat(1990)}?` })).toBeNull();
  }
});

describe('a rule is refused, by name,', () => {
  test.each([
    ['whose pattern is not RE2 syntax', { pattern: '(?P<code>\\d+' }, { part: 'pattern' }],
    ['whose pattern looks around', { pattern: '(?<=a)(?P<code>\\d+)' }, { part: 'pattern' }],
    ['whose sender is not RE2 syntax', { sender: '(' }, { part: 'sender' }],
    ['whose program is too large', { pattern: '(?P<code>(?:[a-z]{100}){9}.{900})' }, { part: 'pattern' }],
    ['that has no group named code', { pattern: 'gate word ([a-z]{5})' }, {}],
    ['whose second positive example fails', { pattern: 'word (?P<code>apple)' }, { list: 'match', index: 1 }],
    ['whose negative example matches', { sender: '.' }, { list: 'no_match', index: 0 }],
  ])('%s', (_, change, details) => {
    const rules = [{ ...rule, ...change }];
    expect(() => createExtractor({ rules })).toThrowError(badRule({ rule: 'contoso-vpn', ...details }));
  });

  test('that carries too few examples', () => {
    const one = { ...rule, examples: { ...rule.examples, match: rule.examples.match.slice(0, 1) } };
    const none = { ...rule, examples: { ...rule.examples, no_match: [] } };
    expect(() => createExtractor({ rules: [one] })).toThrowError(badRule({ rule: 'contoso-vpn' }));
    expect(() => createExtractor({ rules: [none] })).toThrowError(badRule({ rule: 'contoso-vpn' }));
  });
});
