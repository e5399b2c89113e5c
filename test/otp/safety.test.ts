import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterAll, expect, test, vi } from 'vitest';

/** An expression of src/otp and where it stands. */
interface Expression {
  readonly where: string;
  readonly pattern: string;
  readonly flags: string;
}

// The prover has faster back ends, native and Java; the one in JavaScript needs nothing but itself.
const { checkSync, constructed, restore } = await vi.hoisted(async () => {
  process.env.RECHECK_BACKEND = 'pure';
  const native = globalThis.RegExp;
  const list: { where: string; pattern: string; flags: string }[] = [];
  globalThis.RegExp = new Proxy(native, {
    construct(target, [pattern, flags = ''], newTarget): object {
      const [, , caller = ''] = (new Error().stack ?? '').split('\n');
      if (caller.includes('/src/otp/')) list.push({ where: 'constructed', pattern: String(pattern), flags });
      return Reflect.construct(target, [pattern, flags], newTarget);
    },
  });
  const { checkSync } = await import('recheck');
  const back = () => {
    globalThis.RegExp = native;
  };
  return { checkSync, constructed: list, restore: back };
});
afterAll(restore);

const folder = new URL('../../src/otp/', import.meta.url);
const { createExtractor } = await import('../../src/otp/otp.ts');
const operatorPattern = 'token (?<code>[0-9]+)+x*';
const extractor = createExtractor({
  rules: [
    {
      id: 'operator',
      pattern: operatorPattern,
      examples: {
        match: [
          { text: 'token 4711', code: '4711' },
          { text: 'token 4712', code: '4712' },
        ],
        no_match: [{ text: 'nothing' }],
      },
    },
  ],
});
extractor.extract({ from: '', text: 'Your code is 482913' });

const shapes = (
  JSON.parse(readFileSync(new URL('rules/shapes.json', folder), 'utf8')) as { id: string; pattern: string }[]
).map(({ id, pattern }): Expression => ({ where: `shape ${id}`, pattern, flags: '' }));
const literals = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .flatMap(expressionsOf);

// The reader is one choice of all shapes: each is proven by itself.
const isReader = ({ pattern }: Expression) => shapes.every((shape) => pattern.includes(shape.pattern));
const built = constructed.filter((expression) => !isReader(expression));

test('every expression of the rules, the code and the constructors is found', () => {
  expect(shapes.length).toBeGreaterThan(20);
  expect(literals.length).toBeGreaterThan(20);
  expect(constructed.some(isReader)).toBe(true);
});

test('the patterns of the rules and those put together at run time repeat nothing without a limit', () => {
  for (const { where, pattern } of [...shapes, ...constructed])
    expect(isBounded(pattern), `${where}: ${pattern}`).toBe(true);
});

test.each([...literals, ...shapes, ...built])('$where /$pattern/ takes time linear in the text', (expression) => {
  for (const pattern of obligations(expression)) {
    const { status, checker } = checkSync(pattern, expression.flags.replace(/[gy]/g, ''), {
      checker: 'automaton',
      timeout: 15_000,
    });
    expect({ pattern, status, checker }).toMatchObject({
      status: 'safe',
      checker: 'automaton',
    });
  }
});

test('the prover refuses what it should, so that its yes means something', () => {
  const bad = ['(a+)+$', '(?:[a-z]{1,20}){1,20}#', '[a-z0-9]*[a-z][a-z0-9]*$', '(?=(?:a|a)*b)c'];
  for (const pattern of bad) {
    const statuses = obligations({ where: '', pattern, flags: '' }).map(
      (one) => checkSync(one, '', { checker: 'automaton', timeout: 15_000 }).status,
    );
    expect(statuses, pattern).toContain('vulnerable');
  }
});

test('an operator pattern never becomes a native expression', () => {
  expect(constructed.filter(({ pattern }) => pattern.includes('token'))).toEqual([]);
});

/**
 * What to prove of an expression. Its lookarounds only take paths away, so they are cut out and proven by themselves,
 * and a last sign that never comes makes the rest try every path. Where all repeats have a limit, each start costs at
 * most a constant; that it is a small one follows when the pattern stays linear from one start with the limits lifted.
 */
function obligations({ pattern }: Expression): string[] {
  const { rest, bodies } = cutLookarounds(pattern);
  const whole = bodies.length === 0 ? rest : `(?:${rest})\\uffff`;
  return [
    isBounded(pattern) ? `^(?:${liftLimits(whole)})` : whole,
    ...bodies.map((body) => `^(?:${liftLimits(body)})`),
  ];
}

/** Repeats of ten and more lose their limit: only the prover needs that, it would have to unroll them. */
function liftLimits(pattern: string): string {
  return pattern.replace(/\{(\d+),(\d+)\}/g, (whole, low: string, high: string) =>
    Number(high) < 10 ? whole : low === '0' ? '*' : low === '1' ? '+' : `{${low},}`,
  );
}

function isBounded(pattern: string): boolean {
  const bare = pattern.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_');
  return !/[*+]|\{\d+,\}/.test(bare);
}

/** Takes the outermost lookaheads and lookbehinds out of a pattern. */
function cutLookarounds(pattern: string): { rest: string; bodies: string[] } {
  const bodies: string[] = [];
  let rest = '';
  for (let at = 0; at < pattern.length; ) {
    const opener = /^\(\?<?[=!]/.exec(pattern.slice(at))?.[0];
    const end = opener === undefined ? at + tokenLength(pattern, at) : closing(pattern, at);
    if (opener === undefined) rest += pattern.slice(at, end);
    else bodies.push(pattern.slice(at + opener.length, end - 1));
    at = end;
  }
  return { rest, bodies };
}

/** Behind the parenthesis that closes the one at `start`. */
function closing(pattern: string, start: number): number {
  let depth = 0;
  for (let at = start; at < pattern.length; at += tokenLength(pattern, at)) {
    if (pattern[at] === '(') depth += 1;
    if (pattern[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  throw new Error(`unclosed group in ${pattern}`);
}

/** An escape and a class are one token each: their parentheses are none. */
function tokenLength(pattern: string, at: number): number {
  return /^(?:\\.|\[(?:\\.|[^\]\\])*\])/.exec(pattern.slice(at, at + 400))?.[0].length ?? 1;
}

function expressionsOf(name: string): Expression[] {
  const source = ts.createSourceFile(name, readFileSync(new URL(name, folder), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ where: name, pattern: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
