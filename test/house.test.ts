import { execFileSync, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const about = JSON.parse(read('package.json'));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-house-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the packages', () => {
  interface Locked {
    readonly optionalDependencies?: Record<string, string>;
  }
  const locked: Record<string, Locked> = JSON.parse(read('package-lock.json')).packages;

  it('are pinned to one version each', () => {
    const ranges = Object.entries({ ...about.dependencies, ...about.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
    );
    expect(ranges).toEqual([]);
  });

  it('have each build for another platform in the lock file: without them `npm ci` refuses to install', () => {
    const missing = Object.values(locked).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) => !Object.keys(locked).some((path) => path.endsWith(`node_modules/${name}`)),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('come from no registry in particular', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
  });
});

describe('the scripts', () => {
  const scripts = [
    'scripts/setup',
    'scripts/sim2mqtt',
    'scripts/demo',
    'scripts/test',
    'scripts/usb-reset',
    'scripts/record-modem',
    '.ci/run',
  ];

  it.each(scripts)('%s is an executable POSIX shell script', (script) => {
    accessSync(join(root, script), constants.X_OK);
    expect(read(script)).toMatch(/^#!\/bin\/sh\n# .+\n(#.*\n)*set -eu\n/);
    execFileSync('/bin/sh', ['-n', join(root, script)]);
  });

  it('fetch a Node that is allowed, and of the version that the types are for', () => {
    const fetched = /^node_version=(\d+)\.(\d+)\.\d+$/m.exec(read('scripts/setup'));
    expect(about.engines.node).toBe('>=22.18');
    expect(about.devDependencies['@types/node']).toMatch(new RegExp(`^${fetched?.[1]}\\.`));
  });

  it.each([
    ['v20.20.2', 'fetched'],
    ['v22.17.9', 'fetched'],
    ['v22.18.0', 'system'],
    ['v23.1.0', 'system'],
    ['v24.21.0', 'system'],
    ['v100.0.0', 'system'],
    ['v8.0', 'fetched'],
    ['', 'fetched'],
    ['nonsense', 'fetched'],
  ])('choose, where the system has Node %s, the %s one', (version, expected) => {
    const checkout = mkdtempSync(join(folder, 'checkout-'));
    const fetched = join(checkout, 'node_modules/.node/bin/node');
    const system = join(checkout, 'bin/node');
    for (const [file, text] of [
      [fetched, 'v24.21.0'],
      [system, version],
    ] as const) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\necho ${text}\n`, { mode: 0o755 });
    }
    const chosen = execFileSync('/bin/sh', ['-euc', '. "$0"; echo "$node"', join(root, 'scripts/choose-node.sh')], {
      env: { PATH: `${dirname(system)}:/usr/bin:/bin`, root: checkout },
      encoding: 'utf8',
    });
    expect(chosen.trim()).toBe(expected === 'system' ? system : fetched);
  });

  it('start the program through any links and from any folder', () => {
    const first = join(folder, 'first');
    const second = join(folder, 'second');
    symlinkSync(join(root, 'scripts/sim2mqtt'), first);
    symlinkSync('first', second);
    const { stdout, stderr, status } = spawnSync(second, ['--version'], {
      cwd: '/',
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, NODE_COMPILE_CACHE: join(folder, 'cache') },
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual([0, `${about.version}\n`, '']);
  });

  it('say what to do where nothing is set up', () => {
    const checkout = mkdtempSync(join(folder, 'checkout-'));
    mkdirSync(join(checkout, 'scripts'));
    for (const name of ['sim2mqtt', 'choose-node.sh']) {
      writeFileSync(join(checkout, 'scripts', name), read(`scripts/${name}`), { mode: 0o755 });
    }
    const { stderr, status } = spawnSync(join(checkout, 'scripts/sim2mqtt'), ['run'], {
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^sim2mqtt: not set up yet: run .*\/scripts\/setup\n$/);
  });
});

describe('the shared rooms', () => {
  const vendors =
    /\b(quectel|simcom|huawei|zte|sierra|telit|u-?blox|cinterion|fibocom|neoway|wavecom|alcatel|air780)\b/i;

  it.each(['at', 'sms', 'modem', 'gateway', 'store'])('%s names no vendor', (room) => {
    const files = readdirSync(join(root, 'src', room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !(room === 'modem' && file.startsWith('profiles/')))
      .filter((file) => vendors.test(read(join('src', room, file))));
    expect(files).toEqual([]);
  });
});
