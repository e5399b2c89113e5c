import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { resolvedSchema } from '../../src/config/schema.ts';
import { simulatedFamilies } from '../../src/simulator/profiles/families.ts';
import { simulatedVariants } from '../../src/simulator/profiles/variants.ts';
import { openClient } from '../simulator/client.ts';
import { run } from './command-line.ts';
import { recordedContext, runHere } from './recorded-context.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('the process', () => {
  it('ends with 0 for help, 2 for bad usage, 78 for a bad configuration, 1 for anything else', async () => {
    const bad = file('process.yaml', 'log: 7');
    const ends = await Promise.all([
      run(['--help']),
      run(['frobnicate']),
      run(['config', 'check', '--config', bad]),
      run(['send', '--to', '+14155550100', '--text', 'x', '--data', folder]),
    ]);
    expect(ends.map(({ code }) => code)).toEqual([0, 2, 78, 1]);
    expect(ends.map(({ stdout }) => stdout === '')).toEqual([false, true, true, true]);
    expect(ends[2]?.stderr).toBe(
      `sim2mqtt: config.invalid: the configuration has one fault:\n  ${bad}:1: log: must be a mapping of keys\n`,
    );
    expect(ends[3]?.stderr).toMatch(/^sim2mqtt: daemon\.unreachable: .*\n$/);
  });
});

