// The production packages of one architecture, without what only developers need.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Architecture = 'amd64' | 'arm64';

/** As npm and the makers of prebuilt files call it. */
export const npmCpu: Readonly<Record<Architecture, string>> = { amd64: 'x64', arm64: 'arm64' };

const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/** Installs what `package-lock.json` names, for that architecture, in a folder of its own. Returns the folder of the packages. */
export function installModules(root: string, folder: string, architecture: Architecture): string {
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(folder, file));
  npm(folder, ['ci', '--omit=dev', `--cpu=${npmCpu[architecture]}`, '--os=linux', '--libc=glibc']);
  return join(folder, 'node_modules');
}

/** Node itself, as its makers built it. Returns its package's folder. */
export function installNode(folder: string, architecture: Architecture, version: string): string {
  const name = `node-linux-${npmCpu[architecture]}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  // --force: npm would refuse a package for another processor than this one.
  npm(folder, ['install', '--force', '--no-save', '--no-package-lock', `${name}@${version}`]);
  return join(folder, 'node_modules', name);
}

function npm(folder: string, args: readonly string[]): void {
  execFileSync('npm', [...args, ...quiet], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Nothing of these is read when the daemon runs. */
const idleFolders =
  /(^|\/node_modules\/)(@[^/]+\/)?[^/@]+\/(tests?|__tests__|docs?|examples?|benchmarks?|bench|scripts|tools|bin|coverage|integration|typings|\.[^/]+)$/;
const idleFiles =
  /\.(map|md|markdown|mdx|flow|d\.[mc]?ts|tsbuildinfo|gyp|gypi|cc|cpp|c|h|hpp|yml|yaml|patch|orig|html|ico|sh)$|\/(\.[^/]+|tsconfig[^/]*\.json|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Makefile|AUTHORS|CODEOWNERS|karma\.conf\.js|rollup\.config\.[mc]?js|eslint\.config\.[mc]?js|tap-snapshots|[^/]+\.(test|spec)\.[mc]?js)$/;
/** TypeScript that JavaScript lies beside; Node strips no types below node_modules. */
const typescript = /\.[mc]?ts$/;
const licences = /\/(licen[sc]e|copying|notice)[^/]*$/i;

/** Packages, or parts of them, that are never loaded: for other processors, for browsers, for compilers. */
function foreign(architecture: Architecture): readonly RegExp[] {
  const cpu = npmCpu[architecture];
  return [
    /^(@types|undici-types|@scarf)(\/|$)/,
    new RegExp(`^better-sqlite3/(deps|src|(prebuilds|lib)/(?!linux-${cpu}\\.)(linux|darwin|win32).+)$`),
    new RegExp(`^@serialport/bindings-cpp/(src|prebuilds/(?!linux-${cpu}(/|$)).+|prebuilds/.+\\.musl\\.node)$`),
    /^@lydell\/node-pty-[^/]+\/(deps|src|third_party)(\/|$)/,
    /^swagger-ui-dist\/(?!package\.json$|swagger-ui\.css$|swagger-ui-bundle\.js(\.LICENSE\.txt)?$|favicon-32x32\.png$)/,
    /^libphonenumber-js\/(bundle|es6|es6-modern|source|max|mobile|custom|(metadata|examples)\.(?!min))/,
    /^(mqtt\/(dist|help)|ajv\/lib|bintrees\/dist|worker-[^/]+\/(src|build\/es2019)|broker-factory\/(src|build\/es2019))(\/|$)/,
    /^(mqtt\/build\/bin|uuid\/dist-node\/bin)(\/|$)|(^|\/)(node-gyp-build\/(build-test|optional|bin)|pino\/bin|yaml\/bin)\.m?js$/,
    /(^|\/)node-addon-api(\/|$)/,
    /^(fast-unique-numbers\/(src|build\/es2019)|re2js\/build\/index\.(umd|cjs)|yaml\/browser|uuid\/dist$)/,
  ];
}

/** Requires that are only run on other machines, or never. */
const notHere =
  /^(better-sqlite3\/lib\/binding\.js|libphonenumber-js\/|@serialport\/bindings-cpp\/dist\/(darwin|win32))/;
const specifier = /(?:require\(|from |import\(|import )\s*['"](\.{1,2}\/[^'"]*)['"]/g;
const endings = ['', '.js', '.cjs', '.mjs', '.json', '/index.js', '/index.cjs', '/index.mjs', '/package.json'];

/** Files that were there before and are gone, though one that was kept asks for them: `asker -> file`. */
export function missedFiles(modules: string, before: readonly string[]): string[] {
  const was = new Set(before);
  const is = new Set(walk(modules));
  return [...is]
    .filter((path) => /\.[cm]?js$/.test(path) && !notHere.test(path))
    .flatMap((path) =>
      [...readFileSync(join(modules, path), 'utf8').matchAll(specifier)]
        .map(([, asked = '']) => join(dirname(path), asked))
        .map((asked) => endings.map((ending) => asked.replace(/\/$/, '') + ending).find((file) => was.has(file)))
        .filter((file) => file !== undefined && !is.has(file))
        .map((file) => `${path} -> ${file}`),
    );
}

/** Removes what is not needed. A text that licenses something stays until it has been collected. */
export function pruneModules(modules: string, architecture: Architecture): void {
  const needless = foreign(architecture);
  const isNeedless = (path: string) =>
    needless.some((pattern) => pattern.test(path)) || idleFiles.test(`/${path}`) || typescript.test(path);
  for (const path of walk(modules)) {
    if (licences.test(`/${path}`)) continue;
    if (isNeedless(path) || folders(path).some((folder) => isNeedless(folder) || idleFolders.test(folder))) {
      rmSync(join(modules, path));
    }
  }
  rmSync(join(modules, '.package-lock.json'), { force: true });
  removeEmpty(modules);
}

/** Removes the licences too: by now they are in one file. */
export function removeLicences(modules: string): void {
  for (const path of walk(modules)) {
    if (licences.test(`/${path}`)) rmSync(join(modules, path));
  }
  removeEmpty(modules);
}

/** Every file below a folder, as paths relative to it, sorted. */
export function walk(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** `a/b/c` → `a`, `a/b`. */
function folders(path: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) found.push(folder);
  return found;
}

function removeEmpty(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}
