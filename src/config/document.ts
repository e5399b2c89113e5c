import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Path } from './faults.ts';

/** As much of JSON Schema as is needed to know what a place holds. */
export interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  /** What keys that are in no `properties` hold; false: there are none. */
  readonly additionalProperties?: SchemaNode | false;
  readonly items?: SchemaNode;
}

export interface YamlDocument {
  /** Undefined where it could not be read or is empty. */
  readonly value: unknown;
  readonly faults: readonly { readonly line?: number; readonly message: string }[];
  /** Line of the key or item, from 1; of the nearest one around it where it is not there. */
  lineOf(path: Path): number | undefined;
}

/** More than this many uses of anchors is a bomb, not a configuration. */
const maxAliases = 100;

/** Reads YAML 1.2. Where `schema` wants text, an unquoted number keeps its digits: `pin: 0123` is "0123". */
export function readYaml(source: string, schema: SchemaNode): YamlDocument {
  const lines = new LineCounter();
  const nothing = (line: number, message: string): YamlDocument => ({
    value: undefined,
    faults: [{ line, message }],
    lineOf: () => undefined,
  });
  try {
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
    const faults = document.errors.map((error) => ({
      line: lines.linePos(error.pos[0]).line,
      message: `not valid YAML: ${error.message}`,
    }));
    if (faults.length > 0) return { value: undefined, faults, lineOf: () => undefined };
    const root = document.contents;
    const value = withTexts(document.toJS({ maxAliasCount: maxAliases }), root, schema);
    return { value: value ?? undefined, faults, lineOf: (path) => lineOf(root, path, lines) };
  } catch (error) {
    if (error instanceof RangeError) return nothing(1, 'not valid YAML: nested too deep');
    return nothing(1, `not valid YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function withTexts(value: unknown, node: unknown, schema: SchemaNode | undefined): unknown {
  if (schema === undefined) return value;
  if (schema.type === 'string') return asText(value, node);
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.map((item, index) => withTexts(item, isSeq(node) ? node.items[index] : undefined, schema.items));
  }
  if (schema.type !== 'object' || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value)
    .filter(([key, item]) => item !== null || !isContainer(schema.properties?.[key]))
    .map(([key, item]) => [key, withTexts(item, pairOf(node, key)?.value, schemaOf(schema, key))]);
  return Object.fromEntries(entries);
}

function asText(value: unknown, node: unknown): unknown {
  if (typeof value !== 'number' && typeof value !== 'boolean') return value;
  return isScalar(node) && node.source !== undefined ? node.source : String(value);
}

/** A section whose keys are all commented out is null in YAML, and means: left out. */
function isContainer(schema: SchemaNode | undefined): boolean {
  return schema?.type === 'object' || schema?.type === 'array';
}

function schemaOf({ properties = {}, additionalProperties }: SchemaNode, key: string): SchemaNode | undefined {
  if (Object.hasOwn(properties, key)) return properties[key];
  return additionalProperties === false ? undefined : additionalProperties;
}

function pairOf(node: unknown, key: string) {
  return isMap(node) ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key) : undefined;
}

function lineOf(root: unknown, path: Path, lines: LineCounter): number | undefined {
  let node = root;
  let found = root;
  for (const key of path) {
    const pair = pairOf(node, String(key));
    const item = isSeq(node) && typeof key === 'number' ? node.items[key] : undefined;
    if (pair === undefined && item === undefined) break;
    found = pair?.key ?? item;
    node = pair?.value ?? item;
  }
  const range = (found as Node | null)?.range;
  return range === undefined || range === null ? undefined : lines.linePos(range[0]).line;
}
