import { readYaml, type SchemaNode } from './document.ts';
import type { Path, RawFault } from './faults.ts';
import { valueAt, withValue } from './value.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Overlay {
  readonly value: unknown;
  readonly faults: readonly RawFault[];
  /** The variable that set the key at `path`, one around it, or one below it where `base` has no such key. */
  variableOf(path: Path): string | undefined;
}

const prefix = 'SIM2MQTT__';

/**
 * `SIM2MQTT__MQTT__URL` sets `mqtt.url`, `SIM2MQTT__MODEMS__0__PORT` sets `modems[0].port`; an empty variable sets nothing.
 * Values are YAML, but plain text where the schema wants text.
 */
export function overlayEnvironment(base: unknown, env: Environment, schema: SchemaNode): Overlay {
  const faults: RawFault[] = [];
  const variables = new Map<string, string>();
  let value = base;
  for (const [variable, source] of settings(env)) {
    const path = pathOf(variable, schema);
    const read = readValue(source, schemaAt(schema, path));
    variables.set(JSON.stringify(path), variable);
    if (read.fault !== undefined) faults.push({ path, message: read.fault });
    else {
      const next = withValue(value, path, read.value);
      if (next === undefined) faults.push({ path, message: 'is out of reach: a list has no gaps, and text no keys' });
      else value = next;
    }
  }
  return { value, faults, variableOf: (path) => nearest(base, variables, path) };
}

/** In the order of their names, a list's items in the order of their numbers. */
function settings(env: Environment): [string, string][] {
  return Object.entries(env)
    .filter((entry): entry is [string, string] => entry[0].toUpperCase().startsWith(prefix) && Boolean(entry[1]))
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function pathOf(variable: string, schema: SchemaNode): Path {
  const path: (string | number)[] = [];
  for (const part of variable.slice(prefix.length).split('__')) {
    const here = schemaAt(schema, path);
    const known = Object.keys(here?.properties ?? {}).find((key) => key.toLowerCase() === part.toLowerCase());
    path.push(here?.type === 'array' && /^\d{1,4}$/.test(part) ? Number(part) : (known ?? part.toLowerCase()));
  }
  return path;
}

function schemaAt(schema: SchemaNode, path: Path): SchemaNode | undefined {
  let here: SchemaNode | undefined = schema;
  for (const key of path) here = typeof key === 'number' ? here?.items : here?.properties?.[key];
  return here;
}

function readValue(source: string, schema: SchemaNode | undefined): { value?: unknown; fault?: string } {
  if (schema === undefined || schema.type === 'string') return { value: source };
  const document = readYaml(source, schema);
  const fault = document.faults[0]?.message;
  return fault === undefined ? { value: document.value } : { fault };
}

/** The variable that set the key or one around it, else the first below it. */
function nearest(base: unknown, variables: ReadonlyMap<string, string>, path: Path): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const variable = variables.get(JSON.stringify(path.slice(0, length)));
    if (variable !== undefined) return variable;
  }
  if (valueAt(base, path) !== undefined) return undefined;
  const start = `${JSON.stringify(path).slice(0, -1)},`;
  return [...variables].find(([key]) => key.startsWith(start))?.[1];
}
