/** Mappings refuse unknown keys; `required` are the keys the resolved configuration always has. */
export function mapping<const P extends object, const R extends readonly (keyof P & string)[]>(
  properties: P,
  required: R,
) {
  return { type: 'object', additionalProperties: false, properties, required } as const;
}

/** A mapping that may be left out: its keys have defaults of their own. */
export function section<const P extends object, const R extends readonly (keyof P & string)[]>(
  title: string,
  properties: P,
  required: R,
) {
  return { ...mapping(properties, required), title, default: {} } as const;
}

/** A mapping whose keys are the operator's own names. */
export function named<const T extends object>(additionalProperties: T, title: string) {
  const propertyNames = { type: 'string', ...personName } as const;
  return { type: 'object', additionalProperties, propertyNames, title, default: {} } as const;
}

export function list<const T extends object>(items: T, title: string) {
  return { type: 'array', items, title, default: [] } as const;
}

export function atLeast<const T extends object>(minItems: number, items: T, title: string) {
  return { type: 'array', items, minItems, title } as const;
}

export function text<const T extends object>(rest: T) {
  return { type: 'string', minLength: 1, ...rest } as const;
}

export function flag<const T extends object>(rest: T) {
  return { type: 'boolean', ...rest } as const;
}

export function choice<const V extends readonly string[], const T extends object>(values: V, rest: T) {
  return { type: 'string', enum: values, ...rest } as const;
}

export function count<const T extends object>(rest: T) {
  return { type: 'integer', minimum: 0, ...rest } as const;
}

const port = '([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';
const host = '(\\[[0-9A-Fa-f:.]+\\]|[^\\s:/\\[\\]@]+)';

/** `pattern` is what a machine checks, `form` the same in words, for the fault. */
export const name = { pattern: '^[a-z0-9-]{1,64}$', form: 'lower-case letters, digits and hyphens' } as const;
export const personName = {
  pattern: '^[^\\s\\u0000-\\u001f]([^\\u0000-\\u001f]{0,48}[^\\s\\u0000-\\u001f])?$',
  form: 'a name of 1 to 50 characters',
} as const;
export const ruleName = {
  pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
  form: 'lower-case letters, digits, dots, hyphens and low lines',
} as const;
export const e164 = { pattern: '^\\+[1-9][0-9]{6,14}$', form: 'E.164, as in "+14165551234"' } as const;
export const listenAddress = {
  pattern: `^${host}:${port}$`,
  form: 'host:port, as in 127.0.0.1:8480 or [::1]:8480',
} as const;
export const ussdCode = { pattern: '^[0-9*#+]{1,64}$', form: 'digits, *, # and +, as in "*100#"' } as const;
export const pinDigits = { pattern: '^[0-9]{4,8}$', form: '4 to 8 digits' } as const;
export const brokerUrl = {
  pattern: '^(mqtts?|wss?)://[^\\s/]+[^\\s]*$',
  form: 'mqtt://host, mqtts://host, ws://host/path or wss://host/path',
} as const;
export const webUrl = { pattern: '^https?://[^\\s/@]+[^\\s]*$', form: 'http://host or https://host' } as const;
export const ipAddress = {
  pattern:
    '^([0-9]{1,3}(\\.[0-9]{1,3}){3}(/([0-9]|[12][0-9]|3[0-2]))?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+(/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?)$',
  form: 'an IP address or a network, as in 10.0.0.2 or 10.0.0.0/24',
} as const;
export const timeOfDay = {
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  form: 'hours and minutes, as in "03:30"',
} as const;
export const topic = { pattern: '^[^+#$/\\s\\u0000]+$', form: 'one topic level without +, #, $ or /' } as const;
/** MQTT 5 4.7.1. */
export const topicFilter = {
  pattern: '^(?!\\$)(\\+|[^+#/\\u0000]*)(/(\\+|[^+#/\\u0000]*))*(/#)?$',
  form: 'a topic filter: + for one level, # at the end for the rest',
} as const;
export const modemPort = {
  pattern: `^(/[^\\u0000]+|tcp://${host}:${port}|imei:[0-9]{15}|iccid:[0-9]{18,20}[0-9A-Fa-f]?|sim:)$`,
  form: 'a device path, tcp://host:port, imei:…, iccid:… or sim:',
} as const;
