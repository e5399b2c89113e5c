// The licences of everything the package carries, as one file in Debian's form (DEP 5). An unknown licence ends the build.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { walk } from './modules.ts';

export interface Licensed {
  /** Path below the package's folder of modules. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly holders: readonly string[];
  /** Null where only the name of the licence is given: then its standard text counts. */
  readonly text: string | null;
}

/** All of them let everybody pass the software on, and ask for no source. */
const allowed = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0']);

/** Every package below `modules`, with what it says of itself. Throws where a licence is not among the allowed ones. */
export function licencesOf(modules: string): Licensed[] {
  const found = walk(modules)
    .filter((path) => /(^|\/node_modules\/)(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
    .map((path) => describe(modules, path.slice(0, -'/package.json'.length)));
  const refused = found.filter(({ licence }) => !allowed.has(licence));
  if (refused.length > 0) {
    throw new Error(
      `licences to look at first: ${refused.map(({ name, licence }) => `${name} (${licence})`).join(', ')}`,
    );
  }
  return found;
}

function describe(modules: string, path: string): Licensed {
  const folder = join(modules, path);
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const texts = readdirSync(folder)
    .filter((name) => /^(licen[sc]e|copying)([.-].*)?$/i.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const text = texts.length === 0 ? null : texts.join('\n\n');
  const author = about.author as string | { name?: string } | undefined;
  const authorName = typeof author === 'string' ? author.replace(/\s*[<(].*$/, '') : author?.name;
  const held = [...(text ?? '').matchAll(/^\W*(?:Copyright|\(c\)).*?(?:\(c\)|©|Copyright)?\s*(\S.*)$/gim)].map(
    (match) => (match[0] ?? '').replace(/^[\W_]*Copyright/i, 'Copyright').trim(),
  );
  const holders = held.filter((line) => /\d{4}|contributors/i.test(line) && !/\[yyyy\]|\{yyyy\}/.test(line));
  return {
    path,
    name: String(about.name),
    version: String(about.version),
    licence: String(about.license ?? (about.licenses as { type: string }[] | undefined)?.[0]?.type),
    holders: holders.length > 0 ? [...new Set(holders)] : [authorName ?? `the authors of ${String(about.name)}`],
    text,
  };
}

/** Standard words, for packages that name their licence without giving it, and to see which give the same. */
const standard: Readonly<Record<string, string>> = {
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  'Apache-2.0': 'On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.',
};

const bare = (text: string) => text.replace(/\s+/g, ' ').toLowerCase();

/** `node` is the licence text that comes with Node itself. */
export function copyrightFile(packages: readonly Licensed[], node: string, below: string): string {
  const named = new Map<string, string>();
  const paragraphs = packages.map((one) => {
    const licence = nameOf(one, named);
    const files = `Files: ${below}/${one.path}/*\nComment: ${one.name} ${one.version}`;
    return `${files}\nCopyright: ${one.holders.join('\n ')}\nLicense: ${licence}\n`;
  });
  const texts = [...named].map(([text, name]) => `License: ${name}\n${indented(text)}\n`);
  return `${[
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: sim2mqtt\n',
    `Files: *\nCopyright: the authors of sim2mqtt\nLicense: ${nameOf({ licence: 'MIT', name: 'sim2mqtt', text: null }, named)}\n`,
    ...paragraphs,
    `Files: usr/lib/sim2mqtt/bin/node\nCopyright: Node.js contributors, and those named below\nLicense: Node.js\n${indented(node)}\n`,
    ...texts,
  ].join('\n')}`;
}

/** The same words have one name; others that go by the same licence get one of their own. */
function nameOf(
  { licence, name, text }: Pick<Licensed, 'licence' | 'name' | 'text'>,
  named: Map<string, string>,
): string {
  const words = standard[licence];
  const isStandard = text === null || (words !== undefined && bare(text).includes(bare(words)));
  const apache = licence === 'Apache-2.0';
  if (isStandard && words === undefined) throw new Error(`${name} gives no licence text, and ${licence} has none here`);
  const kept = (isStandard || apache) && words !== undefined ? words : (text ?? '');
  const known = named.get(kept);
  if (known !== undefined) return known;
  const given = kept === words ? licence : `${licence}~${name.replace(/[^a-z0-9.-]+/gi, '-').replace(/^-/, '')}`;
  named.set(kept, given);
  return given;
}

function indented(text: string): string {
  return text
    .replaceAll('\r', '')
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
}

/** The licence that Node's own package carries. */
export function nodeLicence(folder: string): string {
  const file = join(folder, 'LICENSE');
  if (!existsSync(file)) throw new Error('the Node package carries no licence');
  // It quotes the Apache licence for one of its parts: Debian has that text already.
  return readFileSync(file, 'utf8').trim();
}
