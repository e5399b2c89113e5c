import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createExtractor, createReloadableExtractor, loadRuleFolder, type OperatorRule } from '../../src/otp/otp.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, value: unknown) =>
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));

function rule(id: string, word: string): OperatorRule {
  const match = [
    { text: `${word} apple`, code: 'apple' },
    { text: `the ${word} grape`, code: 'grape' },
  ];
  return { id, pattern: `${word} (?P<code>[a-z]{5})`, examples: { match, no_match: [{ text: `${word} 12345` }] } };
}

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
};

test('files go by name, a file holds one rule or a list, and other files are left alone', () => {
  put('20-more.json', [rule('three', 'sesame'), rule('four', 'abra')]);
  put('10-first.json', rule('one', 'knock'));
  put('README.md', 'no rule');
  const rules = loadRuleFolder(folder);
  expect(rules.map(({ id }) => id)).toEqual(['one', 'three', 'four']);
  expect(createExtractor({ rules }).extract({ from: '', text: 'sesame peach' })).toMatchObject({
    code: 'peach',
    rule: 'three',
  });
});

test('an empty folder holds no rules', () => {
  expect(loadRuleFolder(folder)).toEqual([]);
});

test('every fault of every file is told at once, with its place', () => {
  put('a.json', '{ not json');
  put('b.json', [rule('good', 'knock'), { ...rule('bad', 'open'), pattern: 'open (' }, null]);
  put('c.json', rule('good', 'again'));
  put('d.json', { ...rule('loose', 'let'), pattern: 'let (?P<code>.+)' });
  const message = messageOf(() => loadRuleFolder(folder));
  const lines = message.split('\n').map((line) => line.trim());
  expect(lines[0]).toBe('the rules folder has 5 faults:');
  expect(lines[1]).toMatch(/^a\.json: /);
  expect(lines[2]).toBe('b.json[1]: rule bad: pattern is not RE2 syntax');
  expect(lines[3]).toMatch(/^b\.json\[2\]: rule undefined: /);
  expect(lines[4]).toBe('c.json: rule good is in b.json[0] too');
  expect(lines[5]).toBe('d.json: rule loose: examples.no_match[0] failed');
  expect(() => loadRuleFolder(folder)).toThrowError(
    expect.objectContaining({ code: 'otp.bad_rule', details: { count: 5 } }),
  );
});

test('a folder that is not there is a fault', () => {
  expect(messageOf(() => loadRuleFolder(join(folder, 'none')))).toMatch(/one fault:\n {2}the folder cannot be read: /);
});

test('a reload takes the new rules; one that fails keeps the old ones', () => {
  put('rules.json', rule('one', 'knock'));
  const extractor = createReloadableExtractor(() => loadRuleFolder(folder));
  const find = (text: string) => extractor.extract({ from: '', text })?.code ?? null;
  expect([find('knock peach'), find('sesame peach')]).toEqual(['peach', null]);
  put('rules.json', rule('one', 'sesame'));
  expect(find('sesame peach')).toBeNull();
  extractor.reload();
  expect([find('knock peach'), find('sesame peach')]).toEqual([null, 'peach']);
  put('rules.json', '[');
  expect(() => extractor.reload()).toThrowError(expect.objectContaining({ code: 'otp.bad_rule' }));
  expect(find('sesame peach')).toBe('peach');
  expect(extractor.explain({ from: '', text: 'sesame peach' }).why).toBe('the operator rule one matches');
});

test('a reload whose rules fail together, as two of one list may, keeps the old ones too', () => {
  let rules: readonly OperatorRule[] = [rule('one', 'knock')];
  const extractor = createReloadableExtractor(() => rules);
  rules = [{ ...rule('one', 'knock'), pattern: '(' }];
  expect(() => extractor.reload()).toThrowError(expect.objectContaining({ code: 'otp.bad_rule' }));
  expect(extractor.extract({ from: '', text: 'knock peach' })?.code).toBe('peach');
});
