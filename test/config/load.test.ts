import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultText } from '../../src/config/faults.ts';
import { checkConfig, loadConfig } from '../../src/config/load.ts';
import { GatewayError } from '../../src/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string | Buffer): string {
  const path = join(folder, 'sim2mqtt.yaml');
  writeFileSync(path, text);
  return path;
}

/** Each fault as a line, without the name of the file. */
function faults(text: string | Buffer, env: Record<string, string> = {}): string[] {
  const path = file(text);
  const check = checkConfig({ file: path, env, hostName: 'pi' });
  return check.ok ? [] : check.faults.map((fault) => faultText(fault, 'f'));
}

describe('a configuration file', () => {
  it('may be empty: every key has a default', () => {
    expect(loadConfig({ file: file(''), env: {}, hostName: 'Pi_Kitchen.local' })).toEqual({
      gateway: 'pi-kitchen',
      mqtt: {
        listen: '127.0.0.1:1883',
        root: 'sim2mqtt',
        homeassistant: true,
        homeassistant_otp: 'masked',
        privacy: { otp: 'full', text: 'full' },
        response_topics: ['sim2mqtt-hub/+/reply/#', 'sim2mqtt-client/+/reply/#'],
      },
      http: { listen: '127.0.0.1:8480', public_url: 'http://127.0.0.1:8480', trusted_proxies: [] },
      modems: [],
      contacts: {},
      accounts: { signup: 'allowlist', allow: [], default_tier: 'free' },
      webhooks: { allow_private: true },
      recovery: { usb_command: [] },
      backup: { at: '03:30', keep: 7 },
      retention: { messages_days: 90, events_days: 7 },
      log: { level: 'info', format: 'text' },
      otp: { rules: [] },
      messages: { partial_after: 600 },
    });
  });

  it('may say everything that the contract names', () => {
    const config = loadConfig({
      env: {},
      file: file(`
gateway: pi-kitchen
mqtt:
  url: mqtt://127.0.0.1:1883
  username: gw
  root: sim2mqtt
  homeassistant: true
  privacy: { otp: masked, text: off }
http:
  listen: 0.0.0.0:8480
  public_url: https://sms.example.com
modems:
  - id: m1
    port: /dev/serial/by-id/usb-Quectel_EC25-if02
    number: "+14165551234"
    offer: lease
  - { id: m2, port: "tcp://10.0.0.7:3001" }
  - { id: m3, port: "imei:490154203237518" }
  - { id: m4, port: "iccid:8988303000000614227" }
  - { id: m5, port: "sim:" }
  - { id: m6, port: "sim:" }
accounts: { signup: allowlist, allow: ["+14152055634"], default_tier: free }
webhooks: { allow_private: false }
retention: { messages_days: 90, events_days: 7 }
`),
    });
    expect(config.mqtt.privacy).toEqual({ otp: 'masked', text: 'off' });
    expect(config.modems[0]).toEqual({
      id: 'm1',
      port: '/dev/serial/by-id/usb-Quectel_EC25-if02',
      number: '+14165551234',
      baud: 115_200,
      offer: 'lease',
      pace: {},
      calls: 'hangup',
      power_command: [],
      direct: false,
    });
    expect(config.modems.map((modem) => modem.offer)).toEqual([
      'lease',
      'private',
      'private',
      'private',
      'private',
      'private',
    ]);
    expect(config.webhooks.allow_private).toBe(false);
  });

  it('keeps the digits of an unquoted PIN and number', () => {
    const config = loadConfig({
      env: {},
      file: file('modems: [{ id: 7, port: /dev/a, number: +14165551234, pin: 0123 }]'),
    });
    expect(config.modems[0]).toEqual({
      id: '7',
      port: '/dev/a',
      number: '+14165551234',
      pin: '0123',
      baud: 115_200,
      offer: 'private',
      pace: {},
      calls: 'hangup',
      power_command: [],
      direct: false,
    });
  });

  it('may say how a line sends, what becomes of calls, and what brings a modem back', () => {
    const config = loadConfig({
      env: {},
      file: file(`
modems:
  - id: m1
    port: /dev/a
    pace: { per_minute: 10, per_hour: 100 }
    calls: ignore
    smsc: +12063130004
    power_command: [uhubctl, -l, 1-1, -p, "2", -a, cycle]
recovery: { usb_command: [sudo, -n, /opt/sim2mqtt/scripts/usb-reset] }
`),
    });
    expect(config.modems[0]).toMatchObject({
      pace: { per_minute: 10, per_hour: 100 },
      calls: 'ignore',
      smsc: '+12063130004',
      power_command: ['uhubctl', '-l', '1-1', '-p', '2', '-a', 'cycle'],
    });
    expect(config.recovery).toEqual({ usb_command: ['sudo', '-n', '/opt/sim2mqtt/scripts/usb-reset'] });
  });

  it('may name contacts as people do, their numbers quoted or not', () => {
    const load = (env: Record<string, string>) =>
      loadConfig({ env, file: file('contacts:\n  Mum: +14165551234\n  Дядя Ваня: "+14165551235"\n') }).contacts;
    expect(load({})).toEqual({ Mum: '+14165551234', 'Дядя Ваня': '+14165551235' });
    expect(load({ SIM2MQTT__CONTACTS__DAD: '+14165551236' })).toMatchObject({ dad: '+14165551236' });
    expect(faults('contacts: { "": +14165551234, " x": +14165551234, Mum: mum, Dad: "0123" }\n')).toEqual([
      'f:1: contacts.: the key must be a name of 1 to 50 characters',
      'f:1: contacts. x: the key must be a name of 1 to 50 characters',
      'f:1: contacts.Mum: must be E.164, as in "+14165551234"',
      'f:1: contacts.Dad: must be E.164, as in "+14165551234"',
    ]);
  });

  it('may have a section whose keys are all commented out', () => {
    expect(faults('mqtt:\n  # url: mqtt://broker\nmodems:\n')).toEqual([]);
  });

  it('keeps webhooks off private addresses where anybody may sign up', () => {
    expect(loadConfig({ file: file('accounts: { signup: open }'), env: {} }).webhooks.allow_private).toBe(false);
  });

  it('has the password of the broker URL taken out of it', () => {
    const { mqtt } = loadConfig({ file: file('mqtt: { url: "mqtt://gw:s%3Acret@broker:1883" }'), env: {} });
    expect(mqtt.url).toBe('mqtt://broker:1883');
    expect(mqtt.username).toBe('gw');
    expect(mqtt.password).toBe('s:cret');
  });
});

