// The udev rules, from what the daemon knows of USB modems: node scripts/deb/udev-rules.ts >systemd/78-sim2mqtt.rules
import { type Fingerprint, usbDevices } from '../../src/modem/profiles/usb-devices.ts';

const head = `# USB modems that sim2mqtt knows: ModemManager keeps away, they are never put to sleep, and the port that takes
# commands is found under /dev/sim2mqtt by the socket it is plugged into. Made by scripts/deb/udev-rules.ts; changes of your
# own go into /etc/udev/rules.d, as for a modem behind a serial bridge (CH340, CP210x, …), which could be anything:
#   SUBSYSTEM=="tty", ENV{ID_VENDOR_ID}=="1a86", ENV{ID_MODEL_ID}=="7523", ENV{ID_MM_PORT_IGNORE}="1", SYMLINK+="sim2mqtt/$env{ID_PATH}"

ACTION=="remove", GOTO="sim2mqtt_end"
SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", GOTO="sim2mqtt_device"
SUBSYSTEM=="tty", ENV{ID_BUS}=="usb", GOTO="sim2mqtt_port"
GOTO="sim2mqtt_end"
`;

/** The whole file. */
export function udevRules(): string {
  const vendors = [...Map.groupBy(usbDevices, (row) => row.ids.split(':')[0] ?? '')].filter(([, rows]) =>
    rows.some(({ is }) => is === 'modem'),
  );
  const marked = 'ENV{ID_MM_DEVICE_IGNORE}="1", TEST=="power/control", ATTR{power/control}="on"';
  const devices = vendors.map(
    ([vendor, rows]) => `SUBSYSTEM=="usb", ATTR{idVendor}=="${vendor}", ATTR{idProduct}${products(rows)}, ${marked}`,
  );
  const owned = vendors.map(
    ([vendor, rows]) =>
      `ENV{ID_VENDOR_ID}=="${vendor}", ENV{ID_MODEL_ID}${products(rows)}, GROUP="dialout", MODE="0660"`,
  );
  const sections = [
    ['sim2mqtt_device', [...devices, 'GOTO="sim2mqtt_end"']],
    ['sim2mqtt_port', [...owned, ...vendors.flatMap(([vendor, rows]) => links(vendor, rows))]],
    ['sim2mqtt_end', []],
  ] as const;
  return `${[head, ...sections.map(([label, lines]) => [`LABEL="${label}"`, ...lines, ''].join('\n'))].join('\n').trimEnd()}\n`;
}

/** Which products of a vendor are modems: those, or all but the others. */
function products(rows: readonly Fingerprint[]): string {
  const ids = (kept: readonly Fingerprint[]) => kept.map(({ ids }) => ids.split(':')[1]).join('|');
  const isModem = ({ is }: Fingerprint) => is === 'modem';
  if (!rows.some(({ ids }) => ids.endsWith(':*'))) return `=="${ids(rows.filter(isModem))}"`;
  return `!="${ids(rows.filter((row) => !isModem(row)))}"`;
}

/** One link a modem: to the interface that is asked first. */
function links(vendor: string, rows: readonly Fingerprint[]): string[] {
  const numbered = rows.filter((row) => row.is === 'modem' && Boolean(row.at) && !row.ids.endsWith(':*'));
  const first = ({ at = '' }: Fingerprint) => at.split(' ')[0] ?? '';
  const byNumber = [...Map.groupBy(numbered, first)].map(
    ([number, same]) =>
      `ENV{ID_VENDOR_ID}=="${vendor}", ENV{ID_MODEL_ID}${products(same)}, ENV{ID_USB_INTERFACE_NUM}=="${number}", ${link}`,
  );
  const others = rows.find(({ ids, atTriples }) => ids.endsWith(':*') && atTriples !== undefined);
  if (others === undefined) return byNumber;
  const named = `ENV{ID_MODEL_ID}!="${rows
    .filter((row) => row !== others)
    .map(({ ids }) => ids.split(':')[1])
    .join('|')}"`;
  const triples = (others.atTriples ?? '').split(' ').filter((triple) => triple.endsWith('2'));
  const byTriple = triples.map((triple) => {
    const [group, sub, protocol] = triple.split('/');
    const interfaces = `ATTRS{bInterfaceClass}=="${group}", ATTRS{bInterfaceSubClass}=="${sub}", ATTRS{bInterfaceProtocol}=="${protocol}"`;
    return `ENV{ID_VENDOR_ID}=="${vendor}", ${named}, ${interfaces}, ${link}`;
  });
  return [...byNumber, ...byTriple];
}

const link = 'SYMLINK+="sim2mqtt/$env{ID_PATH}"';

if (import.meta.main) process.stdout.write(udevRules());
