import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { GatewayError } from '../errors.ts';
import { crossFaults } from './checks.ts';
import { readYaml, type YamlDocument } from './document.ts';
import { type Environment, type Overlay, overlayEnvironment } from './environment.ts';
import { type ConfigFault, faultText, pathText, type RawFault } from './faults.ts';
import { resolveFiles } from './files.ts';
import { readSmallFile } from './read-file.ts';
import { type Config, resolvedSchema } from './schema.ts';
import { readSecrets } from './secrets.ts';
import { validate } from './validate.ts';
import { valueAt, withValue } from './value.ts';

export interface ConfigSource {
  /** Absent: the defaults and the environment alone. */
  readonly file?: string | undefined;
  readonly env: Environment;
  /** Whence the default of `gateway` is made; the machine's own unless given. */
  readonly hostName?: string;
}

export type ConfigCheck =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** The configuration, or every fault of it at once: file, environment, secrets and what keys say of each other. */
export function checkConfig(source: ConfigSource): ConfigCheck {
  const document = readDocument(source.file);
  const overlay = overlayEnvironment(document.value ?? {}, source.env, resolvedSchema);
  const folder = source.file === undefined ? process.cwd() : dirname(resolve(source.file));
  const { secrets, faults: secretFaults } = readSecrets(overlay.value, { env: source.env, folder });
  const files = resolveFiles(overlay.value, folder);
  const value = secrets.reduce<unknown>(
    (base, secret) => withValue(base, secret.path, secret.text) ?? base,
    withDerived(files.value, source.hostName ?? hostname()),
  );
  // Before the secrets are in: a password from its file is no second password.
  const cross = crossFaults(overlay.value);
  const { config, faults: schemaFaults = [] } = { faults: undefined, ...validate(value) };
  const placed = placeFaults(
    [...overlay.faults, ...secretFaults, ...schemaFaults, ...cross, ...files.faults],
    document,
    overlay,
  );
  const faults = [...document.faults.map((fault) => ({ path: '', ...fault })), ...placed];
  if (faults.length > 0 || config === undefined) return { ok: false, faults };
  return { ok: true, config: withoutUserInfo(config) };
}

/** As `checkConfig`; throws one `config.invalid` whose message has a line for each fault. */
export function loadConfig(source: ConfigSource): Config {
  const check = checkConfig(source);
  if (check.ok) return check.config;
  throw configInvalid(check.faults, source.file);
}

export function configInvalid(faults: readonly ConfigFault[], file: string | undefined): GatewayError {
  const lines = faults.map((fault) => `  ${faultText(fault, file)}`);
  const title = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  return new GatewayError('config.invalid', [`the configuration has ${title}:`, ...lines].join('\n'), {
    details: { count: faults.length },
  });
}

function readDocument(file: string | undefined): YamlDocument {
  const nothing = { value: undefined, faults: [], lineOf: () => undefined };
  if (file === undefined) return nothing;
  const read = readSmallFile(file);
  if ('text' in read) return readYaml(read.text, resolvedSchema);
  return { ...nothing, faults: [{ message: `the file cannot be read: ${read.reason}` }] };
}

/** One fault a place is enough: the first says what to do. */
function placeFaults(raw: readonly RawFault[], document: YamlDocument, overlay: Overlay): ConfigFault[] {
  const byPath = new Map<string, ConfigFault>();
  for (const { path, message } of raw) {
    const text = pathText(path);
    const variable = overlay.variableOf(path);
    const line = variable === undefined ? document.lineOf(path) : undefined;
    const fault = {
      path: text,
      message,
      ...(line === undefined ? {} : { line }),
      ...(variable === undefined ? {} : { variable }),
    };
    if (!byPath.has(text)) byPath.set(text, fault);
  }
  // In the order of the file, then of the environment.
  return [...byPath.values()].sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0);
}

/** Defaults that are no constants. */
function withDerived(value: unknown, hostName: string): unknown {
  const listen = valueAt(value, ['http', 'listen']) ?? resolvedSchema.properties.http.properties.listen.default;
  const open = valueAt(value, ['accounts', 'signup']) === 'open';
  const derived = [
    { path: ['gateway'], value: gatewayName(hostName) },
    { path: ['http', 'public_url'], value: `http://${String(listen)}` },
    { path: ['webhooks', 'allow_private'], value: !open },
  ];
  return derived.reduce<unknown>(
    (base, one) => (valueAt(base, one.path) === undefined ? (withValue(base, one.path, one.value) ?? base) : base),
    value,
  );
}

function gatewayName(hostName: string): string {
  const name = hostName
    .toLowerCase()
    .replace(/\..*$/, '')
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name.slice(0, 64) || 'gateway';
}

/** A password in the URL would be shown wherever the URL is. */
function withoutUserInfo(config: Config): Config {
  const url = config.mqtt.url === undefined ? undefined : new URL(config.mqtt.url);
  if (url === undefined || (url.username === '' && url.password === '')) return config;
  const credentials = {
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
  url.username = '';
  url.password = '';
  return { ...config, mqtt: { ...config.mqtt, ...credentials, url: url.href } };
}
