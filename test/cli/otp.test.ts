import { describe, expect, it } from 'vitest';
import { ended, start } from './command-line.ts';
import { runHere } from './recorded-context.ts';

describe('otp', () => {
  it('finds the code of a text', async () => {
    const args = ['otp', '--text', 'Your verification code is 481516.', '--from', 'Acme'];
    const plain = await runHere(args);
    expect([plain.code, plain.stderr]).toEqual([0, '']);
    expect(plain.stdout).toMatch(/^481516 rule=\S+ confidence=[01]/);
    const json = await runHere([...args, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ code: '481516', rule: expect.any(String) });
  });

  it('says that a text holds none', async () => {
    expect(await runHere(['otp', '--text', 'See you at the harbour.'])).toEqual({
      code: 0,
      stdout: 'no code\n',
      stderr: '',
    });
    const json = await runHere(['otp', '--text', 'See you at the harbour.', '--json']);
    expect(json.stdout).toBe('null\n');
  });

  it('takes exactly one of --text and --jsonl', async () => {
    expect((await runHere(['otp'])).code).toBe(2);
    const both = await runHere(['otp', '--text', 'x', '--jsonl']);
    expect(both).toEqual({ code: 2, stdout: '', stderr: 'sim2mqtt: usage: otp takes either --text or --jsonl\n' });
  });

  it('explains how the rules came to their answer', async () => {
    const text = 'Your verification code is 481516, order 88231.';
    const { code, stdout } = await runHere(['otp', '--explain', '--text', text]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'read as:',
      `  ${text}`,
      'words:',
      expect.stringMatching(/^ {2}verification code: en\.named, weight 0\.\d+$/),
      'masked:',
      '  88231: label:en',
      'considered:',
      expect.stringMatching(
        /^ {2}481516: \d+ %, plain, score 0\.\d+ by "verification code" \(en\.named\), context \d+\.\d+$/,
      ),
      expect.stringMatching(/^ {2}88231: 0 %, plain, score 0 by no word, context -?\d+\.\d+$/),
      expect.stringMatching(/^result: 481516 rule=en\.named confidence=0\.\d+$/),
      expect.stringMatching(/^why: "verification code" speaks for it /),
      '',
    ]);
    const json = await runHere(['otp', '--explain', '--json', '--text', 'See you at the harbour.']);
    expect(JSON.parse(json.stdout)).toEqual({
      text: 'See you at the harbour.',
      masked: [],
      keywords: [],
      candidates: [],
      finding: null,
      why: 'nothing in the text looks like a code',
    });
    expect((await runHere(['otp', '--explain', '--jsonl'])).code).toBe(2);
  });

  it('answers line by line, and a bad line does not stop the others', async () => {
    const input = [
      '{"id":"a","from":"Acme","body":"Your verification code is 481516."}',
      'no json',
      '',
      '[1]',
      '{"id":"b","from":"Acme"}',
      '{"id":7,"body":"See you at the harbour."}',
      '{"id":"c","from":7,"body":"x"}',
      '{"id":"d","body":"Ваш код подтверждения: 2342"}',
    ].join('\r\n');
    const { code, stdout } = await runHere(['otp', '--jsonl'], {}, input);
    expect(code).toBe(0);
    const found = { rule: expect.any(String), confidence: expect.any(Number) };
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { id: 'a', code: '481516', ...found },
      { id: null, error: 'not a JSON object' },
      { id: null, error: 'not a JSON object' },
      { id: 'b', error: 'body must be a string' },
      { id: 7, code: null, rule: null, confidence: null },
      { id: 'c', error: 'from must be a string' },
      { id: 'd', code: '2342', ...found },
    ]);
  });

  it('answers a line before the next one comes', async () => {
    const child = start(['otp', '--jsonl']);
    const end = ended(child);
    const first = new Promise<string>((resolve) => child.stdout.once('data', resolve));
    // Cut in the middle of a letter: a chunk is no line.
    const line = Buffer.from('{"id":"é","body":"Your verification code is 481516."}\n');
    child.stdin.write(line.subarray(0, 8));
    child.stdin.write(line.subarray(8));
    expect(JSON.parse(await first)).toMatchObject({ id: 'é', code: '481516' });
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
  });
});
