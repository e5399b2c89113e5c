import type { ErrorObject } from 'ajv';

/** Keys and indexes from the root: `['modems', 0, 'port']`. */
export type Path = readonly (string | number)[];

/** One thing that is wrong. Never holds the value: it may be a secret. */
export interface ConfigFault {
  /** `modems[0].port`; empty for the whole. */
  readonly path: string;
  /** In words, to be read after the path. */
  readonly message: string;
  /** Line of the file, from 1, where it is known. */
  readonly line?: number;
  /** The environment variable that set the key. */
  readonly variable?: string;
}

/** A fault before its place in the file or the environment is looked up. */
export interface RawFault {
  readonly path: Path;
  readonly message: string;
}

export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
}

/** `/etc/sim2mqtt.yaml:12: modems[0].port: must be …`, one line a fault. */
export function faultText(fault: ConfigFault, file: string | undefined): string {
  const place = fault.variable ?? (fault.line === undefined ? file : `${file ?? 'configuration'}:${fault.line}`);
  return [place, fault.path, fault.message].filter((part) => part !== undefined && part !== '').join(': ');
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a mapping of keys',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
};

/** What ajv found, in the operator's words. */
export function asRawFault(error: ErrorObject): RawFault {
  const path = pointerPath(error.instancePath);
  const params: Record<string, unknown> = error.params;
  switch (error.keyword) {
    case 'additionalProperties':
      return { path: [...path, String(params.additionalProperty)], message: unknownKey(error) };
    case 'required':
      return { path: [...path, String(params.missingProperty)], message: 'is missing' };
    case 'type':
      return { path, message: `must be ${typeNames[String(params.type)] ?? String(params.type)}` };
    case 'enum':
      return { path, message: `must be one of ${(params.allowedValues as readonly string[]).join(', ')}` };
    case 'propertyNames':
      return { path: [...path, String(params.propertyName)], message: 'is no name' };
    case 'pattern':
      if (error.propertyName !== undefined) return { path: [...path, error.propertyName], message: badName(error) };
      return { path, message: `must be ${String(error.parentSchema?.form ?? params.pattern)}` };
    case 'minItems':
      return { path, message: `must have at least ${params.limit}` };
    case 'minLength':
      return { path, message: 'must not be empty' };
    default:
      return { path, message: error.message ?? 'is not valid' };
  }
}

function badName({ parentSchema }: ErrorObject): string {
  return `the key must be ${String(parentSchema?.form ?? parentSchema?.pattern)}`;
}

function unknownKey(error: ErrorObject): string {
  const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
  return `unknown key; known here: ${known.join(', ')}`;
}

/** RFC 6901. */
function pointerPath(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
