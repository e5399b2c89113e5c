import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/validate.ts';

interface Node {
  readonly type?: string;
  readonly title?: string;
  readonly properties?: Record<string, Node>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Node;
  readonly [keyword: string]: unknown;
}

function nodes(node: Node, path = ''): [string, Node][] {
  const children = Object.entries(node.properties ?? {}).flatMap(([key, child]) => nodes(child, `${path}.${key}`));
  return [[path, node], ...children, ...(node.items === undefined ? [] : nodes(node.items, `${path}[]`))];
}

describe('the published JSON Schema', () => {
  const schema = configJsonSchema() as Node;

  it('accepts what the daemon accepts, for a checker that knows nothing of ours', () => {
    const check = new Ajv({ strict: false }).compile(schema);
    expect(check({})).toBe(true);
    expect(check({ modems: [{ id: 'm1', port: 'sim:' }] })).toBe(true);
    expect(check({ modems: [{ port: 'sim:' }] })).toBe(false);
    expect(check({ mqtt: { uri: 'x' } })).toBe(false);
  });

  it('refuses unknown keys everywhere', () => {
    const open = nodes(schema).filter(([, node]) => node.type === 'object' && node.additionalProperties !== false);
    expect(open).toEqual([]);
  });

  it('has a title for every key that an operator may set, and a unit for every number', () => {
    const leaves = nodes(schema).filter(([path, node]) => node.type !== 'object' && !/\[\]|examples/.test(path));
    expect(leaves.filter(([, node]) => node.title === undefined).map(([path]) => path)).toEqual([]);
    const numbers = nodes(schema).filter(([, node]) => node.type === 'integer');
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter(([, node]) => node.unit === undefined).map(([path]) => path)).toEqual([]);
  });

  it('never requires a key that has a default', () => {
    for (const [path, node] of nodes(schema)) {
      for (const key of node.required ?? []) {
        expect(node.properties?.[key], `${path}.${key}`).not.toHaveProperty('default');
        expect(node.properties?.[key], `${path}.${key}`).not.toHaveProperty('derived');
      }
    }
  });
});
