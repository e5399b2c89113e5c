import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configFile } from '../scripts/deb/config-file.ts';
import { control, maintainer } from '../scripts/deb/control.ts';
import { copyrightFile, licencesOf } from '../scripts/deb/licences.ts';
import { missedFiles, pruneModules, removeLicences, walk } from '../scripts/deb/modules.ts';
import { udevRules } from '../scripts/deb/udev-rules.ts';
import { checkConfig } from '../src/config/load.ts';
import { resolvedSchema } from '../src/config/schema.ts';
import { tempFolder } from './temp-folder.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

function files(contents: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  for (const [file, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

describe('the scripts of the package', () => {
  const own = ['preinst', 'postinst', 'prerm', 'postrm'].map((name) => `scripts/deb/control/${name}`);

  it.each([
    ...own,
    'scripts/deb/launcher',
    'scripts/deb/inside-root',
    'scripts/deb/inspect',
    'scripts/build-deb',
    'scripts/test-deb',
  ])('%s is a POSIX shell script that ends at the first fault', (script) => {
    execFileSync('/bin/sh', ['-n', join(root, script)]);
    expect(read(script)).toMatch(/^#!\/bin\/sh\n# .+\n(#.*\n)*(\n)?set -eu?\n/);
    if (!script.endsWith('inside-root')) accessSync(join(root, script), constants.X_OK);
  });

  it('are all of those that dpkg runs', () => {
    expect(readdirSync(join(root, 'scripts/deb/control')).sort()).toEqual(['postinst', 'postrm', 'preinst', 'prerm']);
  });

  it('take data, configuration and user away on purge alone', () => {
    const [, ...purge] = read('scripts/deb/control/postrm').split('if [ "$1" = purge ]');
    expect(purge.join()).toContain('rm -rf /var/lib/sim2mqtt /var/cache/sim2mqtt /etc/sim2mqtt');
    const others = [...own.map(read), read('scripts/deb/control/postrm').split('if [ "$1" = purge ]')[0]].slice(0, 3);
    for (const text of others) expect(text).not.toMatch(/rm -r|deluser|userdel/);
  });
});

it('the control file names its version and processor, and every line of the description is one', () => {
  const text = control({ version: '1.2.3', architecture: 'arm64', installedKiB: 99 });
  expect(text).toMatch(/^Package: sim2mqtt\nVersion: 1\.2\.3\nArchitecture: arm64\n/);
  expect(text).toContain('\nInstalled-Size: 99\n');
  expect(text.split('\n').filter((line) => !/^([A-Z][\w-]+: \S.*| \S.*|)$/.test(line))).toEqual([]);
});

it('whoever builds it answers for it; without a word of theirs the address is nobody’s', () => {
  expect(maintainer({})).toBe('sim2mqtt packagers <packagers@sim2mqtt.invalid>');
  expect(maintainer({ DEBFULLNAME: 'Ann', DEBEMAIL: 'ann@example.org' })).toBe('Ann <ann@example.org>');
});

it('its tests hold it to lintian and its unit to systemd, as the issue has it', () => {
  expect(read('scripts/test-deb')).toContain('scripts/deb/inspect" "$deb"');
  expect(read('scripts/deb/inspect')).toMatch(/^lintian --fail-on error,warning .*"\$deb"$/m);
  expect(read('scripts/deb/inspect')).toContain('systemd-analyze security --offline=yes --threshold=17');
});

describe('the configuration file of the package', () => {
  const text = configFile();
  const uncommented = text.replace(/^#/gm, '');

  it('says of every key what it is, and what holds where it is left out', () => {
    const lines = text.split('\n');
    const unexplained = lines.filter(
      (line, at) => /^# *(\w+):/.test(line) && !/^#[# ]*# [A-Z]/.test(lines[at - 1] ?? ''),
    );
    expect(unexplained).toEqual([]);
    expect(text).not.toContain('[object');
    for (const said of [
      '#      # Most parts the line sends in a minute; in parts; default: none\n#      per_minute: 10\n',
      '#    # Where the modem is; a device path, tcp://host:port, imei:…, iccid:… or sim:; required\n',
      '## Numbers by name, each something to notify in Home Assistant; default: none\n#contacts: {',
      '#  # How clients reach it; http://host or https://host; default: http:// and http.listen\n',
      '#  # How many of them are kept; 0: none is made; in copies\n#  keep: 7\n',
    ])
      expect(text).toContain(said);
  });

  it('sets nothing', () => {
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  it('has every key but secrets and rules of one’s own, and is right once the first # of each line is gone', () => {
    const elsewhere = uncommented.replace(
      /^( *)(password_file|pin_file|ca_file|cert_file|key_file|folder): .*$/gm,
      '$1# $2',
    );
    const file = join(files({ 'sim2mqtt.yaml': elsewhere }), 'sim2mqtt.yaml');
    const check = checkConfig({ file, env: {} });
    expect(check).toMatchObject({ ok: true });
    interface Key {
      readonly title?: string;
      readonly type?: string;
      readonly properties?: Readonly<Record<string, Key>>;
      readonly items?: Key;
    }
    const names = (key: Key): string[] =>
      Object.entries({ ...key.properties, ...key.items?.properties }).flatMap(([name, child]) => [
        name,
        ...names(child),
      ]);
    const missing = new Set(
      names(resolvedSchema).filter((name) => !new RegExp(`^ *(- |# )?${name}:`, 'm').test(uncommented)),
    );
    const rules = ['rules', ...names(resolvedSchema.properties.otp.properties.rules)];
    expect([...missing].filter((name) => !rules.includes(name)).sort()).toEqual(['password', 'pin']);
  });
});

describe('the udev rules', () => {
  const rules = read('systemd/78-sim2mqtt.rules');
  const lines = rules.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  it('are those made of what the daemon knows of modems: node scripts/deb/udev-rules.ts >systemd/78-sim2mqtt.rules', () => {
    expect(rules).toBe(udevRules());
  });

  it('are made of keys, operators and quoted values, and every jump has its mark', () => {
    const pair = /(?:[A-Z]+(?:\{[\w/]+\})?(?:==|!=|\+=|=)"[^"]*")/;
    const odd = lines.filter((line) => !new RegExp(`^${pair.source}(, ${pair.source})*$`).test(line));
    expect(odd).toEqual([]);
    const marks = (word: string) =>
      new Set([...rules.matchAll(new RegExp(`\\b${word}="(\\w+)"`, 'g'))].map(([, mark]) => mark));
    expect(marks('GOTO')).toEqual(marks('LABEL'));
  });

  it('keep ModemManager and sleep away from a modem, and leave a bridge and a GPS receiver alone', () => {
    const ofVendor = (vendor: string) => lines.filter((line) => line.includes(`"${vendor}"`));
    expect(ofVendor('2c7c')[0]).toMatch(/0125\|.*ENV\{ID_MM_DEVICE_IGNORE\}="1".*ATTR\{power\/control\}="on"$/);
    expect(ofVendor('1e0e').at(0)).toContain('9001');
    for (const bridge of ['1a86', '10c4', '0403', '067b']) expect(ofVendor(bridge)).toEqual([]);
    expect(rules).not.toMatch(/01a[5-9]/);
  });

  it('link the port that takes commands by its socket', () => {
    const links = lines.filter((line) => line.includes('SYMLINK'));
    expect(links.every((line) => line.endsWith('SYMLINK+="sim2mqtt/$env{ID_PATH}"'))).toBe(true);
    expect(links.find((line) => /"2c7c".*0125/.test(line))).toContain('ENV{ID_USB_INTERFACE_NUM}=="02"');
    expect(links.find((line) => /"2c7c".*6005/.test(line))).toContain('ENV{ID_USB_INTERFACE_NUM}=="03"');
  });
});

describe('the packages inside', () => {
  const tree = () =>
    files({
      'better-sqlite3/package.json': '{}',
      'better-sqlite3/LICENSE': 'x',
      'better-sqlite3/lib/index.js': "require('./binding.js')",
      'better-sqlite3/lib/binding.js': "require('../prebuilds/win32-x64.node')",
      'better-sqlite3/lib/win32-x64.js': '',
      'better-sqlite3/lib/linux-arm64.js': '',
      'better-sqlite3/deps/sqlite3/sqlite3.c': '',
      'better-sqlite3/prebuilds/linux-x64.node': '',
      'better-sqlite3/prebuilds/linux-arm64.node': '',
      'better-sqlite3/prebuilds/linuxmusl-arm64.node': '',
      'better-sqlite3/prebuilds/darwin-arm64.node': '',
      '@serialport/bindings-cpp/prebuilds/linux-arm64/@serialport+bindings-cpp.armv8.glibc.node': '',
      '@serialport/bindings-cpp/prebuilds/linux-arm64/@serialport+bindings-cpp.armv8.musl.node': '',
      '@serialport/bindings-cpp/prebuilds/linux-arm/@serialport+bindings-cpp.armv7.glibc.node': '',
      '@types/node/index.d.ts': '',
      'plain/index.js': "require('./dist/doc/part')",
      'plain/dist/doc/part.js': '',
      'plain/docs/page.html': '',
      'plain/test/some.js': '',
      'plain/README.md': '',
      'plain/index.js.map': '',
      'plain/index.d.ts': '',
    });

  it('are those of the one processor, without what only developers need', () => {
    const modules = tree();
    pruneModules(modules, 'arm64');
    expect(walk(modules)).toEqual([
      '@serialport/bindings-cpp/prebuilds/linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
      'better-sqlite3/LICENSE',
      'better-sqlite3/lib/binding.js',
      'better-sqlite3/lib/index.js',
      'better-sqlite3/lib/linux-arm64.js',
      'better-sqlite3/package.json',
      'better-sqlite3/prebuilds/linux-arm64.node',
      'plain/dist/doc/part.js',
      'plain/index.js',
    ]);
    removeLicences(modules);
    expect(walk(modules)).not.toContain('better-sqlite3/LICENSE');
  });

  it('lack nothing that one of them asks for', () => {
    const modules = files({
      'plain/index.js': "import x from './gone.js'; require('./never-was')",
      'plain/gone.js': '',
    });
    const before = walk(modules);
    expect(missedFiles(modules, before)).toEqual([]);
    const after = files({ 'plain/index.js': readFileSync(join(modules, 'plain/index.js'), 'utf8') });
    expect(missedFiles(after, before)).toEqual(['plain/index.js -> plain/gone.js']);
  });

  it('are named with their holders and licences, each text once; an unknown licence ends it', () => {
    const about = (name: string, license: string) => JSON.stringify({ name, version: '1.0.0', license });
    const isc = 'ISC License\n\nCopyright (c) 2020 A\n\nPermission to use …';
    const modules = files({
      'a/package.json': about('a', 'ISC'),
      'a/LICENSE': isc,
      'a/node_modules/@s/b/package.json': about('@s/b', 'MIT'),
      'a/lib/package.json': '{"type":"module"}',
    });
    const text = copyrightFile(licencesOf(modules), 'Node.js is licensed …\n\nCopyright X', 'usr/lib/x');
    expect(text).toContain('Files: usr/lib/x/a/*\nComment: a 1.0.0\nCopyright: Copyright (c) 2020 A\nLicense: ISC~a\n');
    expect(text).toContain('Files: usr/lib/x/a/node_modules/@s/b/*\n');
    expect(text.match(/^License: MIT\n Permission/gm)).toHaveLength(1);
    expect(text).toContain('License: Node.js\n Node.js is licensed …\n .\n Copyright X\n');
    writeFileSync(join(modules, 'a/package.json'), about('a', 'GPL-3.0'));
    expect(() => licencesOf(modules)).toThrow('a (GPL-3.0)');
  });
});
