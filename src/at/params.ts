import { GatewayError } from '../errors.ts';

/** One parameter of an information text (V.250 5.4.2.1; lists and ranges of test commands 5.4.3.1). */
export type Param =
  | { readonly is: 'empty' }
  | { readonly is: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly is: 'range'; readonly from: number; readonly to: number }
  | { readonly is: 'list'; readonly items: readonly Param[] };

const DEEPEST = 8;
const WIDEST_RANGE = 1_000;

/** What follows `prefix` and its colon, with or without a blank: `+CSQ: 17,99` → `17,99`; undefined where the line starts otherwise. */
export function afterPrefix(line: string, prefix: string): string | undefined {
  const text = line.trim();
  if (text.slice(0, prefix.length).toUpperCase() !== prefix.toUpperCase()) return undefined;
  const rest = text.slice(prefix.length).trimStart();
  return rest.startsWith(':') ? rest.slice(1).trim() : undefined;
}

/** `"a,b",1,,(0-3),("ME","SM")`. Commas in quotation marks stay text. Throws `at.unparsable`. */
export function parseParams(text: string): readonly Param[] {
  const cursor = { text, at: 0 };
  const params = parseItems(cursor, 0);
  if (cursor.at < text.length) throw unparsable(cursor.at);
  return params;
}

/** The text of parameter `index`; undefined where it is empty or missing. Throws `at.unparsable` for a list. */
export function textAt(params: readonly Param[], index: number): string | undefined {
  const param = params[index];
  if (param === undefined || param.is === 'empty') return undefined;
  if (param.is === 'text') return param.text;
  throw new GatewayError('at.unparsable', 'a single value was expected', { details: { index } });
}

/** The whole number at `index`, quoted or not; undefined where it is empty or missing. Throws `at.unparsable` for anything else. */
export function numberAt(params: readonly Param[], index: number): number | undefined {
  const text = textAt(params, index)?.trim();
  if (text === undefined || text === '') return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    throw new GatewayError('at.unparsable', 'a number was expected', { details: { index } });
  }
  return Number(text);
}

/** Every number a test command allows: `(0,1,3-5)` → 0, 1, 3, 4, 5. A single value is a list of one, no value an empty one. */
export function numbersOf(param: Param | undefined): readonly number[] {
  switch (param?.is) {
    case 'range':
      if (param.to - param.from > WIDEST_RANGE) throw new GatewayError('at.unparsable', 'a range is too wide');
      return Array.from({ length: Math.max(0, param.to - param.from + 1) }, (_, offset) => param.from + offset);
    case 'list':
      return param.items.flatMap(numbersOf);
    case 'text':
      return numberAt([param], 0) === undefined ? [] : [Number(param.text)];
    default:
      return [];
  }
}

/** Every text a test command allows: `("ME","SM")` → ME, SM. Lists in lists are flattened. */
export function textsOf(param: Param | undefined): readonly string[] {
  switch (param?.is) {
    case 'list':
      return param.items.flatMap(textsOf);
    case 'text':
      return [param.text];
    default:
      return [];
  }
}

interface Cursor {
  readonly text: string;
  at: number;
}

function parseItems(cursor: Cursor, depth: number): Param[] {
  if (depth > DEEPEST) throw unparsable(cursor.at);
  const items = [parseItem(cursor, depth)];
  // Some devices leave out the comma between two lists.
  while (cursor.text[cursor.at] === ',' || cursor.text[cursor.at] === '(') {
    if (cursor.text[cursor.at] === ',') cursor.at += 1;
    items.push(parseItem(cursor, depth));
  }
  return items;
}

function parseItem(cursor: Cursor, depth: number): Param {
  skipBlanks(cursor);
  const first = cursor.text[cursor.at];
  const item =
    first === '(' ? parseList(cursor, depth) : first === '"' ? parseQuoted(cursor) : parseBare(cursor, depth);
  skipBlanks(cursor);
  return item;
}

function parseList(cursor: Cursor, depth: number): Param {
  cursor.at += 1;
  const items = parseItems(cursor, depth + 1);
  if (cursor.text[cursor.at] !== ')') throw unparsable(cursor.at);
  cursor.at += 1;
  const [only] = items;
  return { is: 'list', items: items.length === 1 && only?.is === 'empty' ? [] : items };
}

/** A mark ends the text only where the parameter ends too: operators put quotation marks into their texts. */
function parseQuoted(cursor: Cursor): Param {
  const { text } = cursor;
  const start = cursor.at + 1;
  for (let end = text.indexOf('"', start); end !== -1; end = text.indexOf('"', end + 1)) {
    if (!/^ *(?:[,)]|$)/.test(text.slice(end + 1, end + 8))) continue;
    cursor.at = end + 1;
    return { is: 'text', text: text.slice(start, end), quoted: true };
  }
  throw unparsable(start - 1);
}

function parseBare(cursor: Cursor, depth: number): Param {
  const start = cursor.at;
  const stops = depth > 0 ? /[,()]/ : /,/;
  while (cursor.at < cursor.text.length && !stops.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
  const text = cursor.text.slice(start, cursor.at).trimEnd();
  if (text === '') return { is: 'empty' };
  const range = depth > 0 ? /^(\d{1,9}) ?- ?(\d{1,9})$/.exec(text) : null;
  if (range !== null) return { is: 'range', from: Number(range[1]), to: Number(range[2]) };
  return { is: 'text', text, quoted: false };
}

function skipBlanks(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ') cursor.at += 1;
}

function unparsable(offset: number): GatewayError {
  return new GatewayError('at.unparsable', 'a parameter list cannot be read', { details: { offset } });
}