describe('a wrong configuration', () => {
  it('is refused with every fault at once, each with its line and its path', () => {
    expect(
      faults(`gateway: Pi Kitchen
mqtt:
  url: amqp://127.0.0.1
  pasword: x
http: { listen: 127.0.0.1 }
modems:
  - id: m1
    port: COM3
    number: 14165551234
    pin: 12
    offer: rent
  - port: /dev/b
retention: { messages_days: 0, events_days: soon }
log: [json]
nonsense: 1
`),
    ).toEqual([
      'f:1: gateway: must be lower-case letters, digits and hyphens',
      'f:3: mqtt.url: must be mqtt://host, mqtts://host, ws://host/path or wss://host/path',
      'f:4: mqtt.pasword: unknown key; known here: url, listen, username, password, password_file, ca_file, cert_file, key_file, root, homeassistant, homeassistant_otp, privacy, response_topics',
      'f:5: http.listen: must be host:port, as in 127.0.0.1:8480 or [::1]:8480',
      'f:8: modems[0].port: must be a device path, tcp://host:port, imei:…, iccid:… or sim:',
      'f:9: modems[0].number: must be E.164, as in "+14165551234"',
      'f:10: modems[0].pin: must be 4 to 8 digits',
      'f:11: modems[0].offer: must be one of shared, lease, private',
      'f:12: modems[1].id: is missing',
      'f:13: retention.messages_days: must be >= 1',
      'f:13: retention.events_days: must be a whole number',
      'f:14: log: must be a mapping of keys',
      'f:15: nonsense: unknown key; known here: gateway, mqtt, http, modems, contacts, accounts, webhooks, recovery, backup, retention, log, otp, messages',
    ]);
  });

  it('is refused where two keys do not go together, beside other faults', () => {
    expect(
      faults(`
mqtt: { url: "mqtt://h", password: a, password_file: b, cert_file: c }
modems:
  - { id: m1, port: /dev/a, number: "+14165551234", pin: "1234", pin_file: p }
  - { id: m1, port: /dev/a, number: "+14165551234", offer: rent }
otp:
  rules:
    - { id: a, pattern: x, examples: { match: [{ text: x }, { text: x, code: x }], no_match: [{ text: y }] } }
    - { id: a, pattern: x, examples: { match: [], no_match: [{ text: y }] } }
`),
    ).toEqual([
      'f:2: mqtt.password_file: is set beside password: choose one',
      'f:2: mqtt.cert_file: needs an mqtt.url with mqtts:// or wss://',
      'f:2: mqtt.key_file: is missing: mqtt.cert_file needs it',
      'f:4: modems[0].pin_file: is set beside pin: choose one',
      'f:5: modems[1].offer: must be one of shared, lease, private',
      'f:5: modems[1].id: is the same as that of modems[0]',
      'f:5: modems[1].port: is the same as that of modems[0]',
      'f:5: modems[1].number: is the same as that of modems[0]',
      'f:8: otp.rules[0].examples.match[0].code: is missing',
      'f:9: otp.rules[1].examples.match: must have at least 2',
      'f:9: otp.rules[1].id: is the same as that of rules[0]',
    ]);
  });

  it('is thrown as one error whose message has a line for each fault', () => {
    const path = file('log: { level: loud }\nx: 1');
    const load = () => loadConfig({ file: path, env: { SIM2MQTT__HTTP__LISTEN: '8480' } });
    expect(load).toThrow(GatewayError);
    expect(load).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        details: { count: 3 },
        message: [
          'the configuration has 3 faults:',
          `  ${path}:1: log.level: must be one of debug, info, warn, error`,
          `  ${path}:2: x: unknown key; known here: gateway, mqtt, http, modems, contacts, accounts, webhooks, recovery, backup, retention, log, otp, messages`,
          '  SIM2MQTT__HTTP__LISTEN: http.listen: must be host:port, as in 127.0.0.1:8480 or [::1]:8480',
        ].join('\n'),
      }),
    );
  });

  it('never has its values in the faults: they may be secret', () => {
    const text = faults('mqtt: { password: { a: hunter2 } }\nmodems: [{ id: m1, port: /dev/a, pin: hunter2 }]').join();
    expect(text).toContain('modems[0].pin');
    expect(text).not.toContain('hunter2');
  });

  it.each([
    ['broken YAML', 'mqtt: { url: "x"\nmodems: [', /f:2: not valid YAML/],
    ['a key given twice', 'log: {}\nlog: {}\n', /f:2: not valid YAML: Map keys must be unique/],
    ['two documents', 'log: {}\n---\nlog: {}\n', /not valid YAML/],
    ['a list at the top', '- a\n- b\n', /f:1: must be a mapping of keys/],
    ['plain text', 'hello', /f:1: must be a mapping of keys/],
    ['brackets nested very deep', `modems: ${'['.repeat(100_000)}`, /not valid YAML/],
    ['a bomb of aliases', bomb(), /not valid YAML: Excessive alias count/],
    ['an unknown alias', 'modems: *m', /not valid YAML/],
    ['bytes that are no text', Buffer.from([0, 1, 2, 0xff, 0xfe]), /f:1: /],
    ['a key that would touch every object', '__proto__: { x: 1 }', /f:1: __proto__: unknown key/],
  ])('is refused where it is %s', (_name, text, expected) => {
    expect(faults(text).join('\n')).toMatch(expected);
  });

  it('is refused where the file is not there, is a folder, or is huge', () => {
    const missing = checkConfig({ file: join(folder, 'none.yaml'), env: {} });
    expect(missing).toEqual({
      ok: false,
      faults: [{ path: '', message: 'the file cannot be read: there is no such file' }],
    });
    expect(checkConfig({ file: folder, env: {} })).toEqual({
      ok: false,
      faults: [{ path: '', message: 'the file cannot be read: it is a folder' }],
    });
    expect(faults(`# ${'x'.repeat(1024 * 1024)}`)).toEqual(['f: the file cannot be read: it is larger than 1 MiB']);
    expect(checkConfig({ file: '/dev/zero', env: {} })).toMatchObject({ ok: false });
  });

  it('gives faults or a configuration for any text, and never throws', () => {
    const fragment = fc.constantFrom(
      'modems:',
      '- ',
      '  ',
      '\n',
      'id: ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '!!map ',
      '?',
    );
    const text = fc.array(fc.oneof(fragment, fc.string()), { maxLength: 20 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (source) => {
        expect(typeof checkConfig({ file: file(source), env: {} }).ok).toBe('boolean');
      }),
      { numRuns: 100 },
    );
  });
});

function bomb(): string {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [of, name] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'].map((pair) => [...pair])) {
    lines.push(`${name}: &${name} [*${of}, *${of}, *${of}, *${of}, *${of}, *${of}, *${of}, *${of}, *${of}]`);
  }
  return lines.join('\n');
}
