import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface FakeInterface {
  /** bInterfaceNumber, hex. */
  readonly number: string;
  readonly triple?: string;
  readonly endpoints?: number;
  readonly role?: string;
  readonly driver?: string;
  /** What the serial port leads to; absent: it has none. */
  readonly tty?: string;
}

export interface FakeUsb {
  /** `1-1.4`. */
  readonly position: string;
  /** `2c7c:0125`. */
  readonly ids: string;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serial?: string;
  readonly interfaces: readonly FakeInterface[];
}

interface Plugged {
  readonly usb: FakeUsb;
  readonly nodes: readonly string[];
  readonly lost: Set<string>;
}

/** A folder that looks like /sys, /dev and /proc of a machine: devices come and go, nodes are numbered as the kernel does. */
export class FakeMachine {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'sim2mqtt-machine-')));
  readonly #plugged = new Map<string, Plugged>();
  /** udev names nodes only where it runs: not in every container. */
  hasUdev = true;
  #enumerations = 0;

  constructor() {
    for (const folder of ['sys/class/tty', 'sys/bus/usb/devices', 'dev', 'proc']) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
  }

  write(path: string, text = ''): string {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  link(path: string, target: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    symlinkSync(target, file);
  }

  /** Names of the nodes, in the order of the interfaces: the smallest numbers that are free, from `first` on. */
  plug(usb: FakeUsb, first = 0): readonly string[] {
    this.#enumerations += 1;
    const device = `sys/devices/usb1/${usb.position}`;
    const [vendor, product] = usb.ids.split(':');
    this.write(`${device}/idVendor`, `${vendor}\n`);
    this.write(`${device}/idProduct`, `${product}\n`);
    this.write(`${device}/devnum`, `${this.#enumerations}\n`);
    for (const name of ['manufacturer', 'product', 'serial'] as const) {
      if (usb[name] !== undefined) this.write(`${device}/${name}`, `${usb[name]}\n`);
    }
    this.link(`sys/bus/usb/devices/${usb.position}`, join(this.root, device));
    const nodes = usb.interfaces.map((each) => this.#interface(usb, device, each, first));
    this.#plugged.set(usb.position, { usb, nodes: nodes.filter((node) => node !== ''), lost: new Set() });
    this.#nameNodes();
    return nodes;
  }

  unplug(position: string): void {
    const plugged = this.#plugged.get(position);
    this.#plugged.delete(position);
    for (const node of plugged?.nodes ?? []) {
      for (const path of [`sys/class/tty/${node}`, `dev/${node}`]) rmSync(join(this.root, path), { force: true });
    }
    for (const { number } of plugged?.usb.interfaces ?? []) {
      rmSync(join(this.root, `sys/bus/usb/devices/${position}:1.${Number.parseInt(number, 16)}`), { force: true });
    }
    rmSync(join(this.root, `sys/bus/usb/devices/${position}`), { force: true });
    rmSync(join(this.root, `sys/devices/usb1/${position}`), { recursive: true, force: true });
    this.#nameNodes();
  }

  /** A node goes though its device stays on the bus, as of one that hangs. */
  loseNode(node: string): void {
    for (const path of [`sys/class/tty/${node}`, `dev/${node}`]) rmSync(join(this.root, path), { force: true });
    for (const { nodes, lost } of this.#plugged.values()) if (nodes.includes(node)) lost.add(node);
    this.#nameNodes();
  }

  isPlugged(position: string): boolean {
    return this.#plugged.has(position);
  }

  /** A process with files open. */
  process(pid: number, name: string, open: readonly string[] = [], args: readonly string[] = [name]): void {
    this.write(`proc/${pid}/comm`, `${name}\n`);
    this.write(`proc/${pid}/cmdline`, `${args.join('\0')}\0`);
    for (const [fd, target] of open.entries()) this.link(`proc/${pid}/fd/${fd + 3}`, target);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #interface(usb: FakeUsb, device: string, each: FakeInterface, first: number): string {
    const number = Number.parseInt(each.number, 16);
    const name = `${usb.position}:1.${number}`;
    const folder = `${device}/${name}`;
    const [kind = 'ff', sub = 'ff', protocol = 'ff'] = (each.triple ?? 'ff/ff/ff').split('/');
    this.write(`${folder}/bInterfaceNumber`, `${each.number}\n`);
    this.write(`${folder}/bInterfaceClass`, `${kind}\n`);
    this.write(`${folder}/bInterfaceSubClass`, `${sub}\n`);
    this.write(`${folder}/bInterfaceProtocol`, `${protocol}\n`);
    this.write(`${folder}/bNumEndpoints`, `0${each.endpoints ?? 2}\n`);
    if (each.role !== undefined) this.write(`${folder}/interface`, `${each.role}\n`);
    if (each.driver !== undefined) this.link(`${folder}/driver`, `../../../bus/usb/drivers/${each.driver}`);
    this.link(`sys/bus/usb/devices/${name}`, join(this.root, folder));
    return each.tty === undefined ? '' : this.#tty(folder, each.tty, first);
  }

  #tty(folder: string, target: string, first: number): string {
    let number = first;
    while (existsSync(join(this.root, `sys/class/tty/ttyUSB${number}`))) number += 1;
    const node = `ttyUSB${number}`;
    mkdirSync(join(this.root, folder, node, 'tty', node), { recursive: true });
    this.link(`${folder}/${node}/tty/${node}/device`, join(this.root, folder, node));
    this.link(`sys/class/tty/${node}`, join(this.root, folder, node, 'tty', node));
    this.link(`dev/${node}`, target);
    return node;
  }

  /** The links of udev: two devices with one serial number share a name in by-id, and the later one has it. */
  #nameNodes(): void {
    rmSync(join(this.root, 'dev/serial'), { recursive: true, force: true });
    if (!this.hasUdev) return;
    for (const { usb, nodes, lost } of this.#plugged.values()) {
      const withTty = usb.interfaces.filter(({ tty }) => tty !== undefined);
      for (const [at, node] of nodes.entries()) {
        if (lost.has(node)) continue;
        const number = withTty[at]?.number ?? '00';
        const socket = usb.position.replace(/^\d+-/, '');
        const serial = usb.serial === undefined ? '' : `_${usb.serial}`;
        this.link(`dev/serial/by-path/usb-0:${socket}:1.${Number.parseInt(number, 16)}-port0`, `../../${node}`);
        this.link(`dev/serial/by-id/usb-${usb.manufacturer ?? 'Maker'}${serial}-if${number}-port0`, `../../${node}`);
      }
    }
  }
}

/** A modem with its AT port on interface 02 and, before it, ports that answer to nothing. */
export function modemUsb(
  position: string,
  tty: string,
  more: Partial<FakeUsb> & { readonly mute?: string } = {},
): FakeUsb {
  const { mute, ...rest } = more;
  const silent = (number: string) => (mute === undefined ? [] : [{ number, endpoints: 2, tty: mute }]);
  return {
    position,
    ids: '2c7c:0125',
    manufacturer: 'Quectel',
    product: 'EC25-AF',
    interfaces: [...silent('00'), ...silent('01'), { number: '02', endpoints: 3, tty }],
    ...rest,
  };
}
