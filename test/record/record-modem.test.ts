import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  filesIn,
  type OwnedModem,
  ownedModem,
  type Recorded,
  recordModem,
  root,
  secrets,
  settingsOf,
} from './run-recorder.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-record-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Session extends Recorded {
  readonly simulator: OwnedModem;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly pdus: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const out = (name: string) => join(folder, name);
const late = 'see you at 8, 447123456789';

async function session(family: string, args: readonly string[]): Promise<Session> {
  const simulator = await ownedModem(family);
  const before = await settingsOf(simulator);
  const recorded = await recordModem(
    ['--port', simulator.path, '--out', out(family), '--listen', '4', ...args],
    (said) => {
      if (!said.includes('listening')) return;
      simulator.injectText({ from: '+420777123456', text: late });
      simulator.fault({ kind: 'urc', line: '^NEWS: "of a kind that nobody knows"' });
    },
  );
  const stored = [...simulator.stores.SM.list(), ...simulator.stores.ME.list()].map(({ pdu }) => pdu);
  const pdus = [...stored, ...simulator.sent.map(({ pdu }) => pdu)];
  const after = await settingsOf(simulator);
  return { ...recorded, simulator, before, after, pdus, files: filesIn(out(family)) };
}

describe('a recording', () => {
  const wanted = [
    ['sim800', [], 'sim800/simcom-sim800c.txt'],
    ['quectel-ec2x', ['--send-to', '+447700900999'], 'quectel-ec2x/ec25.txt'],
    ['huawei-e3372', [], 'huawei-e3372/e3372.txt'],
    ['generic', ['--family', 'my-stick'], 'my-stick/simulator.txt'],
  ] as const;
  const sessions = new Map<string, Session>();
  beforeAll(async () => {
    const made = wanted.map(async ([family, args]) => sessions.set(family, await session(family, args)));
    await Promise.all(made);
  }, 120_000);
  afterAll(() => Promise.all([...sessions.values()].map(({ simulator }) => simulator.close())));
  const of = (family: string) => sessions.get(family) as Session;

  test.each(wanted)('of %s is one file, shown to the user', (family, _, file) => {
    const { status, stdout, stderr, files } = of(family);
    expect([status, Object.keys(files)]).toEqual([0, [file]]);
    expect(stdout).toBe(files[file]);
    expect(stderr).toContain(join(out(family), file));
  });

  test.each(wanted)('of %s holds what the modem answers, echo and line ends with it', (family, _, file) => {
    const text = of(family).files[file] ?? '';
    expect(text).toMatch(/^# {6}\d ms > ATE0<CR>\n# +\d+ ms < ATE0<CR><CR><LF>\n# +\d+ ms < OK<CR><LF>$/m);
    expect(text).toMatch(/^> AT\+CGMM\n< .+\n= ".+"$/m);
    expect(text).toMatch(/^> AT\+CMGL=4\n< \+CMGL: /m);
    expect(text).toMatch(/^> AT\+CNMI=[\d,]+\n= null$/m);
    expect(text).toMatch(/^\* \+CMTI: "..",\d+\n= \{"is":"stored"/m);
    expect(text).toContain('# the message that came\n> AT+CMGR=');
    expect(text).toContain('* ^NEWS: "of a kind that nobody knows"\n= null\n');
    expect(text).not.toContain('BROKEN OFF');
  });

  test.each(wanted)('of %s tells nothing of its owner', (family, _, file) => {
    const { files, pdus, stdout, stderr } = of(family);
    const everything = `${files[file]}${stdout}${stderr}`;
    const { imei, imsi, iccid, number, smsc, senders, texts } = secrets;
    const numbers = [
      imei,
      imsi,
      iccid,
      number,
      smsc,
      ...senders,
      '84736251',
      '92746183',
      '447123456789',
      '+447700900999',
    ];
    for (const digits of numbers.map((one) => one.replace('+', ''))) {
      const even = digits.length % 2 === 0 ? digits : `${digits}F`;
      const swapped = even.replace(/(.)(.)/g, '$2$1');
      expect(everything).not.toContain(digits);
      expect(everything).not.toContain(digits.slice(-8));
      expect(everything).not.toContain(swapped);
      expect(everything).not.toContain(hexOf(digits));
    }
    for (const text of [...texts, late, 'Lloyds', 'Smith', '80D413D', '"D509"']) {
      expect(everything).not.toContain(text);
      expect(everything.toUpperCase()).not.toContain(hexOf(text));
    }
    expect(pdus.length).toBeGreaterThan(4);
    // The text in its septets, and all before it.
    for (const pdu of pdus) expect(everything).not.toContain(pdu.slice(-16));
  });

  test.each(wanted)('of %s leaves the modem as it was', (family) => {
    const { before, after, pdus, simulator } = of(family);
    const used = (settings: readonly string[]) => settings.map((one) => one.replace(/(\+CPMS: )(.*)/, keepNames));
    expect(used(after)).toEqual(used(before));
    expect(before.join()).toMatch(/AT\+CMEE\?\r\r\n\+CMEE: 2\r\n/);
    expect(before.join()).toContain('+CNMI: 1,1,0,0,0');
    expect(simulator.sent.length).toBe(family === 'quectel-ec2x' ? 1 : 0);
    expect(pdus.length).toBe(family === 'quectel-ec2x' ? 6 : 5);
  });

  test('sends one message where it was asked to, and records how the modem took it', () => {
    const { simulator, files } = of('quectel-ec2x');
    expect(simulator.sent.map(({ to, text }) => [to, text])).toEqual([['+447700900999', 'sim2mqtt']]);
    const text = files['quectel-ec2x/ec25.txt'] ?? '';
    expect(text).toMatch(/^#.* < > \n#.* > 00[0-9A-F]+<SUB>$/m);
    expect(text).toMatch(/^# a message sent\n> AT\+CMGS=\d+\n< \+CMGS: 1\n= 1$/m);
  });

  test('gives one module the same invented numbers wherever it names them', () => {
    const text = of('quectel-ec2x').files['quectel-ec2x/ec25.txt'] ?? '';
    const smsc = /^< \+CSCA: "\+(44\d{10})",145$/m.exec(text)?.[1] ?? '';
    const swapped = smsc.replace(/(.)(.)/g, '$2$1');
    const pdus = text.match(/^< 07.{20,}$/gm) ?? [];
    expect(pdus.length).toBeGreaterThan(4);
    for (const pdu of pdus) expect(pdu.slice(2, 18)).toBe(`0791${swapped}`);
    const [listed = '', again] = ['AT+CMGL=4', 'AT+CMGR=0'].map((command) => {
      const at = text.lastIndexOf(`\n> ${command}\n`);
      return /^< (07.+)$/m.exec(text.slice(at))?.[1];
    });
    expect(again).toBe(listed);
  });

  test('says what to do with a family that nobody knows', () => {
    const { stderr } = of('generic');
    expect(stderr).toContain('src/modem/profiles/my-stick.ts');
    expect(stderr).toContain('matches: called(/^sim2mqtt\\nSIMULATOR/i),');
    expect(stderr).toContain("iccid: ['AT+CCID'],");
    expect(stderr).toContain('No profile lists this line, which came by itself: ^NEWS: "of a kind that nobody knows"');
    expect(of('sim800').stderr).not.toContain('src/modem/profiles/');
  });

  test('is a test that passes as soon as its folder is there', async () => {
    const tree = mkdtempSync(join(folder, 'tree-'));
    for (const name of ['src', 'node_modules', 'package.json']) symlinkSync(join(root, name), join(tree, name));
    const fixtures = join(tree, 'test/fixtures/transcripts');
    cpSync(join(root, 'test/fixtures/transcripts'), fixtures, { recursive: true });
    for (const [family] of wanted) {
      if (family === 'generic') cpSync(join(out(family), 'my-stick'), join(fixtures, 'generic'), { recursive: true });
      else cpSync(out(family), fixtures, { recursive: true });
    }
    mkdirSync(join(tree, 'test/modem'));
    for (const name of readdirSync(join(root, 'test/modem')).filter((one) =>
      /^(?:transcript|scripted-modem)/.test(one),
    )) {
      cpSync(join(root, 'test/modem', name), join(tree, 'test/modem', name));
    }
    writeFileSync(join(tree, 'vitest.config.ts'), `export default { cacheDir: '${tree}/cache' };\n`);
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', '--outputFile=results.json'],
      {
        cwd: tree,
        env: { ...process.env, VITEST: undefined, XDG_DATA_HOME: join(tree, 'data') },
      },
    );
    await once(child, 'exit');
    const results = await import(join(tree, 'results.json'), { with: { type: 'json' } });
    const tests: { status: string; fullName: string; failureMessages: string[] }[] =
      results.default.testResults.flatMap(({ assertionResults }: { assertionResults: unknown[] }) => assertionResults);
    expect(tests.filter(({ status }) => status !== 'passed').map((one) => [one.fullName, one.failureMessages])).toEqual(
      [],
    );
    for (const [family, , file] of wanted) {
      const name = family === 'generic' ? 'generic/simulator.txt' : file;
      expect(tests.filter(({ fullName }) => fullName.startsWith(name)).length).toBeGreaterThan(30);
    }
  }, 60_000);
});

function hexOf(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
}

/** Messages that came count in, and are no setting. */
function keepNames(_: string, head: string, storages: string): string {
  return head + (storages.match(/"\w+"/g) ?? []).join();
}
