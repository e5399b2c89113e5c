import { Ajv } from 'ajv';
import { asRawFault, type RawFault } from './faults.ts';
import { type Config, resolvedSchema } from './schema.ts';

const vocabulary = ['form', 'unit', 'derived'];

/** Fills defaults into `value` where it stands, and says everything that is wrong with it. */
export function validate(
  value: unknown,
): { readonly config: Config } | { readonly config?: never; readonly faults: readonly RawFault[] } {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true });
  ajv.addVocabulary(vocabulary);
  const check = ajv.compile<Config>(resolvedSchema);
  if (check(value)) return { config: value };
  return { faults: (check.errors ?? []).map(asRawFault) };
}

/** The JSON Schema of a configuration file (draft 7): what has a default may be left out. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = withoutDefaulted(resolvedSchema);
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'sim2mqtt configuration', ...schema };
}

function withoutDefaulted(schema: object): Record<string, unknown> {
  const node: Record<string, unknown> = { ...schema };
  if (isNode(node.items)) node.items = withoutDefaulted(node.items);
  if (!isNode(node.properties)) return node;
  const properties = Object.entries(node.properties).map(([key, child]) => [key, withoutDefaulted(child)] as const);
  const optional = new Set(
    properties.filter(([, child]) => 'default' in child || 'derived' in child).map(([key]) => key),
  );
  const required = (node.required as readonly string[]).filter((key) => !optional.has(key));
  return { ...node, properties: Object.fromEntries(properties), required };
}

function isNode(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
