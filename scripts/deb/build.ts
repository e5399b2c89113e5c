// Builds sim2mqtt_<version>_<architecture>.deb: see scripts/build-deb.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { configFile } from './config-file.ts';
import { control, fields } from './control.ts';
import { copyrightFile, licencesOf, nodeLicence } from './licences.ts';
import {
  type Architecture,
  installModules,
  installNode,
  missedFiles,
  npmCpu,
  pruneModules,
  removeLicences,
  walk,
} from './modules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const own = (file: string) => join(root, 'scripts/deb', file);
const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;

/** Asked for by other names, and not by `import`. */
const required = new Map([
  ['libphonenumber-js', ['libphonenumber-js/min']],
  ['swagger-ui-dist', ['swagger-ui-dist/package.json']],
]);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const architecture = wanted(positionals[0] ?? hostArchitecture());
const out = resolve(values.out ?? '.');
const scratch = mkdtempSync(join(tmpdir(), 'sim2mqtt-deb-'));
try {
  const tree = join(scratch, 'tree');
  stage(tree);
  process.stdout.write(`${pack(tree)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function wanted(name: string): Architecture {
  if (name === 'amd64' || name === 'arm64') return name;
  process.stderr.write('usage: scripts/build-deb [amd64|arm64] [--out DIR]\n');
  process.exit(2);
}

function hostArchitecture(): Architecture {
  return process.arch === 'arm64' ? 'arm64' : 'amd64';
}

/** Everything as it will lie on the machine. */
function stage(tree: string): void {
  const lib = join(tree, 'usr/lib/sim2mqtt');
  const doc = join(tree, 'usr/share/doc/sim2mqtt');
  cpSync(join(root, 'src'), join(lib, 'src'), { recursive: true });
  const { name, version, description, license, type } = about;
  write(join(lib, 'package.json'), `${JSON.stringify({ name, version, description, license, type }, null, 2)}\n`);

  const modules = installModules(root, join(scratch, 'modules'), architecture);
  const node = installNode(join(scratch, 'node'), architecture, nodeVersion());
  const before = walk(modules);
  pruneModules(modules, architecture);
  const missed = missedFiles(modules, before);
  if (missed.length > 0) throw new Error(`pruned, but asked for:\n${missed.join('\n')}`);
  write(join(doc, 'copyright'), copyrightFile(licencesOf(modules), nodeLicence(node), 'usr/lib/sim2mqtt/node_modules'));
  removeLicences(modules);
  renameSync(modules, join(lib, 'node_modules'));
  mkdirSync(join(lib, 'bin'));
  renameSync(join(node, 'bin/node'), join(lib, 'bin/node'));
  checkLoads(lib);

  write(join(doc, 'README.md.gz'), gzip(readFileSync(join(root, 'README.md'))));
  write(join(doc, 'changelog.gz'), gzip(changelog()));
  write(join(tree, 'usr/share/man/man1/sim2mqtt.1.gz'), gzip(readFileSync(own('sim2mqtt.1'))));
  write(join(tree, 'usr/share/lintian/overrides/sim2mqtt'), readFileSync(own('lintian-overrides')));
  write(join(doc, 'examples/grafana.json'), readFileSync(join(root, 'systemd/grafana.json')));
  write(join(tree, 'etc/sim2mqtt/sim2mqtt.yaml'), configFile());
  write(join(tree, 'lib/systemd/system/sim2mqtt.service'), readFileSync(join(root, 'systemd/sim2mqtt.service')));
  write(join(tree, 'lib/udev/rules.d/78-sim2mqtt.rules'), readFileSync(join(root, 'systemd/78-sim2mqtt.rules')));
  write(join(tree, 'usr/bin/sim2mqtt'), readFileSync(own('launcher')));
  normalise(tree, new Set([join(tree, 'usr/bin/sim2mqtt'), join(lib, 'bin/node')]));
}

/** What runs on this machine is tried: the pruning took nothing that is loaded. */
function checkLoads(lib: string): void {
  if (hostArchitecture() !== architecture) return;
  const imported = Object.keys(about.dependencies as Record<string, string>).filter((name) => !required.has(name));
  const program = [
    "import { createRequire } from 'node:module';",
    ...[...imported, 'typebox/value'].map((name) => `await import('${name}');`),
    ...[...required.values()].flat().map((name) => `createRequire(process.cwd() + '/')('${name}');`),
  ].join('\n');
  const run = (...args: string[]) =>
    execFileSync(join(lib, 'bin/node'), args, { cwd: lib, encoding: 'utf8', env: { NODE_COMPILE_CACHE: '' } });
  run('--input-type=module', '--eval', program);
  const version = run(join(lib, 'src/main.ts'), '--version').trim();
  if (version !== about.version) throw new Error(`the staged program says version ${version}`);
}

/** One time, one owner, and modes that do not depend on who unpacked. */
function normalise(folder: string, programs: ReadonlySet<string>): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const kind = lstatSync(path);
    if (kind.isDirectory()) normalise(path, programs);
    else if (kind.isSymbolicLink()) rmSync(path);
    else chmodSync(path, programs.has(path) ? 0o755 : 0o644);
  }
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), epoch, epoch);
  chmodSync(folder, 0o755);
  utimesSync(folder, epoch, epoch);
}

/** Returns what was made, in a line. */
function pack(tree: string): string {
  const files = walk(tree);
  const octets = files.reduce((sum, file) => sum + statSync(join(tree, file)).size, 0);
  const debian = join(tree, 'DEBIAN');
  write(
    join(debian, 'control'),
    control({ version: String(about.version), architecture, installedKiB: Math.ceil(octets / 1024) }),
  );
  write(join(debian, 'conffiles'), '/etc/sim2mqtt/sim2mqtt.yaml\n');
  write(
    join(debian, 'md5sums'),
    files
      .filter((file) => !file.startsWith('etc/'))
      .map((file) => md5Line(tree, file))
      .join(''),
  );
  const scripts = ['preinst', 'postinst', 'prerm', 'postrm'];
  for (const name of scripts) write(join(debian, name), readFileSync(own(`control/${name}`)));
  normalise(debian, new Set(scripts.map((name) => join(debian, name))));
  utimesSync(tree, epoch, epoch);
  mkdirSync(out, { recursive: true });
  const deb = join(out, `sim2mqtt_${String(about.version)}_${architecture}.deb`);
  // One thread: what several make of it depends on how many there are.
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), DPKG_DEB_THREADS_MAX: '1' };
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z6', '--build', tree, deb], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return `${deb}: ${mebi(statSync(deb).size)} to fetch, ${mebi(octets)} installed`;
}

function mebi(octets: number): string {
  return `${(octets / 2 ** 20).toFixed(1)} MiB`;
}

function md5Line(tree: string, file: string): string {
  return `${createHash('md5')
    .update(readFileSync(join(tree, file)))
    .digest('hex')}  ${file}\n`;
}

function write(file: string, data: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, data);
}

function gzip(data: string | Uint8Array): Uint8Array {
  return gzipSync(data, { level: 9 });
}

function nodeVersion(): string {
  const version = /^node_version=(\S+)$/m.exec(readFileSync(join(root, 'scripts/setup'), 'utf8'))?.[1];
  if (version === undefined) throw new Error('scripts/setup names no version of Node');
  return version;
}

function changelog(): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
  return `sim2mqtt (${String(about.version)}) stable; urgency=medium\n\n  * Version ${String(about.version)}, with Node ${nodeVersion()} for ${npmCpu[architecture]}.\n\n -- ${fields.Maintainer}  ${date}\n`;
}
