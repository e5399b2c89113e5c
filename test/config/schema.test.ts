import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/load.ts';
import { configJsonSchema } from '../../src/config/validate.ts';
import { tempFolder } from '../temp-folder.ts';

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

  it('refuses unknown keys everywhere but where the operator gives the names', () => {
    const open = nodes(schema).filter(([, node]) => node.type === 'object' && node.additionalProperties !== false);
    expect(open.map(([path]) => path)).toEqual(['.contacts']);
    expect(schema.properties?.contacts?.additionalProperties).toMatchObject({ type: 'string' });
  });

  it.each([
    ['nothing', {}],
    ['a contact', { contacts: { Mum: '+14165551234' } }],
    ['a contact that is no number', { contacts: { Mum: 'mum' } }],
    ['a contact without a name', { contacts: { '': '+14165551234' } }],
    ['a balance to ask for', { modems: [{ id: 'm1', port: 'sim:', balance_ussd: '*100#' }] }],
    ['one that cannot be dialled', { modems: [{ id: 'm1', port: 'sim:', balance_ussd: 'ask' }] }],
    ['codes for all to see', { mqtt: { homeassistant_otp: 'full' } }],
    ['codes as privacy would have them', { mqtt: { homeassistant_otp: 'off' } }],
    ['a key of nobody', { mqtt: { uri: 'x' } }],
  ])('says of %s what `config check` says', (_what, config) => {
    const folder = tempFolder();
    const file = join(folder, 'c.yaml');
    writeFileSync(file, JSON.stringify(config));
    const published = new Ajv({ strict: false }).compile(schema);
    expect(published(config)).toBe(checkConfig({ file, env: {}, hostName: 'pi' }).ok);
  });

  it('has a title for every key that an operator may set, and a unit for every number', () => {
    const keys = nodes(schema).filter(([path]) => path !== '' && !/\[\]$|examples/.test(path));
    expect(keys.map(([path]) => path)).toContain('.modems[].pace.per_minute');
    expect(keys.filter(([, node]) => node.title === undefined).map(([path]) => path)).toEqual([]);
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
