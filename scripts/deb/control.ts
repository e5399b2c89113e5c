// The control file of the package.
import type { Architecture } from './modules.ts';

/** Whoever builds says who answers for it, as with Debian's own tools; without that it is nobody's address (RFC 6761). */
export function maintainer(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return `${env.DEBFULLNAME || 'sim2mqtt packagers'} <${env.DEBEMAIL || 'packagers@sim2mqtt.invalid'}>`;
}

export const fields = {
  Package: 'sim2mqtt',
  Maintainer: maintainer(),
  Section: 'net',
  Priority: 'optional',
  // What Node and the prebuilt modules are linked against; users and groups; the service.
  Depends: 'adduser, init-system-helpers (>= 1.54), libc6 (>= 2.34), libgcc-s1, libstdc++6 (>= 11)',
  Recommends: 'ca-certificates',
  Suggests: 'mosquitto, prometheus',
} as const;

const description = `SIM modems as SMS and one-time codes over MQTT and HTTP
 Turns USB and serial SIM modems into messages on MQTT and an HTTP API: every
 SMS is committed to a database before it leaves the SIM, one-time codes are
 found in some sixty languages, and sending is a command with an idempotency
 key. A modem that is pulled, hung or reset comes back by itself.
 .
 The package carries its own Node.js and everything else it runs on.`;

export interface Built {
  readonly version: string;
  readonly architecture: Architecture;
  readonly installedKiB: number;
}

export function control({ version, architecture, installedKiB }: Built): string {
  const { Package, Maintainer, ...rest } = fields;
  const all = {
    Package,
    Version: version,
    Architecture: architecture,
    Maintainer,
    'Installed-Size': installedKiB,
    ...rest,
    Description: description,
  };
  return `${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n`;
}