describe('the command line', () => {
  it('ends with 0 where it was asked for help or for its version', async () => {
    const help = await runHere(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    for (const name of ['run', 'demo', 'simulate', 'send', 'messages', 'otp', 'ports', 'config', 'backup', 'restore']) {
      expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    const steps = help.stdout.slice(help.stdout.indexOf('The first message:'));
    const commands = [...steps.matchAll(/^ {2}sim2mqtt ([a-z]+(?: [a-z]+)?) /gm)].map(([, name]) => String(name));
    expect(commands).toEqual(['ports', 'config check', 'doctor', 'run', 'token create']);
    for (const command of commands) expect((await runHere([...command.split(' '), '--help'])).code).toBe(0);
    const version = await runHere(['--version']);
    expect(version).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });

  it('names in its help only keys that are in the schema', async () => {
    const { stdout } = await runHere(['--help']);
    const keys = [...stdout.matchAll(/\b(mqtt|http|accounts|backup|retention|recovery)\.(\w+)/g)];
    expect(keys.length).toBeGreaterThan(10);
    const { properties } = resolvedSchema;
    const has = (section: string, key: string) => key in properties[section as 'mqtt'].properties;
    expect(keys.filter(([, section = '', key = '']) => !has(section, key))).toEqual([]);
    const odd = /odd modems +modems: ([\w, ]+);/.exec(stdout)?.[1]?.split(', ') ?? [];
    expect(odd.length).toBeGreaterThan(3);
    expect(odd.filter((key) => !(key in properties.modems.items.properties))).toEqual([]);
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['ports', '--frobnicate']],
    ['a missing option', ['send', '--to', '+14155550100']],
    ['a missing argument', ['backup']],
    ['one argument too many', ['backup', 'a', 'b']],
    ['a number that is none', ['simulate', '--link', '/nonexistent', '--modems', 'many']],
    ['a number out of range', ['simulate', '--link', '/nonexistent', '--modems', '0']],
    ['a modem that nobody simulates', ['simulate', '--link', '/nonexistent', '--profile', 'none-such']],
    ['an option without its value', ['config', 'check', '--config']],
    ['a command of which half is missing', ['config']],
  ])('ends with 2 where it is used badly: %s', async (_name, args) => {
    const { code, stdout, stderr } = await runHere(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('offers each family and each other modem that was recorded, in its help and to whoever asks for another', async () => {
    const { stdout } = await runHere(['simulate', '--help']);
    const { stderr } = await runHere(['simulate', '--link', '/nonexistent', '--profile', 'none-such']);
    for (const { id } of [...simulatedFamilies, ...simulatedVariants]) {
      expect(stdout).toContain(`"${id}"`);
      expect(stderr).toMatch(new RegExp(`\\b${id}\\b`));
    }
  });

  it('simulates a modem that is not the first of its family', async () => {
    const links = join(folder, 'links');
    const stop = new AbortController();
    const args = ['simulate', '--link', links, '--profile', 'e173'];
    const ended = runProgram(args, { ...recordedContext(), signal: stop.signal });
    await expect.poll(() => existsSync(join(links, 'modem0'))).toBe(true);
    const client = await openClient(join(links, 'modem0'));
    expect(await client.say('AT+CGMM')).toContain('\r\nE173\r\n');
    await client.close();
    stop.abort();
    expect(await ended).toBe(0);
  });

  it.each(['run', 'messages', 'send', 'backup', 'restore', 'otp', 'ports', 'config check', 'simulate', 'demo'])(
    'takes --config and --data for %s',
    async (command) => {
      const { code, stdout } = await runHere([...command.split(' '), '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain('--config <file>');
      expect(stdout).toContain('--data <folder>');
    },
  );
});

describe('config check', () => {
  it('ends with 0 where the configuration is fine', async () => {
    const path = file('fine.yaml', 'modems: [{ id: m1, port: "sim:" }]');
    expect(await runHere(['config', 'check', '--config', path])).toEqual({
      code: 0,
      stdout: 'fine: 1 modem\n',
      stderr: '',
    });
    const json = await runHere(['config', 'check', '--json', '--config', path]);
    expect(JSON.parse(json.stdout)).toEqual({ ok: true, faults: [] });
  });

  it('ends with 78 and a line for every fault', async () => {
    const path = file('bad.yaml', 'gateway: A B\nmodems:\n  - { id: m1 }\n');
    const { code, stdout, stderr } = await runHere(['config', 'check', '--config', path], {
      SIM2MQTT__LOG__LEVEL: 'loud',
    });
    expect(code).toBe(78);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      'sim2mqtt: config.invalid: the configuration has 3 faults:',
      `  ${path}:1: gateway: must be lower-case letters, digits and hyphens`,
      `  ${path}:3: modems[0].port: is missing`,
      '  SIM2MQTT__LOG__LEVEL: log.level: must be one of debug, info, warn, error',
      '',
    ]);
  });

  it('gives the faults as JSON too', async () => {
    const path = file('json.yaml', 'log: 7');
    const { code, stdout } = await runHere(['config', 'check', '--json', '--config', path]);
    expect(code).toBe(78);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      faults: [{ path: 'log', line: 1, message: 'must be a mapping of keys' }],
    });
  });

  it('ends with 78 where the file is missing, and for every other command that reads it', async () => {
    const missing = join(folder, 'missing.yaml');
    const line = `  ${missing}: the file cannot be read: there is no such file\n`;
    for (const command of [['config', 'check'], ['run'], ['otp', '--text', 'x']]) {
      const { code, stderr } = await runHere([...command, '--config', missing, '--data', folder]);
      expect([command, code]).toEqual([command, 78]);
      expect(stderr).toContain(line);
    }
  });

  it('ends with 78 where an OTP rule fails its own examples', async () => {
    const rule =
      '{ id: acme, pattern: "Acme (?P<code>[0-9]{4})", examples: { match: [{ text: "Acme 1234", code: 1234 }, { text: "Acme: 1234", code: 1234 }], no_match: [{ text: x }] } }';
    const path = file('rule.yaml', `otp: { rules: [${rule}] }`);
    const { code, stderr } = await runHere(['config', 'check', '--config', path]);
    expect(code).toBe(78);
    expect(stderr).toContain('otp.rules: ');
    expect(stderr).toContain('acme');
  });

  it('shows where it went wrong inside only when asked to', async () => {
    const path = file('debug.yaml', 'log: 7');
    const quiet = await runHere(['config', 'check', '--config', path]);
    expect(quiet.stderr).not.toMatch(/^\s+at /m);
    const loud = await runHere(['config', 'check', '--config', path], { SIM2MQTT_DEBUG: '1' });
    expect(loud.stderr).toMatch(/^\s+at /m);
    expect(loud.code).toBe(78);
  });
});

it('config schema prints the JSON Schema of the file', async () => {
  const { code, stdout } = await runHere(['config', 'schema']);
  expect(code).toBe(0);
  const schema = JSON.parse(stdout);
  expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
  expect(Object.keys(schema.properties)).toContain('modems');
});

it('a command that needs the daemon ends with 1 and one line where none runs', async () => {
  const { code, stderr } = await runHere(['send', '--to', '+14155550100', '--text', 'secret words', '--data', folder]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^sim2mqtt: daemon\.unreachable: .*\n$/);
  expect(stderr).not.toContain('secret words');
});
