// The configuration file as the package installs it: every key of the schema, explained, with its default, all of it commented out.
import { resolvedSchema } from '../../src/config/schema.ts';

interface Key {
  readonly type?: string;
  readonly title?: string;
  readonly unit?: string;
  readonly form?: string;
  readonly derived?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Key>>;
  readonly required?: readonly string[];
  readonly items?: Key;
}

/** Where a default says nothing to a newcomer. */
const examples: Readonly<Record<string, string>> = {
  gateway: 'pi-kitchen',
  'mqtt.url': 'mqtt://127.0.0.1:1883',
  'mqtt.username': 'gateway',
  'mqtt.password_file': '/etc/sim2mqtt/mqtt_password',
  'mqtt.ca_file': '/etc/ssl/certs/ca-certificates.crt',
  'mqtt.cert_file': '/etc/sim2mqtt/client.crt',
  'mqtt.key_file': '/etc/sim2mqtt/client.key',
  'http.public_url': 'https://sms.example.org',
  'http.trusted_proxies': '["127.0.0.1"]',
  'modems.id': 'm1',
  'modems.port': '/dev/sim2mqtt/pci-0000:01:00.0-usb-0:1.4:1.2',
  'modems.name': 'Kitchen',
  'modems.number': '"+14165551234"',
  'modems.profile': 'sim7600',
  'modems.pace.per_minute': '10',
  'modems.pace.per_hour': '60',
  'modems.smsc': '"+14163339999"',
  'modems.pin_file': '/etc/sim2mqtt/pin_m1',
  'modems.balance_ussd': '"*100#"',
  contacts: '{ alice: "+14152055634" }',
  'accounts.allow': '["+14152055634"]',
  'otp.folder': '/etc/sim2mqtt/rules',
};
/** Secrets have a file of their own, and rules of one's own too. */
const leftOut = /^(mqtt\.password|modems\.pin|otp\.rules)$/;

const head = `## The configuration of sim2mqtt. Every key is here, each with its default or an example; without one of them
## there is an embedded broker on loopback, and no modem. Take the first # away from what you set, then:
##   sudo sim2mqtt config check && sudo systemctl restart sim2mqtt
## Secrets belong into files of their own (root:sim2mqtt, 0640) or into systemd credentials (see sim2mqtt.service).
`;

/** Each line is commented out once: without its first `#` it is YAML. */
export function configFile(): string {
  const body = keysOf(resolvedSchema as Key, '', '').join('\n');
  return `${head}\n${body.replace(/^(?=.)/gm, '#')}\n`;
}

function keysOf(node: Key, prefix: string, indent: string): string[] {
  return Object.entries(node.properties ?? {})
    .filter(([name]) => !leftOut.test(`${prefix}${name}`))
    .flatMap(([name, key]) => [
      ...entry(name, key, { prefix, indent, always: node.required?.includes(name) ?? false }),
      ...(indent === '' ? [''] : []),
    ]);
}

interface Place {
  readonly prefix: string;
  readonly indent: string;
  /** Whether every configuration has it, be it by default. */
  readonly always: boolean;
}

function entry(name: string, key: Key, { prefix, indent, always }: Place): string[] {
  const path = `${prefix}${name}`;
  if (key.type === 'object' && key.properties !== undefined) {
    return [...comment(key, path, indent), `${indent}${name}:`, ...keysOf(key, `${path}.`, `${indent}  `)];
  }
  if (key.items?.type === 'object') {
    const [first = '', ...rest] = keysOf(key.items, `${path}.`, `${indent}    `);
    return [...comment(key, path, indent), `${indent}${name}:`, `${indent}  -`, first, ...rest];
  }
  const value = key.default ?? key.enum?.[0] ?? (key.type === 'boolean' ? true : undefined);
  const shown = examples[path] ?? (value === undefined ? undefined : JSON.stringify(value));
  // Still a comment once the first # is gone: what has neither default nor example would be wrong whatever it said.
  const line = shown === undefined ? `${indent}# ${name}: …` : `${indent}${name}: ${shown}`;
  const isOpen = key.default === undefined && key.derived === undefined;
  return [...comment(key, path, indent, isOpen ? [always ? 'required' : 'default: none'] : []), line];
}

function comment(key: Key, path: string, indent: string, more: readonly string[] = []): string[] {
  if (key.title === undefined) return [];
  const fixed = typeof key.default === 'object' ? 'none' : key.default === undefined ? undefined : String(key.default);
  const facts = [
    key.title,
    ...(key.unit === undefined ? [] : [`in ${key.unit}`]),
    ...(key.enum === undefined ? [] : [key.enum.join(' | ')]),
    ...(key.form === undefined ? [] : [key.form]),
    ...(key.derived === undefined ? [] : [`default: ${key.derived}`]),
    ...(examples[path] !== undefined && fixed !== undefined ? [`default: ${fixed}`] : []),
    ...more,
  ];
  return [`${indent}# ${facts.join('; ')}`];
}
